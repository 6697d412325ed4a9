"""Queues: callers waiting in order until somebody takes them."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ivr.exchange.clock import Clock
from ivr.exchange.leg import Leg

ON_DEMAND_SIZE = 100
"""Most callers in a queue that Enqueue made."""

REMEMBERED = 100
"""Waits the average is taken over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Why a member's wait is over: ``result`` as in QueueResult; ``by`` is the leg to be joined with."""

    result: str
    by: Leg | None = None
    url: str = ""
    method: str = "POST"


@dataclass(slots=True)
class Waiting:
    """Somebody in the queue; ``taken`` says how it ended, ``ready`` that they may be joined, ``over`` the end."""

    leg: Leg
    since_s: float
    taken: asyncio.Future[Taken]
    ready: asyncio.Future[Any]
    over: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A waiting caller, for REST. ``position`` counts from 1."""

    call_sid: str
    position: int
    enqueued_s: float


@dataclass(slots=True)
class WaitingQueue:
    """First come, first served, unless a member is pulled out by name."""

    sid: str
    friendly_name: str
    max_size: int
    clock: Clock = field(repr=False)
    waiting: list[Waiting] = field(default_factory=list)
    created_s: float = 0.0
    _waits_s: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _arrival: asyncio.Future[Any] | None = None

    @property
    def members(self) -> list[Member]:
        return [Member(w.leg.sid, place, w.since_s) for place, w in enumerate(self.waiting, start=1)]

    @property
    def average_wait_s(self) -> float:
        return sum(self._waits_s) / len(self._waits_s) if self._waits_s else 0.0

    def join(self, leg: Leg) -> Waiting | None:
        """Put ``leg`` at the end; None when the queue is full."""
        if len(self.waiting) >= self.max_size:
            return None
        loop = asyncio.get_running_loop()
        waiting = Waiting(leg, self.clock.epoch_s, loop.create_future(), loop.create_future(), loop.create_future())
        self.waiting.append(waiting)
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)
        return waiting

    def take(self, waiting: Waiting, taken: Taken) -> None:
        """End a wait."""
        self.drop(waiting)
        if not waiting.taken.done():
            waiting.taken.set_result(taken)

    def drop(self, waiting: Waiting) -> None:
        """The caller no longer waits."""
        if waiting in self.waiting:
            self.waiting.remove(waiting)
            self._waits_s.append(self.clock.epoch_s - waiting.since_s)

    def arrival(self) -> asyncio.Future[Any]:
        """Done when the next caller joins."""
        if self._arrival is None or self._arrival.done():
            self._arrival = asyncio.get_running_loop().create_future()
        return self._arrival

    def place(self, waiting: Waiting) -> int:
        return self.waiting.index(waiting) + 1 if waiting in self.waiting else 0
