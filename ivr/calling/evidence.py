"""What is known about a call when it is over: the witnesses by which a demo or a test judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ivr.calling.bystander import Bystander
from ivr.calling.clients import Json
from ivr.calling.event_stream import Event
from ivr.calling.sound import TwoSides, recognised
from ivr.calling.transcript import CALLER, Entry
from ivr.ports import Ears


class MissingError(Exception):
    """Something that should have happened in the call did not; the message says what."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """``people`` are the legs by name (caller, maria, sam), ``sides`` their sound; ``ears`` listen to it."""

    entries: Sequence[Entry]
    events: Sequence[Event]
    record: Json
    voicemails: Sequence[Json]
    people: Mapping[str, str]
    sides: Mapping[str, TwoSides]
    bystander: Bystander
    nearest: Mapping[str, Any]
    ears: Ears

    # --- what happened ----------------------------------------------------------------------------------------------

    def event(self, what: str, who: str = CALLER, *, after_wall_s: float = 0.0, **details: object) -> Event:
        """The first such event.

        Raises:
            MissingError: there is none.
        """
        leg = self.people.get(who, "")
        for event in self.events:
            fits = event["what"] == what and event["call"] == leg and event["wall_s"] >= after_wall_s
            if fits and all(event.get(name) == value for name, value in details.items()):
                return event
        raise MissingError(f"{who}: no '{what}' {details or ''}".rstrip())

    @property
    def meeting(self) -> Event:
        """When the caller met the agent: told of whoever came into the room last.

        Raises:
            MissingError: they never met.
        """
        for who in self.people:
            with suppress(MissingError):
                return self.event("conference-start", who)
        raise MissingError("nobody met")

    def entry(self, kind: str, **details: object) -> Entry:
        """The first such line of the transcript.

        Raises:
            MissingError: there is none.
        """
        for entry in self.entries:
            if entry.kind == kind and all(getattr(entry, name) == value for name, value in details.items()):
                return entry
        raise MissingError(f"nothing {kind} {details}")

    @property
    def transfer(self) -> Mapping[str, Any]:
        """The transfer of the call.

        Raises:
            MissingError: there is none.
        """
        transfers = self.record.get("transfers") or ()
        if not transfers:
            raise MissingError("the service knows of no transfer")
        return dict(transfers[-1])

    @property
    def message(self) -> Json:
        """The message that was left.

        Raises:
            MissingError: there is none, or more than one.
        """
        if len(self.voicemails) != 1:
            raise MissingError(f"{len(self.voicemails)} messages instead of one")
        return self.voicemails[0]

    # --- what was to be heard ---------------------------------------------------------------------------------------

    def sound(self, who: str, begin: Event, end: Event) -> bytes:
        """What ``who`` heard between two events.

        Raises:
            MissingError: there is no recording of that.
        """
        if who not in self.sides:
            raise MissingError(f"no recording of {who}")
        answered_s = self.event("status", who, status="in-progress")["at_s"]
        return self.sides[who].heard_between(begin["at_s"] - answered_s, end["at_s"] - answered_s)

    def words(self, who: str, begin: Event, end: Event) -> str:
        """What the recogniser makes of what ``who`` heard between two events."""
        return recognised(self.ears, self.sound(who, begin, end))
