"""L103: places in conversations from which no end and no person can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.exploring import Explored, story
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """Each trap once, at the first question in it, with the shortest conversation that leads there."""
    explored = facts.explored
    if not explored.complete:
        return
    free = explored.reaching(lambda spot: spot.over or spot.person)
    trapped = [at for at, spot in enumerate(explored.spots) if at not in free and spot.asks]
    trapped.sort(key=lambda at: (explored.spots[at].turns, at))
    told: set[int] = set()
    steps: set[str] = set()
    for at in trapped:
        step = explored.spots[at].step
        inside = set[int]() if at in told or step in steps else _from(explored, at)
        if inside and inside.isdisjoint(told):
            told |= inside
            steps.add(step)
            what = "a caller is trapped here: whatever they say or press, no end and no person can be reached."
            instead = "Give it an option or a last rung that ends the call or leads to a person."
            yield Finding(facts.place(*facts.paths[step]), what, f"{story(explored, at)}\n{instead}")


def _from(explored: Explored, at: int) -> set[int]:
    """Every spot that can be reached from ``at``."""
    found, todo = {at}, [at]
    while todo:
        new = set(explored.spots[todo.pop()].onward) - found
        found |= new
        todo += new
    return found


LINT = Lint(
    code="L103",
    title="A caller can be trapped",
    severity="error",
    why="""\
Every conversation that the file allows is run: each option, silence again and again, answers that are not understood,
transfers that are answered and that are not, shops open and closed. At this question none of them ever comes to an end
or to a person: the caller can only put the receiver down. The message tells the shortest way in.""",
    bad="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want opening hours or directions?
        options:
          opening hours: {press: 1, then: [{say: From nine to five.}, {go: main}]}
          directions: {press: 2, then: [{say: Next to the station.}, {go: main}]}
        no_input: {go: main}
        no_match: {go: main}
""",
    good="""\
lines: {"+15035550100": main}
flows:
  main:
    - menu:
        ask: Do you want opening hours, directions, or is that all?
        options:
          opening hours: {press: 1, then: [{say: From nine to five.}, {go: main}]}
          directions: {press: 2, then: [{say: Next to the station.}, {go: main}]}
          that is all: {press: 9, then: [{hangup: Goodbye.}]}
        no_input: {go: main}
        no_match: {go: main}
""",
    find=find,
)
