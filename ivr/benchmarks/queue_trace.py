"""Callers by chance, brought to the real floor: the same rules that serve callers, told of calls by a virtual clock."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from ivr.agents.floor import Floor, advance
from ivr.agents.floor.commands import Command, RingAgent
from ivr.agents.floor.events import Accepted, AgentIs, AgentSet, Ended, Joined, Left, QueueSet
from ivr.agents.floor.rules import NEVER_S, Queue

QUEUE = "sales"


@dataclass(frozen=True, slots=True)
class Trace:
    """Callers: when they come, how long they talk, and how long they are ready to wait."""

    comes_s: Sequence[float]
    talks_s: Sequence[float]
    patience_s: Sequence[float]


@dataclass(slots=True)
class Outcome:
    """What became of each caller: how long they waited, and who of them gave up."""

    waited_s: list[float]
    gave_up: list[bool]


def trace(
    seed: int, calls: int, calls_per_s: float, call_s: float, patience_s: float = 0.0, swing: float = 0.0
) -> Trace:
    """``calls`` callers; with ``swing`` they come at a rate that rises and falls by that share, once in 4 hours."""
    chance = np.random.default_rng(seed)
    comes = np.cumsum(chance.exponential(1 / calls_per_s, calls))
    if swing:
        # Time runs faster when more callers come: the inverse of the integral of the rate, by a table.
        clock = np.linspace(0, comes[-1] * 1.1, 200_001)
        turn = 2 * np.pi / (4 * 3600)
        comes = np.interp(comes, clock + swing / turn * (1 - np.cos(turn * clock)), clock)
    patience = chance.exponential(patience_s, calls) if patience_s else np.full(calls, NEVER_S)
    return Trace(comes.tolist(), chance.exponential(call_s, calls).tolist(), patience.tolist())


def staffed(agents: int) -> Floor:
    """A floor with one queue, and agents who take whoever they are given at once."""
    floor = Floor()
    advance(floor, QueueSet(0.0, Queue(QUEUE, max_wait_s=NEVER_S)))
    for number in range(agents):
        advance(floor, AgentSet(0.0, f"agent {number}", {}))
        advance(floor, AgentIs(0.0, f"agent {number}", "available"))
    return floor


def play(floor: Floor, callers: Trace, look: Callable[[str, float], None] | None = None) -> Outcome:
    """Every caller of the trace. ``look`` is told of each who has to wait, just after they joined."""
    return _Play(floor, callers, look).run()


class _Play:
    """The virtual clock: what happens next, to whom."""

    def __init__(self, floor: Floor, callers: Trace, look: Callable[[str, float], None] | None) -> None:
        self._floor = floor
        self._callers = callers
        self._look = look
        self._happens: list[tuple[float, int, bool]] = []  # when, to whom, and whether it is the end of a talk
        count = len(callers.comes_s)
        self._outcome = Outcome([0.0] * count, [False] * count)

    def run(self) -> Outcome:
        """Everything in the order of time."""
        happens = self._happens
        for number, comes_s in enumerate(self._callers.comes_s):
            while happens and happens[0][0] <= comes_s:
                self._next()
            self._comes(number, comes_s)
        while happens:
            self._next()
        return self._outcome

    def _next(self) -> None:
        now_s, number, is_end = heappop(self._happens)
        place = str(number)
        if is_end:
            for command in advance(self._floor, Ended(now_s, place)):
                self._obey(command, now_s)
            return
        waiting = self._floor.places.get(place)
        if waiting is not None and waiting.state == "waiting":
            advance(self._floor, Left(now_s, place))
            self._outcome.waited_s[number] = now_s - self._callers.comes_s[number]
            self._outcome.gave_up[number] = True

    def _comes(self, number: int, now_s: float) -> None:
        place = str(number)
        commands = advance(self._floor, Joined(now_s, place, QUEUE))
        for command in commands:
            self._obey(command, now_s)
        if commands:
            return
        patience_s = self._callers.patience_s[number]
        if patience_s < NEVER_S:
            heappush(self._happens, (now_s + patience_s, number, False))
        if self._look is not None:
            self._look(place, now_s)

    def _obey(self, command: Command, now_s: float) -> None:
        if type(command) is RingAgent:
            number = int(command.place)
            self._outcome.waited_s[number] = now_s - self._callers.comes_s[number]
            advance(self._floor, Accepted(now_s, command.ring))
            heappush(self._happens, (now_s + self._callers.talks_s[number], number, True))


def exact_waits_s(callers: Trace, agents: int) -> list[float]:
    """First come, first served, worked out without a router: each caller takes whoever is free first.

    For callers who never give up (J. Kiefer and J. Wolfowitz, 1955).
    """
    free_s = [0.0] * agents
    waits: list[float] = []
    for comes_s, talks_s in zip(callers.comes_s, callers.talks_s, strict=True):
        begins_s = max(comes_s, heappop(free_s))
        heappush(free_s, begins_s + talks_s)
        waits.append(begins_s - comes_s)
    return waits


class MovingAverage:
    """The usual prediction: the mean of the last waits."""

    def __init__(self, last: int = 50) -> None:
        self._last = last
        self._at_s: list[float] = []
        self._sums: list[float] = [0.0]

    @classmethod
    def of(cls, taken: Sequence[tuple[float, float]], last: int = 50) -> MovingAverage:
        """Over ``(taken at, waited)`` of all callers who were taken, in the order of being taken."""
        average = cls(last)
        for at_s, waited_s in taken:
            average._at_s.append(at_s)
            average._sums.append(average._sums[-1] + waited_s)
        return average

    def __call__(self, now_s: float) -> float:
        """What was told at ``now_s``."""
        known = bisect_left(self._at_s, now_s)
        first = max(0, known - self._last)
        return (self._sums[known] - self._sums[first]) / (known - first) if known > first else 0.0
