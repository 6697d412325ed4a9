"""L108: phrases that can never choose the option they are listed under."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.events import Heard
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.phrases import Listed, menus


def find(facts: Facts) -> Iterator[Finding]:
    """Asks the service's own understanding about each phrase that shares a word with another choice."""
    understand = facts.book.skills.understand
    for own, commands, choices in menus(facts):
        by_word: dict[str, set[str]] = {}
        for listed in (*own, *commands):
            for word in listed.plain.split():
                by_word.setdefault(word, set()).add(listed.choice)
        told: set[frozenset[str]] = set()
        for phrase in reversed(own):
            shares = any(len(by_word[word]) > 1 for word in phrase.plain.split())
            meaning = understand(Heard(0.0, phrase.plain), choices) if shares else None
            if meaning and meaning.choice != phrase.choice:
                other = _rival(phrase, [*own, *commands], meaning.choice)
                both = frozenset({f"{phrase.choice}: {phrase.plain}", f"{other.choice}: {other.plain}"})
                if both not in told:
                    told.add(both)
                    yield Finding(phrase.place(facts), _what(phrase, other), "Leave it to one of them.")


def _rival(phrase: Listed, others: list[Listed], meant: str | None) -> Listed:
    """The phrase of another choice (of the one that is ``meant``, if any) that is most like this one."""
    words = set(phrase.plain.split())
    rivals = [other for other in others if other.choice == meant]
    rivals = rivals or [other for other in others if other.choice != phrase.choice]
    return max(rivals, key=lambda other: (other.plain == phrase.plain, len(words & set(other.plain.split()))))


def _what(phrase: Listed, other: Listed) -> str:
    if phrase.plain == other.plain:
        return f"'{phrase.text}' stands under '{other.choice}' and under '{phrase.choice}', so it means neither."
    return f"'{phrase.text}' means the same as '{other.text}', which stands under '{other.choice}'."


LINT = Lint(
    code="L108",
    title="Options that mean alike",
    severity="error",
    why="""\
The same words stand under two options (or under an option and a command of `anywhere`), or under words that mean the
same to the service, such as `sales` and `the sales`. Whoever says them is asked again, and again.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to buy or to return something?
        options:
          buy: {press: 1, hear: [an order], then: [{hangup: Goodbye.}]}
          return: {press: 2, hear: [an order], then: [{hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to buy or to return something?
        options:
          buy: {press: 1, hear: [a new order], then: [{hangup: Goodbye.}]}
          return: {press: 2, hear: [send it back], then: [{hangup: Goodbye.}]}
""",
    find=find,
    with_mistakes=True,
)
