"""L109: words that the recogniser has no pronunciation for, so that saying them is useless."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.phrases import Listed, command_phrases, menus

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def find(facts: Facts) -> Iterator[Finding]:
    """Each word once, at the first phrase that has it."""
    told: set[str] = set()
    for listed in _phrases(facts):
        for word in WORD.findall(listed.plain):
            if word not in told:
                told.add(word)
                if not facts.book.skills.knows(word):
                    yield _found(facts, word, listed)


def _found(facts: Facts, word: str, listed: Listed) -> Finding:
    instead = " ".join(facts.book.skills.stand_in(word))
    what = f"'{word}' is no word that the recogniser knows"
    if not instead:
        what = f"{what}, so '{listed.text}' cannot be heard."
        return Finding(listed.place(facts), what, "Add another way to say it under 'hear'.")
    how = f"If it sounds like '{instead}' all is well; otherwise add another way to say it under 'hear'."
    return Finding(listed.place(facts), f"{what}; it listens for '{instead}' instead.", how)


def _phrases(facts: Facts) -> Iterator[Listed]:
    yield from command_phrases(facts)
    for own, _, _ in menus(facts):
        yield from own
    for name, slot in facts.book.company.slots.items():
        for index, text in enumerate(slot.choices):
            yield Listed(name, text, ("slots", name, "choices", index))


LINT = Lint(
    code="L109",
    title="A word that cannot be heard",
    severity="warning",
    why="""\
A recogniser can only hear words that its model has a pronunciation for: brand names and new words are often missing.
Where everyday words sound the same, they are listened for instead ("north wind" for Northwind); this says which.
The option works by key in any case; give it another phrase in everyday words, or spell it as it is spoken.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to hear about the Xylofonix or about tents?
        options:
          xylofonix: {press: 1, then: [{hangup: Goodbye.}]}
          tents: {press: 2, then: [{hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to hear about our new lamp or about tents?
        options:
          new lamp: {press: 1, then: [{hangup: Goodbye.}]}
          tents: {press: 2, then: [{hangup: Goodbye.}]}
""",
    find=find,
)
