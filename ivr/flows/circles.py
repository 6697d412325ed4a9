"""Finds flows that would never end: those that only lead back to themselves, and those that call themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.flows.book import CallFlow, GoTo
from ivr.flows.problems import Problem
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase

Blocks = Mapping[str, tuple[StepBase, ...]]
Leads = Mapping[str, list[tuple[str, str]]]
"""By flow: the flows it leads to, each with the id of the step that does."""


def circles(blocks: Blocks, paths: Mapping[str, Path], source: Source) -> Iterator[Problem]:
    """Each circle once, at the step that closes it."""
    silent = {name: _certain(name, steps) for name, steps in blocks.items() if "." not in name}
    for around, closing in _round(silent):
        what = f"this goes round in a circle ({' > '.join(around)}) without waiting for the caller."
        yield Problem(source.place(paths[closing]), "F205", what, "Ask something in between, or end the call.")
    for around, closing in _round(_calls(blocks)):
        what = f"the flow '{around[0]}' calls itself ({' > '.join(around)}) and would never come back."
        yield Problem(source.place(paths[closing]), "F205", what, "Write  go:  instead of  call:  to begin again.")


def _certain(name: str, steps: tuple[StepBase, ...]) -> list[tuple[str, str]]:
    """Where a flow certainly goes without waiting: the flow after steps that only speak or set."""
    for index, step in enumerate(steps):
        for way in step.exits():
            if step.word == "go" and isinstance(way.to, GoTo):
                return [(way.to.flow, f"{name}.{index}")]
        if step.word not in {"say", "play", "set"}:
            return []
    return []


def _calls(blocks: Blocks) -> Leads:
    """What each flow calls, also from blocks inside it."""
    calls: dict[str, list[tuple[str, str]]] = {}
    for block, steps in blocks.items():
        for index, step in enumerate(steps):
            found = [way.to.flow for way in step.exits() if isinstance(way.to, CallFlow)]
            calls.setdefault(block.partition(".")[0], []).extend((flow, f"{block}.{index}") for flow in found)
    return calls


def _round(leads: Leads) -> Iterator[tuple[list[str], str]]:
    """The circles that a walk from each flow meets: their flows, the first one again at the end, and the last step."""
    done: set[str] = set()
    for start in leads:
        trail: list[str] = []
        walks = [] if start in done else [(start, iter(leads[start]))]
        trail += [start] if walks else []
        while walks:
            name, rest = walks[-1]
            flow, at = next(rest, ("", ""))
            if not flow:
                done.add(name)
                walks.pop()
                trail.pop()
            elif flow in trail:
                yield [*trail[trail.index(flow) :], flow], at
            elif flow in leads and flow not in done:
                walks.append((flow, iter(leads[flow])))
                trail.append(flow)
