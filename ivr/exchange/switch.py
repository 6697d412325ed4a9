"""The switch: what can be asked of the exchange from outside, by REST and by its own control interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.exchange.application import Application
from ivr.exchange.call_recording import begin_recording, steer_recording
from ivr.exchange.callbacks import Callback, follow
from ivr.exchange.conference import BY_API, Conference, Participant
from ivr.exchange.executor import serve
from ivr.exchange.leg import Instruction, Leg
from ivr.exchange.machine import Detection
from ivr.exchange.messages import Message
from ivr.exchange.moderating import bring_in, hold_on, modify, mute
from ivr.exchange.numbers import Number
from ivr.exchange.party import Party
from ivr.exchange.placing import call_out, limit
from ivr.exchange.plant import Plant
from ivr.exchange.queues import find_queue, open_queue
from ivr.exchange.recorder import Announce
from ivr.exchange.recordings import RecordingInfo
from ivr.exchange.refusals import CALL_NOT_IN_PROGRESS, COACHED_ON_HOLD, NOT_FOUND, Refusal
from ivr.exchange.ringing import new_leg
from ivr.exchange.rooms import find_room, open_room
from ivr.exchange.sids import new_sid
from ivr.exchange.texting import send_text
from ivr.exchange.texting_in import text_in
from ivr.exchange.waiting_queue import Taken, WaitingQueue

QUEUE_EXISTS = 22003


class Switch:
    """Calls, rooms, queues, recordings and texts. Methods raise ``Refusal`` for what the carrier would refuse."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        plant.serve = serve

    # --- calls -------------------------------------------------------------------------------------------------

    def leg(self, sid: str) -> Leg | None:
        return self._plant.legs.get(sid)

    def legs(self) -> Sequence[Leg]:
        return list(reversed(self._plant.legs.values()))

    def ring_in(self, line: str, from_: str, party: Party, application: Application) -> Leg:
        """``party`` calls ``line``: the service is asked what to do."""
        plant = self._plant
        leg = new_leg(plant, to=line, from_=from_, direction="inbound", party=party)
        number = self._number(line)
        if fallback := number.address("voice_fallback_url", application.fallback_url):
            leg.fallback = Instruction(fallback, number.address("voice_fallback_method", "POST"))
        told, method = number.address("status_callback", application.status_url), "status_callback_method"
        follow(plant, leg, told, number.address(method, "POST"), ("completed",))
        leg.ring()
        url = number.address("voice_url", application.voice_url)
        plant.spawn(serve(plant, leg, Instruction(url, number.address("voice_method", "POST"))))
        return leg

    def text_in(self, line: str, from_: str, body: str, application: Application) -> Message:
        """Somebody texts ``line``: the service is asked for an answer."""
        number = self._number(line)
        message = Message(new_sid("SM"), line, from_, body, "received", self._plant.clock.epoch_s, "inbound")
        url = number.address("sms_url", application.sms_url)
        return text_in(self._plant, message, url, number.address("sms_method", "POST"))

    def _number(self, line: str) -> Number:
        known = (one for one in self._plant.numbers.values() if one.phone_number == line)
        return next(known, Number("", line, 0.0))

    def numbers(self) -> Sequence[Number]:
        return list(self._plant.numbers.values())

    def point_number(self, sid: str, changes: Mapping[str, str]) -> Number:
        """Send a number's calls and texts elsewhere from now on."""
        number = self._plant.numbers[sid]
        number.addresses |= changes
        return number

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
    ) -> Leg:
        """Ring ``to``; when answered the document runs. Returns at once."""
        leg = new_leg(self._plant, to=to, from_=from_, direction="outbound-api")
        if fallback[0]:
            leg.fallback = Instruction(*fallback)
        follow(self._plant, leg, status_callback, status_callback_method, status_callback_event)
        limit(self._plant, leg, time_limit_s)
        instruction = Instruction(url, method, {}, twiml)
        self._plant.spawn(call_out(self._plant, leg, timeout_s, send_digits, detection, instruction))
        return leg

    async def redirect(
        self,
        sid: str,
        *,
        url: str = "",
        twiml: str = "",
        method: str = "POST",
        fallback: tuple[str, str] = ("", "POST"),
    ) -> Leg:
        leg = self._known(sid)
        if not leg.talking:
            raise Refusal(CALL_NOT_IN_PROGRESS, f"Call {sid} is not in-progress. Cannot redirect.", 400)
        if fallback[0]:
            leg.fallback = Instruction(*fallback)
        self._plant.timeline.note(sid, "redirected", url=url)
        leg.redirect(Instruction(url, method, {}, twiml))
        return leg

    async def hang_up(self, sid: str, status: str = "completed") -> Leg:
        """``canceled`` ends only calls not yet answered; ``completed`` any. Harmless when the call is over."""
        leg = self._known(sid)
        if status == "canceled" and leg.talking:
            raise Refusal(CALL_NOT_IN_PROGRESS, f"Call {sid} is in-progress. Cannot cancel.", 400)
        leg.end("completed" if leg.talking else "canceled")
        return leg

    def _known(self, sid: str) -> Leg:
        leg = self.leg(sid)
        if leg is None:
            raise Refusal(NOT_FOUND, f"The requested resource /Calls/{sid} was not found", 404)
        return leg

    # --- conferences -------------------------------------------------------------------------------------------

    def conferences(self) -> Sequence[Conference]:
        return list(reversed(self._plant.conferences.values()))

    def conference(self, sid_or_name: str) -> Conference | None:
        return find_room(self._plant, sid_or_name)

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
    ) -> Participant:
        """Ring ``to``; whoever answers is in the room. Returns at once."""
        plant = self._plant
        room = open_room(plant, conference, Callback(plant, "", "POST"), ())
        leg = new_leg(plant, to=to, from_=from_, direction="outbound-api")
        follow(plant, leg, status_callback, "POST", status_callback_event)
        participant = Participant(
            leg,
            label=label,
            muted=muted,
            beep=beep,
            start_on_enter=start_conference_on_enter,
            end_on_exit=end_conference_on_exit,
        )
        limit(plant, leg, time_limit_s)
        plant.spawn(bring_in(plant, room, participant, timeout_s, detection))
        return participant

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
    ) -> Participant:
        room, participant = self._inside(conference_sid, call_sid)
        if call_sid_to_coach is not None and call_sid_to_coach not in room.participants:
            raise Refusal(NOT_FOUND, f"The requested resource /Participants/{call_sid_to_coach} was not found", 404)
        coached = room.participants.get(call_sid_to_coach or "")
        if coaching and coached is not None and coached.hold:
            raise Refusal(COACHED_ON_HOLD, "Cannot coach a participant that is on hold", 400)
        mute(room, participant, muted)
        hold_on(room, participant, hold, hold_url)
        if announce_url:
            participant.announcement = Instruction(announce_url)
            participant.nudge()
        modify(room, participant, end_conference_on_exit, coaching, call_sid_to_coach)
        return participant

    async def remove_participant(self, conference_sid: str, call_sid: str) -> None:
        room, participant = self._inside(conference_sid, call_sid)
        room.leave(participant, kicked=True)

    async def end_conference(self, sid: str) -> None:
        self._room(sid).end(BY_API)

    def _room(self, sid: str) -> Conference:
        room = self.conference(sid)
        if room is None:
            raise Refusal(NOT_FOUND, f"The requested resource /Conferences/{sid} was not found", 404)
        return room

    def _inside(self, conference_sid: str, call_sid: str) -> tuple[Conference, Participant]:
        room = self._room(conference_sid)
        participant = room.participants.get(call_sid)
        if participant is None:
            raise Refusal(NOT_FOUND, f"The requested resource /Participants/{call_sid} was not found", 404)
        return room, participant

    # --- queues ------------------------------------------------------------------------------------------------

    def queues(self) -> Sequence[WaitingQueue]:
        return list(self._plant.queues.values())

    def queue(self, sid_or_name: str) -> WaitingQueue | None:
        return find_queue(self._plant, sid_or_name)

    async def create_queue(self, name: str, max_size: int) -> WaitingQueue:
        if find_queue(self._plant, name):
            raise Refusal(QUEUE_EXISTS, f"A queue named {name!r} already exists", 400)
        return open_queue(self._plant, name, max_size)

    async def pull_member(self, queue_sid: str, call_sid: str, url: str, method: str) -> None:
        """Send a waiting caller (or ``Front``) to the document at ``url``."""
        queue = self.queue(queue_sid)
        everybody = queue.waiting if queue else []
        waiting = everybody[:1] if call_sid == "Front" else [one for one in everybody if one.leg.sid == call_sid]
        if queue is None or not waiting:
            raise Refusal(NOT_FOUND, f"The requested resource /Members/{call_sid} was not found", 404)
        queue.take(waiting[0], Taken("redirected", url=url, method=method))

    # --- recordings and texts ----------------------------------------------------------------------------------

    def recordings(self) -> Sequence[RecordingInfo]:
        return list(reversed(self._plant.recordings.values()))

    def recording(self, sid: str) -> RecordingInfo | None:
        return self._plant.recordings.get(sid)

    async def begin_recording(
        self, call_sid: str, *, channels: int, track: str, trim: bool, url: str, method: str, events: tuple[str, ...]
    ) -> RecordingInfo:
        """Record what the party of a call says and hears, until told otherwise or the end of the call."""
        leg = self._known(call_sid)
        return begin_recording(self._plant, leg, channels, track, trim, Announce(url, method, events))

    async def steer_recording(self, call_sid: str, sid: str, status: str, *, skips: bool) -> RecordingInfo:
        return steer_recording(self._plant, self._known(call_sid).sid, sid, status, skips=skips)

    async def delete_recording(self, sid: str) -> None:
        info = self._plant.recordings.pop(sid, None)
        if info is None:
            raise Refusal(NOT_FOUND, f"The requested resource /Recordings/{sid} was not found", 404)
        if info.path:
            info.path.unlink(missing_ok=True)

    def messages(self) -> Sequence[Message]:
        return list(reversed(self._plant.messages.values()))

    async def send_message(self, *, to: str, from_: str, body: str, status_callback: str = "") -> Message:
        """Take a text; it is sent and delivered a moment later."""
        return send_text(
            self._plant, Message(new_sid("SM"), to, from_, body, "queued", self._plant.clock.epoch_s), status_callback
        )
