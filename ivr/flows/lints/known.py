"""Which variables are known where: on every way to a step, and on any way at all. A data-flow analysis."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ivr.flows.book import Step
from ivr.flows.conditions import Compare, Condition, Literal, Logic, Name, State
from ivr.flows.graph import BACK, Way, after, asks, commands, starts, ways
from ivr.flows.lints.facts import Facts
from ivr.flows.steps.collect import CollectStep
from ivr.flows.steps.find_store import FindStoreStep
from ivr.flows.steps.if_ import IfStep
from ivr.flows.steps.menu import MenuStep
from ivr.flows.steps.return_ import ReturnStep
from ivr.flows.steps.set import SetStep
from ivr.flows.steps.transfer import TransferStep
from ivr.flows.steps.voicemail import VoicemailStep

TROUBLE = frozenset({"silence", "not understood", "failed", "unknown", "none", "missing"})
"""Exits by which a step does not get what it asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on arriving at a step: surely (on every way there), and possibly (on some way)."""

    names: tuple[str, ...]
    sure: dict[str, int]
    possible: dict[str, int]

    def surely(self, step: str) -> frozenset[str] | None:
        """None for a step that no call gets to."""
        return self._names(self.sure[step]) if step in self.sure else None

    def possibly(self, step: str) -> frozenset[str]:
        return self._names(self.possible.get(step, 0))

    def _names(self, bits: int) -> frozenset[str]:
        return _named(self.names, bits)


@lru_cache(maxsize=2048)
def _named(names: tuple[str, ...], bits: int) -> frozenset[str]:
    return frozenset(name for at, name in enumerate(names) if bits >> at & 1)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A way from one step to another, and what is learnt and lost on it: a bit for each name."""

    source: str
    target: str
    learnt: int = 0
    lost: int = 0


def known(facts: Facts) -> Known:
    """What is known at every step that a call can get to."""
    edges: dict[str, list[_Edge]] = {}
    names: dict[str, int] = {}
    for edge in _edges(facts, names):
        edges.setdefault(edge.source, []).append(edge)
    return Known(tuple(names), _solved(facts, edges, int.__and__), _solved(facts, edges, int.__or__))


def _solved(facts: Facts, edges: dict[str, list[_Edge]], meet: Callable[[int, int], int]) -> dict[str, int]:
    lines = list(starts(facts.book).values()) or [f"{facts.book.flows[0]}.0"]
    found = dict.fromkeys(lines, 0)
    todo = deque(found)
    while todo:
        step = todo.popleft()
        for edge in edges.get(step, ()):
            there = (found[step] & ~edge.lost) | edge.learnt
            before = found.get(edge.target)
            now = there if before is None else meet(before, there)
            if now != before:
                found[edge.target] = now
                todo.append(edge.target)
    return found


def _edges(facts: Facts, names: dict[str, int]) -> Iterator[_Edge]:
    """All ways, those of commands too; a called flow comes back to the step after its call. Fills ``names``."""
    callers: dict[str, list[str]] = {}
    every = list(ways(facts.book))
    for way in every:
        if way.comes_back:
            callers.setdefault(way.target, []).append(way.source)
    for way in every:
        step = facts.steps[way.source]
        learnt, lost = _bits(_learnt(step, way), names), _bits(_lost(step, way), names)
        if way.target == BACK:
            flow = way.source.partition(".")[0]
            for caller in callers.get(f"{flow}.0", ()):
                yield _Edge(way.source, after(facts.book, caller), learnt, lost)
        else:
            yield _Edge(way.source, way.target, learnt, lost)
    for name, step in facts.steps.items():
        if asks(facts.book, step):
            for target in commands(facts.book).values():
                yield _Edge(name, target)


def _bits(learnt: Iterable[str], names: dict[str, int]) -> int:
    return sum({1 << names.setdefault(name, len(names)) for name in learnt})


def _learnt(step: Step, way: Way) -> Iterator[str]:
    """What is known after leaving ``step`` by ``way``."""
    good = way.label not in TROUBLE
    match step:
        case CollectStep() if good:
            yield from step.collect
        case MenuStep() if good:
            yield from ("intent", "intent_confidence")
        case SetStep():
            yield from (name for name, text in step.set.items() if text)
        case IfStep():
            yield from settled(step.test.condition, way.label == "then")
        case TransferStep():
            yield "agent" if way.label == "answered" else "transfer_result"
        case VoicemailStep() if way.label == "message":
            yield "voicemail"
        case ReturnStep() if step.result:
            yield "result"
        case _:
            save = getattr(getattr(step, step.word, None), "save", "")
            if good and isinstance(save, str) and save:
                yield save


def _lost(step: Step, way: Way) -> Iterator[str]:
    match step:
        case SetStep():
            yield from (name for name, text in step.set.items() if not text)
        case FindStoreStep() if way.label in {"unknown", "none"}:
            yield step.find_store.near.strip("{} ")
        case _:
            return


def settled(condition: Condition, holds: bool) -> set[str]:
    """The variables that must be known when ``condition`` holds (or does not)."""
    match condition:
        case State(name, "known" | "unknown" as state, negated):
            return {name.partition(".")[0]} if ((state == "known") != negated) == holds else set()
        case Compare(Name(name), "==" | "in", Literal(value)) if holds and value:
            return {name.partition(".")[0]}
        case Compare(Name(name), "!=", Literal(value)) if not holds and value:
            return {name.partition(".")[0]}
        case Name(name) if holds:
            return {name.partition(".")[0]}
        case Logic("not", parts):
            return settled(parts[0], not holds)
        case Logic(word, parts):
            every = [settled(part, holds) for part in parts]
            return set.union(*every) if (word == "and") == holds else set.intersection(*every)
        case _:
            return set()
