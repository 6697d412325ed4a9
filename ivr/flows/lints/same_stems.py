"""L121: phrases of two options that have the same words in other forms or another order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flows.events import Heard
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.phrases import Listed, menus
from ivr.flows.lints.sounds import ALIKE

LITTLE = frozenset(
    re.findall(
        r"\S+",
        "a an the my your our their his her this that these those some any to of for in on at by from with and or "
        "about is are be i i'm me we us you it please want need like would can could get do have",
    )
)
"""Words that two wishes may differ in without being two."""
ENDINGS = ("ings", "ing", "ers", "er", "ies", "ied", "es", "ed", "ly", "y", "s", "e")
SHORTEST = 3
"""Letters that must be left of a word without its ending."""


def find(facts: Facts) -> Iterator[Finding]:
    """Each pair of choices once, at the later one."""
    understand, alike = facts.book.skills.understand, facts.book.skills.sounds_alike
    for own, commands, choices in menus(facts):
        first: dict[frozenset[str], Listed] = {}
        told: set[tuple[str, str]] = set()
        for phrase in (*commands, *own):
            other = first.setdefault(stems(phrase.plain), phrase)
            pair = (other.choice, phrase.choice)
            if other.choice == phrase.choice or phrase.command or pair in told:
                continue
            # What the service itself confuses is another lint's, and what sounds alike as well.
            if alike(other.plain, phrase.plain) < ALIKE and all(
                understand(Heard(0.0, one.plain), choices).choice == one.choice for one in (phrase, other)
            ):
                told.add(pair)
                what = f"'{phrase.text}' says nearly the same as '{other.text}', which means '{other.choice}'."
                yield Finding(phrase.place(facts), what, "Leave it to one of them, or say what is different.")


def stems(text: str) -> frozenset[str]:
    """The words that carry ``text``, without their endings.

    >>> stems("track my orders") == stems("order tracking"), stems("opening hours") == stems("open an hour")
    (True, True)
    >>> stems("track an order") == stems("cancel an order")
    False
    """
    said = text.split()
    return frozenset(_stem(word) for word in said if word not in LITTLE) or frozenset(said)


def _stem(word: str) -> str:
    ending = next((one for one in ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST), "")
    return word[: len(word) - len(ending)] if ending else word


LINT = Lint(
    code="L121",
    title="Options that say nearly the same",
    severity="warning",
    why="""\
Two options have the same words, only in another form or order. The service tells them apart by the letter, but callers
do not: which of the two they say is chance.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to track an order or to change one?
        options:
          track an order: {press: 1, then: [{hangup: Goodbye.}]}
          change an order: {press: 2, hear: [order tracking], then: [{hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to track an order or to change one?
        options:
          track an order: {press: 1, hear: [order tracking], then: [{hangup: Goodbye.}]}
          change an order: {press: 2, then: [{hangup: Goodbye.}]}
""",
    find=find,
    with_mistakes=True,
)
