"""L115 and L116: secrets that others can overhear, and secrets that leave the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.source import Path
from ivr.flows.steps.set import SetStep
from ivr.flows.texts import names_in

SENDING = ("sms", "email", "http", "callback", "ticket")
"""Steps whose texts leave the call."""


def spoken(facts: Facts) -> Iterator[Finding]:
    """Texts with a secret in them, and slots whose value is read back to be confirmed."""
    secret = _secrets(facts)
    for path, text in facts.spoken:
        for name, _ in names_in(text):
            if name.partition(".")[0] in secret or (path[0] == "slots" and name == "value" and path[1] in secret):
                what = f"'{{{name}}}' is a secret, and is spoken aloud here."
                yield Finding(facts.place(*path), what, "Leave it out: others may overhear it.")
    for name, slot in facts.book.company.slots.items():
        if slot.secret and slot.confirm != "never":
            when = "always" if slot.confirm == "always" else "when it was not heard surely"
            what = f"'{name}' is a secret, and is read back {when}."
            written = facts.written(("slots", name, "confirm"))
            place = facts.place("slots", name, "confirm") if written else facts.key("slots", name)
            yield Finding(place, what, "Write  confirm: never")


def sent(facts: Facts) -> Iterator[Finding]:
    """Messages, requests and briefs with a secret in them."""
    secret = _secrets(facts)
    if not secret:
        return
    for step, path in facts.paths.items():
        word = facts.steps[step].word
        if word in SENDING:
            inside = {(*path, *below) for _, _, below in facts.steps[step].blocks()}
            yield from _sent(facts, (*path, word), facts.written((*path, word)), inside, secret)
        elif word == "transfer":
            yield from _sent(facts, (*path, word, "brief"), facts.written((*path, word, "brief")), set(), secret)


def _sent(facts: Facts, path: Path, tree: Any, inside: set[Path], secret: set[str]) -> Iterator[Finding]:
    if path in inside:
        return
    match tree:
        case str():
            for name, _ in names_in(tree):
                if name.partition(".")[0] in secret:
                    what = f"'{{{name}}}' is a secret, and would leave the call here."
                    yield Finding(facts.place(*path), what, "Leave it out.")
        case dict():
            for key, value in tree.items():
                yield from _sent(facts, (*path, key), value, inside, secret)
        case _:
            return


def _secrets(facts: Facts) -> set[str]:
    """Secret slots, and variables that are made of them."""
    secret = {name for name, slot in facts.book.company.slots.items() if slot.secret}
    made = [step.set for step in facts.steps.values() if isinstance(step, SetStep)] if secret else []
    for _ in made:
        before = len(secret)
        for texts in made:
            for name, text in texts.items():
                if any(used.partition(".")[0] in secret for used, _ in names_in(text)):
                    secret.add(name)
        if len(secret) == before:
            break
    return secret


SPOKEN = Lint(
    code="L115",
    title="A secret is spoken",
    severity="warning",
    why="""\
A `secret` slot is masked in logs, transcripts and pages, but whoever stands next to the caller hears what the service
says. By default a value is read back when it was not heard surely: for a secret, write `confirm: never` and give its
`length`, so that a wrong one is noticed.""",
    bad="""\
lines: {"+15035550100": main}
slots: {card: {kind: digits, length: 16, ask: Please key in your card number., secret: true}}
flows:
  main:
    - collect: card
    - hangup: "Your card number is {card|digits}."
""",
    good="""\
lines: {"+15035550100": main}
slots: {card: {kind: digits, length: 16, ask: Please key in your card number., secret: true, confirm: never}}
flows:
  main:
    - collect: card
    - hangup: Thank you.
""",
    find=spoken,
    with_mistakes=True,
)
SENT = Lint(
    code="L116",
    title="A secret is sent out",
    severity="error",
    why="""\
A `secret` slot (or a variable made of one) stands in a text message, an e-mail, a request to a web service or the brief
that an agent hears. Messages and briefs get it masked, which helps nobody; a web service would get it whole. Where that
is what you want, because the service is the one that needs it, allow it in that line: `# ringdown: allow L116`.""",
    bad="""\
lines: {"+15035550100": main}
slots: {card: {kind: digits, length: 16, ask: Please key in your card number., secret: true, confirm: never}}
flows:
  main:
    - collect: card
    - sms: {text: "We have noted your card {card}."}
    - hangup: Thank you.
""",
    good="""\
lines: {"+15035550100": main}
slots: {card: {kind: digits, length: 16, ask: Please key in your card number., secret: true, confirm: never}}
flows:
  main:
    - collect: card
    - sms: {text: We have noted your card.}
    - hangup: Thank you.
""",
    find=sent,
    with_mistakes=True,
)
