"""A call run again, event by event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.flows import FlowBook, step
from ivr.flows.actions import Action
from ivr.flows.call import Call, Line
from ivr.flows.events import Event, Reply, Silence
from ivr.flows.interpreter import MAX_REPLIES, Trail
from ivr.replay.waits import ASSUMED, OVER, Waits, fits, is_moot, waits


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one event: the call after it, what was done on the phone, and the way through the steps."""

    event: Event
    call: Call
    actions: tuple[Action, ...]
    trail: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    waits: Waits


@dataclass(slots=True)
class Performance:
    """One call on one book, from its first event on."""

    call: Call
    book: FlowBook
    turns: list[Turn] = field(default_factory=list)
    fitted: bool = True
    """False when an event answered a question that this book does not ask."""

    def play(self, events: Sequence[Event]) -> Performance:
        """Take ``events`` as they come."""
        for event in events:
            self._happens(event)
        return self

    def follow(self, turns: Sequence[Turn], renamed: Mapping[str, str]) -> Performance:
        """Take the events of another performance as far as they answer what is asked here."""
        was = OVER
        for turn in turns:
            if self.call.ended:
                break
            if not is_moot(turn.event, self.waits):
                if self.turns and not fits(turn.event, was, self.waits, renamed):
                    self.fitted = False
                    break
                self._happens(turn.event)
                self._assume(turn.event)
            was = turn.waits
        if not self.call.ended:
            # It goes on: only when the other one waits here too has it gone the same way.
            self.fitted = self.fitted and was.kind == self.waits.kind and fits(Silence(0.0), was, self.waits, renamed)
        return self

    @property
    def waits(self) -> Waits:
        """What the call waits for now."""
        return self.turns[-1].waits if self.turns else OVER

    def _assume(self, event: Event) -> None:
        """Services that nobody asked back then, and whose reply would have held nothing, have worked."""
        for _ in range(MAX_REPLIES):
            service = self.waits.what
            if self.waits.kind != "reply" or service not in ASSUMED:
                return
            self._happens(Reply(event.at_s, service, ok=True))

    def _happens(self, event: Event) -> None:
        trail: Trail = []
        said = len(self.call.transcript)
        self.call, actions = step(self.call, event, self.book, trail)
        # With nothing new to do, what was asked before still stands.
        now = waits(self.call, actions, self.book) if actions or self.call.ended else self.waits
        self.turns.append(Turn(event, self.call, actions, tuple(trail), self.call.transcript[said:], now))
