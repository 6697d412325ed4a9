"""What happened, when, in exchange seconds: the record a test, a demo or a person reads a call from."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from ivr.exchange.clock import Clock

MAX_EVENTS = 20_000
"""Events kept for all calls together; a call produces some tens to hundreds."""

MAX_CALL_EVENTS = 2_000


class Timeline:
    """Numbered events, newest kept; each belongs to a call (or to none)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: deque[Mapping[str, Any]] = deque(maxlen=MAX_EVENTS)
        self._number = 0
        self._news = asyncio.Event()

    def note(self, call_sid: str, what: str, **details: object) -> None:
        """Write down ``what`` happened now.

        ``wall_s`` is for those who lay the service's own notes beside ours, to the microsecond: a key and what the
        service makes of it can be closer together than a millisecond.
        """
        self._number += 1
        when = {"at_s": self._clock.now_s, "wall_s": round(time.time(), 6)}
        event = {"n": self._number, **when, "call": call_sid, "what": what, **details}
        self._events.append(event)
        self._news.set()

    def after(self, number: int) -> list[Mapping[str, Any]]:
        """The events with a number greater than ``number``, oldest first."""
        return [event for event in self._events if event["n"] > number]

    def of(self, call_sid: str) -> list[Mapping[str, Any]]:
        """The latest events of a call, oldest first."""
        return [event for event in self._events if event["call"] == call_sid][-MAX_CALL_EVENTS:]

    async def news(self) -> None:
        """Wait for the next event."""
        self._news.clear()
        await self._news.wait()
