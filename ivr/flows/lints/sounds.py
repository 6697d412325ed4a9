"""L107: options of one question that a recogniser can take for each other."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts
from ivr.flows.lints.phrases import Listed, menus

ALIKE = 0.8
"""From here on two phrases are taken for each other: chosen on pairs such as sales/sails and sales/service in the tests
of ``ivr.understanding.sounding``, not on recorded calls."""


def find(facts: Facts) -> Iterator[Finding]:
    """The two phrases of each pair of options that sound most alike, at the later one."""
    alike = facts.book.skills.sounds_alike
    for own, commands, _ in menus(facts):
        worst: dict[tuple[str, str], tuple[float, Listed, Listed]] = {}
        for at, phrase in enumerate(own):
            for other in (*own[:at], *commands):
                if other.choice != phrase.choice and other.plain != phrase.plain:
                    score = alike(other.plain, phrase.plain)
                    pair = (other.choice, phrase.choice)
                    if score >= ALIKE and score > worst.get(pair, (0.0,))[0]:
                        worst[pair] = (score, other, phrase)
        for _, other, phrase in worst.values():
            what = f"'{phrase.text}' sounds like '{other.text}', which means '{other.choice}'."
            yield Finding(phrase.place(facts), what, "Use words that differ more.")


LINT = Lint(
    code="L107",
    title="Options that sound alike",
    severity="warning",
    why="""\
On the telephone half of what makes words differ is lost. Two options that sound alike are taken for each other, by the
recogniser and by callers. How alike they are is measured on the pronunciations in the recogniser's own model; by
spelling, for words or models that have none. `ivr confusions` speaks them to be sure.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to hear about sales or sailing?
        options:
          sales: {press: 1, then: [{hangup: Goodbye.}]}
          sails: {press: 2, then: [{hangup: Goodbye.}]}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want to hear about offers or boats?
        options:
          offers: {press: 1, then: [{hangup: Goodbye.}]}
          boats: {press: 2, then: [{hangup: Goodbye.}]}
""",
    find=find,
    with_mistakes=True,
)
