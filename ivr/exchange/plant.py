"""The telephone plant: everything one exchange consists of, for the parts that make it work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivr.exchange.clock import Clock
from ivr.exchange.conference import Conference
from ivr.exchange.leg import Instruction, Leg
from ivr.exchange.messages import Message
from ivr.exchange.numbers import Number
from ivr.exchange.phonebook import Phonebook
from ivr.exchange.recordings import RecordingInfo, UnderWay
from ivr.exchange.refusals import Refusal
from ivr.exchange.speaking import Speaking
from ivr.exchange.timeline import Timeline
from ivr.exchange.trouble import Trouble
from ivr.exchange.waiting_queue import WaitingQueue
from ivr.exchange.webhooks import Webhooks

log = logging.getLogger(__name__)

KEPT = 1000
"""Calls, conferences, recordings and messages kept after their end, each."""


async def _nobody_serves(plant: Plant, leg: Leg, instruction: Instruction) -> None:
    leg.end("failed")


@dataclass(slots=True)
class Plant:
    """What exists. ``base_url`` is where the box itself listens, known once it does."""

    account_sid: str
    clock: Clock
    timeline: Timeline
    webhooks: Webhooks
    speaking: Speaking
    data: Path
    auth_token: str = field(repr=False, default="")
    base_url: str = ""
    trouble: Trouble = field(default_factory=Trouble)
    serve: Callable[[Plant, Leg, Instruction], Coroutine[Any, Any, None]] = field(repr=False, default=_nobody_serves)
    phonebook: Phonebook = field(default_factory=Phonebook)
    legs: dict[str, Leg] = field(default_factory=dict)
    live: dict[str, Leg] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    queues: dict[str, WaitingQueue] = field(default_factory=dict)
    recordings: dict[str, RecordingInfo] = field(default_factory=dict)
    under_way: dict[str, list[UnderWay]] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    _count: int = 0
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def numbered(self) -> int:
        """The next number of something that is to be told apart, the same in every run (sids are not)."""
        self._count += 1
        return self._count

    def trouble_from_now(self, trouble: Trouble) -> None:
        """Make this trouble from now on; calls under way keep the line they have."""
        self.trouble = trouble
        self.webhooks.slow_s = trouble.slow_s

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do ``work`` beside everything else; it is cancelled at the latest when the box closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        self.clock.wake()
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a part of the exchange failed", exc_info=error)
            self.timeline.note("", "broken", error=repr(error))

    async def drained(self, wall_s: float) -> None:
        """Wait until all work begun, and what follows from it, is done; at most ``wall_s``."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wall_s):
                while self._tasks:
                    await asyncio.wait(set(self._tasks))

    async def stop_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def refused(self, leg: Leg, refusal: Refusal) -> None:
        """Write an error of the carrier's into the call's timeline."""
        self.timeline.note(leg.sid, "error", number=refusal.number, message=refusal.message)

    def trim(self) -> None:
        """Forget the oldest things that are over."""
        _forget(self.legs, [sid for sid, leg in self.legs.items() if leg.over])
        _forget(self.conferences, [sid for sid, room in self.conferences.items() if room.status == "completed"])
        _forget(self.messages, list(self.messages))
        self.under_way = {sid: one for sid, one in self.under_way.items() if sid in self.live}


def _forget(store: dict[str, Any], over: list[str]) -> None:
    for sid in over[: max(0, len(store) - KEPT)]:
        del store[sid]
