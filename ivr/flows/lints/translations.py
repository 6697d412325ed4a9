"""L118: texts that a caller would hear in the wrong language."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.language import LanguageStep
from ivr.flows.texts import listed


def find(facts: Facts) -> Iterator[Finding]:
    """Each spoken text once, with all languages that lack it."""
    company = facts.book.company
    spoken = {step.language for step in facts.steps.values() if isinstance(step, LanguageStep)}
    languages = sorted((spoken | set(company.translations)) - {company.language})
    told: set[str] = set()
    for path, text in facts.spoken if languages else ():
        missing = [name for name in languages if text not in company.translations.get(name, {})]
        if missing and text not in told and any(character.isalpha() for character in text):
            told.add(text)
            what = f"there is no translation of this text to {listed(missing, 'and')}."
            yield Finding(facts.place(*path), what, f"Add it to the lines under  translations: {missing[0]}")


LINT = Lint(
    code="L118",
    title="A text without translation",
    severity="warning",
    why="""\
A `language` step changes the voice. A text without a translation to that language is read by the new voice as it is:
English words, spoken as if they were Spanish.""",
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
