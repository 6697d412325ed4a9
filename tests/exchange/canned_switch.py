"""A switch without telephones: it keeps what it is told and answers like the real one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivr.exchange.machine import Detection
from ivr.exchange.refusals import CALL_NOT_IN_PROGRESS, NOT_FOUND, Refusal

NOW_S = 1_700_000_000.0


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


@dataclass(slots=True)
class CannedLeg:
    to: str
    from_: str
    account_sid: str = "AC" + "0" * 32
    sid: str = field(default_factory=lambda: new_sid("CA"))
    parent_sid: str = ""
    status: str = "queued"
    direction: str = "outbound-api"
    created_s: float = NOW_S
    answered_s: float = 0.0
    ended_s: float = 0.0
    answered_by: str = ""
    asked: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CannedParticipant:
    call_sid: str
    label: str = ""
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    call_sid_to_coach: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    joined_s: float = NOW_S


@dataclass(slots=True)
class CannedConference:
    friendly_name: str
    sid: str = field(default_factory=lambda: new_sid("CF"))
    status: str = "in-progress"
    created_s: float = NOW_S
    participants: dict[str, CannedParticipant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CannedMember:
    call_sid: str
    position: int
    enqueued_s: float = NOW_S


class StoppedClock:
    """It is always the same time."""

    epoch_s = NOW_S + 60


@dataclass(slots=True)
class CannedQueue:
    friendly_name: str
    max_size: int
    sid: str = field(default_factory=lambda: new_sid("QU"))
    members: list[CannedMember] = field(default_factory=list)
    average_wait_s: float = 0.0
    created_s: float = NOW_S
    clock: StoppedClock = field(default_factory=StoppedClock)


@dataclass(frozen=True, slots=True)
class CannedRecording:
    call_sid: str
    sid: str = field(default_factory=lambda: new_sid("RE"))
    conference_sid: str = ""
    status: str = "completed"
    duration_s: float = 1.0
    channels: int = 1
    source: str = "RecordVerb"
    started_s: float = NOW_S
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class CannedMessage:
    to: str
    from_: str
    body: str
    sid: str = field(default_factory=lambda: new_sid("SM"))
    status: str = "sent"
    created_s: float = NOW_S
    direction: str = "outbound-api"


@dataclass(slots=True)
class CannedNumber:
    phone_number: str
    sid: str = field(default_factory=lambda: new_sid("PN"))
    created_s: float = NOW_S
    addresses: dict[str, str] = field(default_factory=dict)


class CannedSwitch:
    """Everything in lists; calls are answered when a test says so."""

    def __init__(self) -> None:
        self.all_legs: list[CannedLeg] = []
        self.all_conferences: list[CannedConference] = []
        self.all_queues: list[CannedQueue] = []
        self.all_recordings: list[CannedRecording] = []
        self.all_messages: list[CannedMessage] = []
        self.all_numbers: list[CannedNumber] = []
        self.pulled: list[tuple[str, str, str]] = []
        self.recorded: list[tuple[str, tuple[object, ...]]] = []

    def leg(self, sid: str) -> CannedLeg | None:
        return next((leg for leg in self.all_legs if leg.sid == sid), None)

    def legs(self) -> Sequence[CannedLeg]:
        return self.all_legs[::-1]

    async def place_call(
        self,
        *,
        to: str,
        from_: str,
        url: str = "",
        twiml: str = "",
        method: str = "POST",
        status_callback: str = "",
        status_callback_event: tuple[str, ...] = ("completed",),
        status_callback_method: str = "POST",
        timeout_s: float = 60,
        send_digits: str = "",
        fallback: tuple[str, str] = ("", "POST"),
        detection: Detection | None = None,
        time_limit_s: float | None = None,
    ) -> CannedLeg:
        asked = {
            "url": url,
            "twiml": twiml,
            "method": method,
            "status_callback": status_callback,
            "status_callback_event": status_callback_event,
            "status_callback_method": status_callback_method,
            "timeout_s": timeout_s,
            "send_digits": send_digits,
            "fallback": fallback,
            "detection": detection,
            "time_limit_s": time_limit_s,
        }
        leg = CannedLeg(to, from_, asked=asked)
        self.all_legs.append(leg)
        return leg

    async def redirect(
        self,
        sid: str,
        *,
        url: str = "",
        twiml: str = "",
        method: str = "POST",
        fallback: tuple[str, str] = ("", "POST"),
    ) -> CannedLeg:
        leg = self._talking(sid)
        leg.asked |= {"redirected": url or twiml, "redirect_method": method}
        return leg

    async def hang_up(self, sid: str, status: str = "completed") -> CannedLeg:
        leg = self._leg(sid)
        if leg.ended_s:
            raise Refusal(CALL_NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
        leg.status, leg.ended_s = status, NOW_S + 30
        return leg

    def conferences(self) -> Sequence[CannedConference]:
        return self.all_conferences[::-1]

    def conference(self, sid_or_name: str) -> CannedConference | None:
        return next((room for room in self.all_conferences if sid_or_name in (room.sid, room.friendly_name)), None)

    async def add_participant(
        self,
        conference: str,
        *,
        from_: str,
        to: str,
        label: str = "",
        timeout_s: float = 60,
        early_media: bool = True,
        beep: str = "true",
        end_conference_on_exit: bool = False,
        start_conference_on_enter: bool = True,
        muted: bool = False,
        status_callback: str = "",
        status_callback_event: tuple[str, ...] = ("completed",),
        detection: Detection | None = None,
        time_limit_s: float | None = None,
    ) -> CannedParticipant:
        leg = await self.place_call(
            to=to, from_=from_, status_callback=status_callback, status_callback_event=status_callback_event
        )
        leg.asked |= {"timeout_s": timeout_s, "detection": detection, "early_media": early_media, "beep": beep}
        room = self.conference(conference)
        if room is None:
            room = CannedConference(conference)
            self.all_conferences.append(room)
        room.participants[leg.sid] = CannedParticipant(
            leg.sid, label, muted, start_on_enter=start_conference_on_enter, end_on_exit=end_conference_on_exit
        )
        return room.participants[leg.sid]

    async def update_participant(
        self,
        conference_sid: str,
        call_sid: str,
        *,
        muted: bool | None = None,
        hold: bool | None = None,
        hold_url: str | None = None,
        announce_url: str | None = None,
        end_conference_on_exit: bool | None = None,
        coaching: bool | None = None,
        call_sid_to_coach: str | None = None,
    ) -> CannedParticipant:
        room = self._room(conference_sid)
        self._leg(call_sid).asked |= {"hold_url": hold_url, "announce_url": announce_url}
        was = room.participants[call_sid]
        room.participants[call_sid] = replace(
            was,
            muted=was.muted if muted is None else muted,
            hold=was.hold if hold is None else hold,
            end_on_exit=was.end_on_exit if end_conference_on_exit is None else end_conference_on_exit,
            coaching=was.coaching if coaching is None else coaching,
            call_sid_to_coach=was.call_sid_to_coach if call_sid_to_coach is None else call_sid_to_coach,
        )
        return room.participants[call_sid]

    async def remove_participant(self, conference_sid: str, call_sid: str) -> None:
        del self._room(conference_sid).participants[call_sid]

    async def end_conference(self, sid: str) -> None:
        room = self._room(sid)
        room.status = "completed"
        room.participants.clear()

    def queues(self) -> Sequence[CannedQueue]:
        return self.all_queues

    def queue(self, sid_or_name: str) -> CannedQueue | None:
        return next((queue for queue in self.all_queues if sid_or_name in (queue.sid, queue.friendly_name)), None)

    async def create_queue(self, name: str, max_size: int) -> CannedQueue:
        queue = CannedQueue(name, max_size)
        self.all_queues.append(queue)
        return queue

    async def pull_member(self, queue_sid: str, call_sid: str, url: str, method: str) -> None:
        self.pulled.append((call_sid, url, method))
        for queue in self.all_queues:
            if queue.sid == queue_sid:
                queue.members = [member for member in queue.members if member.call_sid != call_sid]

    def recordings(self) -> Sequence[CannedRecording]:
        return self.all_recordings

    def recording(self, sid: str) -> CannedRecording | None:
        return next((recording for recording in self.all_recordings if recording.sid == sid), None)

    async def begin_recording(
        self, call_sid: str, *, channels: int, track: str, trim: bool, url: str, method: str, events: tuple[str, ...]
    ) -> CannedRecording:
        self.recorded.append(("begin_recording", (call_sid, channels, track, trim, url, method, events)))
        return CannedRecording(call_sid, status="in-progress", channels=channels)

    async def steer_recording(self, call_sid: str, sid: str, status: str, *, skips: bool) -> CannedRecording:
        self.recorded.append(("steer_recording", (call_sid, sid, status, skips)))
        return CannedRecording(call_sid, sid, status=status)

    async def delete_recording(self, sid: str) -> None:
        self.all_recordings = [recording for recording in self.all_recordings if recording.sid != sid]

    def messages(self) -> Sequence[CannedMessage]:
        return self.all_messages[::-1]

    async def send_message(self, *, to: str, from_: str, body: str, status_callback: str = "") -> CannedMessage:
        message = CannedMessage(to, from_, body)
        self.all_messages.append(message)
        return message

    def numbers(self) -> Sequence[CannedNumber]:
        return self.all_numbers

    def point_number(self, sid: str, changes: Mapping[str, str]) -> CannedNumber:
        number = next(one for one in self.all_numbers if one.sid == sid)
        number.addresses |= changes
        return number

    def _leg(self, sid: str) -> CannedLeg:
        leg = self.leg(sid)
        if leg is None:
            raise Refusal(NOT_FOUND, f"The requested resource {sid} was not found", 404)
        return leg

    def _talking(self, sid: str) -> CannedLeg:
        leg = self._leg(sid)
        if leg.status != "in-progress":
            raise Refusal(CALL_NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
        return leg

    def _room(self, sid: str) -> CannedConference:
        room = self.conference(sid)
        if room is None:
            raise Refusal(NOT_FOUND, f"The requested resource {sid} was not found", 404)
        return room
