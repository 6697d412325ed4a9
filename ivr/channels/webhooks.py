"""The carrier's webhooks: a signed form post in, TwiML out. The same post again gets the same answer.

A call's sound goes over our media stream; where that cannot be (no recogniser, no voice, too many calls, a socket that
keeps breaking) the same conversation goes on with the carrier's own verbs and the keys of the telephone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Response, request

from ivr.agents.direct import ENDED
from ivr.agents.handover import room_name
from ivr.channels.carriers import twilio
from ivr.channels.draining import Draining
from ivr.channels.falling_back import SENTENCES
from ivr.channels.posted import call_id_of, happened, place_of
from ivr.channels.roll_call import call_is_over
from ivr.channels.traffic import stands, was_asked
from ivr.flows.actions import Listen, Play, Record, Say, Transfer
from ivr.flows.events import Event, Unavailable
from ivr.ports import Agents, InLine, OutsideError, Prompts, Session
from ivr.runtime import Runtime

log = logging.getLogger(__name__)

DROPPED_STREAMS = 2
"""A socket that broke this often at one question is not tried again: the call goes on by keys."""
OUTAGES = 6
"""How often a caller is asked to wait while nothing works here: about half a minute in all."""
TRANSFER_OUTAGES = 3
"""How often one who is to be transferred is, while Redis is away: without it nobody can be rung."""
LINE_OUTAGES = 10
"""How often one who stands in line is: some four minutes of music. Redis is back by then."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Answers the carrier.

    ``mode`` tells how a call that begins now is to be heard: stream, carrier or keys; ``instead`` how one goes on that
    should be heard over a stream and cannot be. ``note_recording`` is told call,
    mailbox and address of a message that the carrier has recorded. ``admits`` says of a call, its caller and its line
    whether it may begin.
    """

    runtime: Runtime
    agents: Agents
    note_recording: Callable[[str, str, str], None]
    prompts: Prompts
    urls: twilio.Urls
    mode: Callable[[], str]
    instead: str = ""
    admits: Callable[[str, str, str], bool] = lambda call, caller, line: True
    draining: Draining = field(default_factory=Draining)

    # --- posts ------------------------------------------------------------------------------------------------------

    def incoming(self) -> str:
        """A caller rings."""
        return self._elsewhere(self.urls.incoming) or self._begin(self.mode())

    def _begin(self, mode: str) -> str:
        form = request.form
        call_id = call_id_of(form.get("CallSid", ""))
        if not self.admits(call_id, form.get("From", ""), form.get("To", "")) and self.runtime.get(call_id) is None:
            log.warning("call %s: refused, there were too many from this number or to this line", call_id)
            return twilio.busy()
        notes = {"mode": mode, "fell_back": "1"} if self.instead and mode != "stream" else {"mode": mode}
        return self.answer(
            self.runtime.start(call_id, form.get("To", ""), form.get("From", ""), place_of(form), **notes)
        )

    def turn(self, call: str, turn: int) -> str:
        """Something happened: keys, speech, silence, a recording, the end of a transfer."""
        if request.form.get("Digits") == "#":
            session = self.runtime.get(call_id_of(call))
            if session is not None and session.turn == turn and _ends_nothing(session):
                return self.answer(session)
        session = self.runtime.handle(call_id_of(call), turn, self._happened)
        return self.answer(session) if session else self._lost(self.mode())

    def resume(self, call: str) -> str:
        """A stream ended: because it was done, because it broke, or because its process is about to end."""
        if elsewhere := self._elsewhere(self.urls.resume(call_id_of(call))):
            return elsewhere
        session = self.runtime.carry_on(call)
        if session is None:
            return self._lost(self.mode())
        last = session.actions[-1] if session.actions else None
        # A stream that did its part was heard to the end and left for what the carrier does; any other one broke.
        unfinished = (isinstance(last, Listen | Record) and not session.call.ended) or _unsaid(session)
        handed_over = session.notes.get("handed_over") == str(session.turn)
        if session.notes.get("mode") == "stream" and unfinished and not handed_over:
            session = self._broken(session)
        elif handed_over:  # what breaks from here on, broke
            session = self.runtime.note(call, handed_over="") or session
        return self.answer(session)

    def _elsewhere(self, url: str) -> str:
        """Have the carrier ask again in a moment, when this process is about to end; another one answers then."""
        times = request.args.get("outage", 0, int) + 1
        if not self.draining.begun or times > OUTAGES:
            return ""
        return twilio.one_moment(f"{url}?outage={times}", first=False)

    def status(self) -> str:
        """The carrier tells how a call is; only its end matters."""
        call_id = request.form.get("CallSid", "")
        if request.form.get("CallStatus", "") in ENDED:
            call_is_over(self.runtime, self.agents, call_id)
        return ""

    def recording(self, call: str, mailbox: str) -> str:
        """A message that the carrier recorded is ready; the call may be long over."""
        form = request.form
        status = form.get("RecordingStatus", "completed")
        if status == "completed" and form.get("RecordingUrl", ""):
            self.note_recording(call_id_of(call), mailbox, form["RecordingUrl"])
        elif status == "absent":
            log.warning("call %s: the carrier has no sound of a message for %s", call_id_of(call), mailbox[:80])
        return ""

    def fallback(self) -> str:
        """Something broke on the way to us: go on by keys."""
        call_id = request.form.get("CallSid", "")
        log.error("call %s: the carrier fell back: error %s", call_id, request.form.get("ErrorCode", ""))
        session = self.runtime.note(call_id, mode="keys")
        return self.answer(session) if session else self._lost("keys")

    def _lost(self, mode: str) -> str:
        """The answer for a call that nobody knows: who is still there begins again, by ``mode``.

        Its first request reached nobody, or all that was known of it died before a second copy was made.
        """
        form = request.form
        there = form.get("CallStatus") in {"ringing", "in-progress"} and form.get("Direction") == "inbound"
        if not there or "DialCallStatus" in form:  # who has just talked to somebody is not asked from the start
            return twilio.sorry()
        log.error("call %s: nobody knows it, it begins again", form.get("CallSid", ""))
        return self._begin(mode)

    def hold(self) -> str:
        """Music for who waits in a room."""
        return twilio.document(f'<Play loop="0">{self.urls.music}</Play>')

    def wait(self, call: str, turn: int) -> str:
        """A caller who stands in line asks how to go on, or has pressed a key."""
        session = self.runtime.get(call_id_of(call))
        if session is None:
            return self._lost(self.mode())
        last = session.actions[-1] if session.actions else None
        transfer = session.notes.get("transfer", "")
        if session.turn != turn or not isinstance(last, Transfer) or not transfer:
            return self.answer(session)
        was_asked(session)
        stands(session)
        line = self.agents.wait(transfer)
        chosen = line.offers.get(request.form.get("Digits", ""), "")
        if chosen:
            self.agents.caller_left(transfer, chosen)
            line = InLine("back")
        match line.way:
            case "room":
                return twilio.room(self.urls, call, turn, transfer, room_name(call))
            case "back":
                return twilio.ask_again(self.urls.turn(call, turn))
            case _:
                again, language = self.urls.wait(call, turn), session.call.language
                return twilio.in_line(self.urls, again, line.say, language, keys=bool(line.offers))

    def unavailable(self, error: OutsideError) -> Response:
        """What calls need is gone for the moment (Redis, the database): the caller waits and is not let go at once."""
        call_id = request.form.get("CallSid", "")
        log.error("call %s: %s cannot be answered: %s", call_id, request.path, error)
        if request.endpoint not in {"voice.incoming", "voice.turn", "voice.resume", "voice.wait", "voice.fallback"}:
            return Response(status=503)
        times = request.args.get("outage", 0, int) + 1
        try:
            answer = self._while_transferring(call_id, times)
        except OutsideError:
            answer = ""
        if answer:
            return as_twiml(answer)
        if times > OUTAGES:
            return as_twiml(twilio.sorry())
        then = self.urls.incoming if request.endpoint == "voice.incoming" else self.urls.resume(call_id_of(call_id))
        return as_twiml(twilio.one_moment(f"{then}?outage={times}", first=times == 1))

    def _while_transferring(self, call_id: str, times: int) -> str:
        """For who is to be transferred while the queues cannot be reached; empty for everybody else.

        They wait, in line with its music, and at last go on in the flow, which offers them something else.
        """
        session = self.runtime.get(call_id_of(call_id))
        last = session.actions[-1] if session and session.actions else None
        if session is None or not isinstance(last, Transfer):
            return ""
        in_line = request.endpoint == "voice.wait"
        if times > (LINE_OUTAGES if in_line else TRANSFER_OUTAGES):
            after = self.runtime.handle(call_id, session.turn, Unavailable(self.runtime.now(), "failed"))
            return self.answer(after) if after else ""
        if in_line:
            again = f"{self.urls.wait(call_id, session.turn)}?outage={times}"
            return twilio.in_line(self.urls, again, "", session.call.language)
        lead = "" if times > 1 or session.notes.get("mode") == "stream" else self._by_carrier(session)
        return twilio.one_moment(f"{self.urls.resume(call_id)}?outage={times}", lead, first=times == 1)

    def _happened(self, session: Session) -> Event:
        was_asked(session)
        return happened(session, request.form, self.agents, self.runtime.now())

    # --- answers ----------------------------------------------------------------------------------------------------

    def answer(self, session: Session) -> str:
        """TwiML for where the call stands."""
        stands(session)
        call, turn = session.call.id, session.turn
        last = session.actions[-1] if session.actions else None
        streams = session.notes.get("mode") == "stream"
        if streams and (_unsaid(session) or (not isinstance(last, Transfer) and not session.call.ended)):
            return twilio.stream(self.urls, call, turn)
        if isinstance(last, Transfer):
            return self._transfer(session, last, "" if streams else self._by_carrier(session))
        if streams or not session.actions:
            return twilio.document("<Hangup/>")
        return twilio.document(_told(session), self._by_carrier(session))

    def _by_carrier(self, session: Session) -> str:
        speech = session.notes.get("mode") == "carrier"
        return twilio.ByCarrier(self.urls, session.call.id, session.turn, speech=speech).verbs(session.actions)

    def _transfer(self, session: Session, transfer: Transfer, lead: str) -> str:
        call, turn = session.call, session.turn
        if transfer.to.startswith("+"):
            return twilio.outside(self.urls, call.id, turn, transfer.to, call.line, transfer.ring_s, lead)
        transfer_id = self.agents.begin(call, turn, transfer, self.runtime.now())
        self.runtime.note(call.id, transfer=transfer_id)
        if transfer.to.startswith("queue "):
            return twilio.ask_again(self.urls.wait(call.id, turn), lead)
        return twilio.room(self.urls, call.id, turn, transfer_id, room_name(call.id), lead)

    def _broken(self, session: Session) -> Session:
        """Count how often the stream broke at this question; too often, and keys must do."""
        turn = str(session.turn)
        times = int(session.notes.get("resumes", "0")) + 1 if session.notes.get("resumed_turn") == turn else 1
        notes = {"resumed_turn": turn, "resumes": str(times)}
        if times >= DROPPED_STREAMS or self.mode() != "stream":
            notes |= {"mode": self.instead or "keys", "fell_back": turn}
        log.warning("call %s: the stream broke at turn %s, time %d", session.call.id, turn, times)
        return self.runtime.note(session.call.id, **notes) or session


def _told(session: Session) -> str:
    """A word to who is asked again because we could not hear, or keep a message; none where nothing is asked."""
    last = session.actions[-1] if session.actions else None
    if not isinstance(last, Listen | Record) or session.notes.get("fell_back") != str(session.turn):
        return ""
    way = session.notes.get("mode", "keys") if isinstance(last, Listen) else "carrier"
    return twilio.say(SENTENCES[way], session.call.language)


def _ends_nothing(session: Session) -> bool:
    """Whether a lone pound key belongs to the answer before, which was long enough without it."""
    last = session.actions[-1] if session.actions else None
    return isinstance(last, Listen) and last.finish_key == "#" and all(one.key != "#" for one in last.choices)


def _unsaid(session: Session) -> bool:
    """Whether the caller has yet to hear something of this turn."""
    return session.spoken < session.turn and any(isinstance(action, Say | Play) for action in session.actions)


def as_twiml(text: str) -> Response:
    """The answer to a post; where there is nothing to do, that."""
    return Response(text, content_type="text/xml; charset=utf-8") if text else Response(status=204)
