"""Exchange time, in ticks of 20 ms. Everything that waits for a moment in a call waits here.

Real time: ticks follow the wall clock without drift. Fast: a tick follows the other as soon as everything has
settled; while something outside is being waited for (``with clock.busy():``) time stands still, so a call lasting
minutes takes seconds and still comes out the same.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

TICK_S = 0.02
"""Length of a media frame; the carrier sends 20 ms frames."""

_SETTLE_TURNS = 5
"""Turns of the event loop between two fast ticks: future -> waiter -> task, with room to spare."""

_CATCH_UP_S = 0.5
"""A real-time clock later than this (machine asleep) gives the lost time up instead of racing after it."""

_UNHURRIED_TICK_S = 0.001
"""Wall time of a fast tick while somebody is on hold: 20 times real time, so that what the service does on its own
(ring an agent from a job) does not come minutes of exchange time late."""


class Clock:
    """Counts ticks; wakes sleepers; calls its listeners once a tick."""

    def __init__(self, *, fast: bool = False) -> None:
        self.fast = fast
        self.ticks = 0
        self.alive: Callable[[], bool] = lambda: True
        self._started_s = time.time()
        self._listeners: list[Callable[[], None]] = []
        self._timers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._busy = 0
        self._unhurried = 0
        self._wake = asyncio.Event()

    @property
    def now_s(self) -> float:
        """Seconds of exchange time since the start."""
        return round(self.ticks * TICK_S, 2)

    @property
    def epoch_s(self) -> float:
        """Exchange time as a date: the start of the process plus :attr:`now_s`."""
        return self._started_s + self.now_s

    def on_tick(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def timer(self, delay_s: float) -> asyncio.Future[None]:
        """A future that is done ``delay_s`` of exchange time from now; cancel it to forget it."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due = self.ticks + max(1, round(delay_s / TICK_S))
        heapq.heappush(self._timers, (due, next(self._order), future))
        self._wake.set()
        return future

    async def sleep(self, delay_s: float) -> None:
        await self.timer(delay_s)

    async def within(self, delay_s: float | None, *futures: asyncio.Future[Any]) -> set[asyncio.Future[Any]]:
        """Wait until one of ``futures`` is done or ``delay_s`` has passed; returns those done (none = too late)."""
        timer = None if delay_s is None else self.timer(delay_s)
        waiting: set[asyncio.Future[Any]] = {*futures}
        try:
            done, _ = await asyncio.wait(waiting | ({timer} if timer else set()), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if timer is not None and not timer.done():
                timer.cancel()
        return {f for f in done if f is not timer}

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Time stands still meanwhile (fast only): something outside is at work."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._wake.set()

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """At most 20 times real time meanwhile (fast only): somebody is on hold."""
        self._unhurried += 1
        try:
            yield
        finally:
            self._unhurried -= 1

    def wake(self) -> None:
        """There is something to do again."""
        self._wake.set()

    async def run(self) -> None:
        """Tick until cancelled."""
        await (self._run_fast() if self.fast else self._run_real())

    async def _run_fast(self) -> None:
        while True:
            for _ in range(_SETTLE_TURNS):
                await asyncio.sleep(0)
            if self._held or self._idle():
                self._wake.clear()
                await self._wake.wait()
                continue
            if self._unhurried:
                await asyncio.sleep(_UNHURRIED_TICK_S)
            if not self._held:
                if self._timers and not self.alive():  # no sound flows: straight to the next timer
                    self.ticks = max(self.ticks, self._timers[0][0] - 1)
                self._tick()

    async def _run_real(self) -> None:
        loop = asyncio.get_running_loop()
        base_s = loop.time() - self.ticks * TICK_S
        while True:
            if self._idle():
                self._wake.clear()
                await self._wake.wait()
                self.ticks = max(self.ticks, int((loop.time() - base_s) / TICK_S))
            late_s = loop.time() - (base_s + (self.ticks + 1) * TICK_S)
            if late_s > _CATCH_UP_S:
                base_s += late_s
            await asyncio.sleep(max(0.0, -late_s))
            self._tick()

    @property
    def _held(self) -> bool:
        return self._busy > 0

    def _idle(self) -> bool:
        while self._timers and self._timers[0][2].done():
            heapq.heappop(self._timers)
        return not self._timers and not self.alive()

    def _tick(self) -> None:
        self.ticks += 1
        for listener in self._listeners:
            listener()
        while self._timers and self._timers[0][0] <= self.ticks:
            future = heapq.heappop(self._timers)[2]
            if not future.done():
                future.set_result(None)
