"""Watches one call to its end, and keeps what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.calling.clients import Exchange, Service
from ivr.calling.event_stream import Event, EventStream
from ivr.calling.transcript import OVER, Entry, merged, settled
from ivr.ports import OutsideError

LOOK_EVERY_S = 0.25
"""Between two looks at the service's transcript."""

GLANCE_S = 2.0
"""A service that is being started again takes connections and lets them wait: then the next look will do."""

SETTLE_S = 0.5
"""So old an entry must be to be shown: what belongs before it has been written down by then (a guess)."""

LAST_WORD_S = 10.0
"""How long the record of a call that is over may take."""


@dataclass(slots=True)
class Watch:
    """One call, being watched. Begin it before the call is placed, so that nothing is missed."""

    exchange: Exchange
    service: Service
    noticed: Callable[[Event], None] = lambda event: None
    sid: str = ""
    events: list[Event] = field(default_factory=list)
    record: Mapping[str, Any] = field(default_factory=dict)

    def place(self, line: str, caller: str, script: list[Mapping[str, Any]], linger_s: float) -> Iterator[Entry]:
        """Place the call and give its transcript, entry by entry, until the call is over."""
        with EventStream(self.exchange, self.noticed) as stream:
            self.sid = self.exchange.place_call(line, caller, script, linger_s)
            shown = 0
            for known_s in self._looks(stream):
                entries = self.entries
                until = max(shown, settled(entries, known_s))
                yield from entries[shown:until]
                shown = until
        yield from self.entries[shown:]

    @property
    def entries(self) -> list[Entry]:
        """The transcript so far."""
        return merged(self.sid, self.events, self.record.get("transcript", ()))

    @property
    def status(self) -> str:
        """What the exchange last said about the call."""
        said = [event["status"] for event in self.events if event["call"] == self.sid and event["what"] == "status"]
        return said[-1] if said else ""

    def _looks(self, stream: EventStream) -> Iterator[float]:
        """Look at both sides again and again; each time gives the wall time up to which all is known."""
        while self.status not in OVER:
            if stream.broken:
                raise OutsideError("the exchange is gone", retry=True)
            began_s = time.time()
            self.events += stream.take(LOOK_EVERY_S)
            self._look()
            yield began_s - SETTLE_S
        self._look()
        deadline_s = time.monotonic() + LAST_WORD_S
        while self.record and not self.record.get("ended_s") and time.monotonic() < deadline_s:
            self.events += stream.take(LOOK_EVERY_S)
            self._look()
        self.events += stream.take(LOOK_EVERY_S)

    def _look(self) -> None:
        """See what the service knows, if it answers at this moment."""
        try:
            seen = self.service.call(self.sid, GLANCE_S)
        except OutsideError:
            return
        # While a call ends there is a moment in which its record is that of its beginning.
        if seen and len(seen["transcript"]) >= len(self.record.get("transcript", ())):
            self.record = seen
