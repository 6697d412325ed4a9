"""Conference rooms: who is in, who hears whom, when the room opens and closes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ivr.audio import tone
from ivr.exchange.clock import Clock
from ivr.exchange.leg import Instruction, Leg
from ivr.exchange.sounds import SILENCE, Tape

LAST_LEFT = "last-participant-left"
EXIT_LEFT = "participant-with-end-conference-on-exit-left"
BY_API = "conference-ended-via-api"
KICKED = "participant-with-end-conference-on-exit-kicked"
LAST_KICKED = "last-participant-kicked"


@dataclass(slots=True, eq=False)
class Participant:
    """A leg in a room. ``out`` is done when it has to go, ``news`` whenever something about it changed."""

    leg: Leg
    label: str = ""
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    call_sid_to_coach: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    beep: str = "true"
    joined_s: float = 0.0
    hold_with: Instruction | None = None
    announcement: Instruction | None = None
    out: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    news: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def call_sid(self) -> str:
        return self.leg.sid

    def nudge(self) -> None:
        """Something changed: whoever looks after this participant looks again."""
        if not self.news.done():
            self.news.set_result(None)

    def renew(self) -> None:
        if self.news.done():
            self.news = asyncio.get_running_loop().create_future()


RoomEvent = Callable[[str, str, Participant | None, Mapping[str, str]], None]
"""Told of (group, event, participant, further parameters): group is the word of statusCallbackEvent."""


class Conference:
    """A room; it opens when two are in and one of them may start it, and closes when the last one leaves."""

    def __init__(self, sid: str, friendly_name: str, clock: Clock) -> None:
        self.sid, self.friendly_name = sid, friendly_name
        self.status = "init"
        self.created_s = clock.epoch_s
        self.participants: dict[str, Participant] = {}
        self.on_event: RoomEvent | None = None
        self._clock = clock
        self._mixed_at = -1
        self._total: NDArray[np.int32] | None = None
        self._beep: Tape | None = None

    @property
    def started(self) -> bool:
        return self.status == "in-progress"

    # --- coming and going --------------------------------------------------------------------------------------

    def join(self, participant: Participant) -> None:
        participant.joined_s = self._clock.epoch_s
        self.participants[participant.call_sid] = participant
        self._tell("join", "participant-join", participant)
        if not self.started and len(self.participants) > 1 and self._may_start():
            self.status = "in-progress"
            self._tell("start", "conference-start", participant)
            self._nudge_all()
        if self.started and participant.beep in ("true", "onEnter"):
            self._beep = Tape(tone([880], 0.2, level=0.2))

    def leave(self, participant: Participant, *, kicked: bool = False) -> None:
        """``participant`` goes; the room may end with that. Safe to repeat."""
        if self.participants.pop(participant.call_sid, None) is None:
            return
        if not participant.out.done():
            participant.out.set_result(None)
        self._tell("leave", "participant-leave", participant)
        if participant.end_on_exit:
            self.end(KICKED if kicked else EXIT_LEFT)
        elif not self.participants:
            self.end(LAST_KICKED if kicked else LAST_LEFT)
        elif self.started and participant.beep in ("true", "onExit"):
            self._beep = Tape(tone([660], 0.2, level=0.2))

    def end(self, reason: str) -> None:
        """Close the room; everybody left goes. Safe to repeat."""
        if self.status == "completed":
            return
        self.status = "completed"
        for participant in list(self.participants.values()):
            del self.participants[participant.call_sid]
            if not participant.out.done():
                participant.out.set_result(None)
            self._tell("leave", "participant-leave", participant)
        self._tell("end", "conference-end", None, {"ReasonConferenceEnded": reason})

    def changed(self, group: str, event: str, participant: Participant) -> None:
        """``participant`` was muted, held, made coach ... from outside."""
        self._tell(group, event, participant)
        participant.nudge()

    def _may_start(self) -> bool:
        return any(participant.start_on_enter for participant in self.participants.values())

    def _nudge_all(self) -> None:
        for participant in self.participants.values():
            participant.nudge()

    def _tell(
        self, group: str, event: str, participant: Participant | None, more: Mapping[str, str] | None = None
    ) -> None:
        if self.on_event:
            self.on_event(group, event, participant, more or {})

    # --- sound -------------------------------------------------------------------------------------------------

    def heard_by(self, listener: Participant) -> bytes:
        """What ``listener`` hears this tick: everybody else."""
        if not self.started or listener.hold:
            return SILENCE
        if self._mixed_at != self._clock.ticks:
            self._mix()
        total = self._total
        if total is not None and self._is_heard(listener) and listener.leg.inbound is not SILENCE:
            total = total - _samples(listener.leg.inbound)
        for coach in self.participants.values():
            if coach.coaching and coach.call_sid_to_coach == listener.call_sid and not coach.muted and not coach.hold:
                voice = _samples(coach.leg.inbound)
                total = voice if total is None else total + voice
        return SILENCE if total is None else np.clip(total, -32768, 32767).astype("<i2").tobytes()

    def _mix(self) -> None:
        self._mixed_at = self._clock.ticks
        voices = [
            _samples(participant.leg.inbound)
            for participant in self.participants.values()
            if self._is_heard(participant) and participant.leg.inbound is not SILENCE
        ]
        if self._beep:
            voices.append(_samples(self._beep.frame()))
            if not self._beep.pending:
                self._beep = None
        self._total = np.sum(voices, axis=0, dtype=np.int32) if voices else None

    @staticmethod
    def _is_heard(participant: Participant) -> bool:
        return not (participant.muted or participant.hold or participant.coaching)


def _samples(frame: bytes) -> NDArray[np.int32]:
    return np.frombuffer(frame, dtype="<i2").astype(np.int32)


class RoomSound:
    """The source of a participant's sound."""

    pending = False
    is_turn = True

    def __init__(self, room: Conference, participant: Participant) -> None:
        self._room, self._participant = room, participant

    def frame(self) -> bytes:
        return self._room.heard_by(self._participant)


class OtherSide:
    """The source for a leg that is joined with one other."""

    pending = False
    is_turn = True

    def __init__(self, other: Leg) -> None:
        self._other = other

    def frame(self) -> bytes:
        return self._other.inbound
