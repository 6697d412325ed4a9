"""L102: conversations that go round without the caller, until the service gives up on them."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flows.exploring import Explored, story
from ivr.flows.lints.base import Finding, Lint
from ivr.flows.lints.facts import Facts


def find(facts: Facts) -> Iterator[Finding]:
    """Each round once, at the step where a conversation gets into it."""
    explored = facts.explored
    if not explored.precise:
        return  # what is known decides whether a round ends
    told: set[str] = set()
    for around in _rounds(explored):
        first = min(around, key=lambda at: (explored.spots[at].turns, at))
        steps = {explored.spots[at].step for at in around}
        if not steps & told:
            told |= steps
            path = facts.paths[explored.spots[first].step]
            what = "from here the call goes round without ever waiting for the caller, and is cut off in the end."
            said = story(explored, first)
            instead = "Ask something in between, or end the call."
            yield Finding(facts.place(*path), what, f"{said}\n{instead}" if said else instead)


def _rounds(explored: Explored) -> Iterator[set[int]]:
    """Groups of spots that lead to each other and at which nobody is waited for (Tarjan's algorithm, unrolled)."""
    spots = explored.spots
    alone = [
        not spot.over and not (spot.waiting and spot.call.waits_for in {"answer", "recording", "transfer"})
        for spot in spots
    ]
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    trail: list[int] = []
    on_trail: set[int] = set()
    for start in range(len(spots)):
        work = [(start, iter(spots[start].onward))] if alone[start] and start not in number else []
        while work:
            at, rest = work[-1]
            if at not in number:
                number[at] = low[at] = len(number)
                trail.append(at)
                on_trail.add(at)
            target = next((one for one in rest if alone[one] and (one not in number or one in on_trail)), None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == number[at]:
                    group = set(trail[trail.index(at) :])
                    del trail[trail.index(at) :]
                    on_trail -= group
                    if len(group) > 1 or at in spots[at].onward:
                        yield group
            elif target in number:
                low[at] = min(low[at], number[target])
            else:
                work.append((target, iter(spots[target].onward)))


LINT = Lint(
    code="L102",
    title="The call goes round without the caller",
    severity="error",
    why="""\
Steps that only speak, decide or ask a web service lead back to themselves. The caller listens and can do nothing, until
the service ends the call. A question that is already answered does not wait either: `collect` asks once. (Flows that
do nothing but lead to each other are a mistake that is found while reading: F205.)""",
    bad="""\
lines: {"+15035550100": track}
slots: {order: {kind: digits, length: 6, ask: What is your order number?}}
flows:
  track:
    - collect: order
    - say: I look it up.
    - go: track
""",
    good="""\
lines: {"+15035550100": track}
slots: {order: {kind: digits, length: 6, ask: What is your order number?}}
flows:
  track:
    - collect: order
    - say: I look it up.
    - set: {order: ""}
    - go: track
""",
    find=find,
)
