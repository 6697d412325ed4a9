"""L118: texts that a caller would hear in the wrong language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.language import LanguageStep
from ivr.flows.steps.transfer import TransferStep
from ivr.flows.texts import listed
from ivr.flows.waiting import Waiting


def find(facts: Facts) -> Iterator[Finding]:
    """Each spoken text once, with all languages that lack it."""
    company = facts.book.company
    spoken = {step.language for step in facts.steps.values() if isinstance(step, LanguageStep)}
    languages = sorted((spoken | set(company.translations)) - {company.language})
    told: set[str] = set()
    yield from _waiting(facts, languages)
    for path, text in facts.spoken if languages else ():
        missing = [name for name in languages if text not in company.translations.get(name, {})]
        if missing and text not in told and any(character.isalpha() for character in text):
            told.add(text)
            what = f"there is no translation of this text to {listed(missing, 'and')}."
            yield Finding(facts.place(*path), what, f"Add it to the lines under  translations: {missing[0]}")


def _waiting(facts: Facts, languages: Sequence[str]) -> Iterator[Finding]:
    """What callers in line are told without a word of it in the file: it is English."""
    company = facts.book.company
    written = company.waiting.model_fields_set
    told = [str(getattr(company.waiting, name)) for name in _heard_in_line(facts) if name not in written]
    for language in (company.language, *languages) if company.queues else ():
        known = company.translations.get(language, {})
        missing = [] if language.startswith("en") else [text for text in told if text not in known]
        if missing:
            what = f"callers in line hear this in English, though they speak {language}: {' '.join(missing)}"
            instead = f"Write it under  waiting,  or translate it in the lines under  translations: {language}"
            yield Finding(facts.key("waiting") if written else facts.key("queues"), what, instead)


def _heard_in_line(facts: Facts) -> Iterator[str]:
    """The names of the texts that anybody is ever told."""
    queues = facts.book.company.queues.values()
    ways = {way for step in facts.steps.values() if isinstance(step, TransferStep) for way in step.transfer.otherwise}
    never = {"callback"} - {"callback" for queue in queues if queue.offer_callback_after is not None}
    return (name for name in Waiting.model_fields if name not in never and (name != "message" or "message" in ways))


LINT = Lint(
    code="L118",
    title="A text without translation",
    severity="warning",
    why="""\
A `language` step changes the voice. A text without a translation to that language is read by the new voice as it is:
English words, spoken as if they were Spanish. That goes for what callers in line are told by themselves, too: their
place and the wait (`waiting`).""",
    bad="""\
lines: {"+15035550100": main}
translations:
  es-ES: {Hello.: Hola.}
flows:
  main:
    - language: es-ES
    - say: Hello.
    - hangup: Goodbye.
""",
    good="""\
lines: {"+15035550100": main}
translations:
  es-ES: {Hello.: Hola., Goodbye.: Adiós.}
flows:
  main:
    - language: es-ES
    - say: Hello.
    - hangup: Goodbye.
""",
    find=find,
)
