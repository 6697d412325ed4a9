"""L130: phrases that were spoken over bad lines and taken for another option. Only ``ivr check --speech`` can tell."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints import sounds
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.phrases import menus


def find(facts: Facts) -> Iterator[Finding]:
    """What was measured, each at its phrase; a command's phrase once, however many menus it was spoken at."""
    told = set()
    for own, commands, _ in menus(facts):
        for phrase in (*own, *commands):
            place = phrase.place(facts)
            step = phrase.path[: phrase.path.index("menu")] if "menu" in phrase.path else None
            for one in facts.misheard:
                here = phrase.command or step == facts.paths.get(one.step)
                if here and (phrase.choice, phrase.text) == (one.choice, one.phrase) and (place, one.other) not in told:
                    told.add((place, one.other))
                    yield Finding(place, one.what, one.instead)


LINT = Lint(
    code="L130",
    title="Phrases that are taken for another option",
    severity="warning",
    why="""\
Found by `ivr check --speech` only: every phrase is spoken by several voices over bad telephone lines, and heard as a
call is heard. A phrase that was taken for another option in more than 10 % of these trials leads that many callers to
the wrong place. `ivr confusions` shows all that was heard, and says which words to change.""",
    bad=sounds.LINT.bad,
    good=sounds.LINT.good,
    find=find,
    spoken=True,
)
