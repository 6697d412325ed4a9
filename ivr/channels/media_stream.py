"""The carrier's media socket: JSON messages in and out, around one ``PhoneLine``.

A turn is saved before its answer is sent, so when this process dies the carrier asks ``/voice/resume`` and another
process goes on at the same question. Whatever is malformed ends the stream, never the process.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from ivr.channels.draining import Draining
from ivr.channels.falling_back import Lag, Overload
from ivr.channels.phone_line import Clear, Gear, Leave, Mark, PhoneLine, Sound
from ivr.channels.stream_messages import BadMessageError, Socket, part_of, read_message, start_of
from ivr.flows.actions import Listen, Record
from ivr.flows.events import Event
from ivr.ports import OutsideError, Session
from ivr.runtime import Books, Runtime
from ivr.understanding.answers import Answers

log = logging.getLogger(__name__)

IDLE_S = 30.0
"""A carrier sends a frame every 20 ms; half a minute without one is a dead socket."""
GATHER_S = 0.05
"""While no answer is about to end, two or three frames are taken at once: nobody can tell, and it halves their cost."""
CHUNK_BYTES = 8000
LOCKSTEP_FRAMES = 5
MOST_DIGITS = 15
REPEAT = "Sorry, let me repeat that."


@dataclass(slots=True)
class Streams:
    """Serves media sockets, at most ``limit`` at once: more would make every caller wait.

    ``instead`` is how a call goes on that cannot be heard here any more: by the ``carrier``'s ears or by ``keys``.
    ``told`` hears what happens on the stream of a call, with facts about it and how long it took.
    """

    runtime: Runtime
    books: Books
    gear: Gear
    limit: int = 48
    instead: str = "keys"
    measured: Callable[[str, float], None] = lambda _name, _value: None
    told: Callable[[str, str, Mapping[str, str], float], None] = lambda _call, _what, _facts, _took_s: None
    clock: Callable[[], float] = time.monotonic
    overload: Overload = field(default_factory=Overload)
    draining: Draining = field(default_factory=Draining)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: int = 0
    _told_full: bool = False

    def __post_init__(self) -> None:
        self.draining.streams = lambda: self._open

    @property
    def full(self) -> bool:
        """True when a call that begins now had better be heard elsewhere."""
        return self._open >= self.limit or self.overload.lately

    def serve(self, socket: Socket) -> None:
        """Carry one call's sound until either side closes."""
        with self._lock:
            refused = self._open >= self.limit
            tell = refused and not self._told_full
            self._told_full = refused
            self._open += not refused
        if refused:
            if tell:
                log.warning("media streams are refused: %d are open", self.limit)
            socket.close(1013, "full")  # the carrier asks how to go on, and is told: without a stream
            return
        try:
            self._serve(socket)
        except BadMessageError as error:
            log.warning("media stream closed: %s", error)
            socket.close(1003, "bad message")
        except OutsideError as error:
            # What calls need is gone for the moment: the carrier's next verb asks how to go on.
            log.warning("media stream given up: %s", error)
            socket.close(1011, "unavailable")
        finally:
            with self._lock:
                self._open -= 1

    def _serve(self, socket: Socket) -> None:
        start = start_of(socket)
        call_id = str(start.get("callSid", ""))
        session = self.runtime.get(call_id) if call_id else None
        if session is None or part_of(start, "customParameters").get("call") != call_id:
            raise BadMessageError("the stream is for no call we know")
        lockstep, lag = bool(start.get("lockstep")), Lag(self.clock)
        stream = _Stream(self, socket, str(start["streamSid"]), lockstep, self._line(session), lag)
        self.told(call_id, "stream opened", {"StreamSid": stream.sid, "turn": str(session.turn)}, 0.0)
        ended = "broke off"
        try:
            stream.begin(session)
            ended = stream.run()
        finally:
            stream.line.gone()
            frames = {"frames": str(stream.line.received_frames), "decoded": str(stream.line.decoded_frames)}
            self.told(call_id, "stream closed", {"StreamSid": stream.sid, "why": ended, **frames}, 0.0)
            self.measured("frames_received", stream.line.received_frames)
            self.measured("frames_decoded", stream.line.decoded_frames)

    def _line(self, session: Session) -> PhoneLine:
        book = self.books.version(session.call.book)
        return PhoneLine(session.call.id, session.call.caller, self.gear, Answers(book.skills.kinds))


@dataclass(slots=True)
class _Stream:
    """One open socket."""

    owner: Streams
    socket: Socket
    sid: str
    lockstep: bool
    line: PhoneLine
    lag: Lag
    open: bool = True

    def begin(self, session: Session) -> None:
        """Say what the call's turn says; a turn that broke off is begun with an apology."""
        waiting = bool(session.actions) and isinstance(session.actions[-1], Listen | Record)
        resumed = session.notes.get("resumed_turn") == str(session.turn)
        self._perform(session, REPEAT if resumed and waiting else "")

    def run(self) -> str:
        """Until either side closes; tells why."""
        while self.open:
            gather_s = 0.0 if self.lockstep or self.line.urgent else GATHER_S
            message = read_message(self.socket.receive(IDLE_S, gather_s))
            if self.owner.draining.urgent and not self.line.recording:
                self._leave()
                return "this process is about to end"
            match message.get("event"):
                case "media":
                    self._media(message)
                case "dtmf":
                    digit = str(part_of(message, "dtmf").get("digit", ""))
                    if digit in set("0123456789*#"):
                        self._happened(self.line.key(digit))
                case "mark":
                    self._happened(self.line.marked(str(part_of(message, "mark").get("name", ""))))
                case "stop":
                    return "ended by the carrier"
                case _:
                    raise BadMessageError("a message of an unknown kind")
        return "done"

    def _media(self, message: dict[str, Any]) -> None:
        media = part_of(message, "media")
        try:
            mulaw = base64.b64decode(media.get("payload", ""), validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise BadMessageError("sound is not base64") from error
        if media.get("track", "inbound") == "inbound" and mulaw:
            self._happened(self.line.frame(mulaw))
            if not self.lockstep and self.lag.too_slow(self.line.received_s) and self.open:
                self._too_slow()
        chunk = str(media.get("chunk", ""))
        # ASCII and short: other figures, and thousands of them, are no numbers to Python either
        numbered = chunk.isascii() and chunk.isdigit() and len(chunk) <= MOST_DIGITS
        if self.lockstep and numbered and int(chunk) % LOCKSTEP_FRAMES == 0 and self.open:
            self._send({"event": "mark", "mark": {"name": f"lockstep:{chunk}"}})

    def _too_slow(self) -> None:
        if self.line.asking and self.owner.overload.may_give_up():
            log.warning("call %s: too far behind, it goes on by %s", self.line.call_id, self.owner.instead)
            self._fall_back()

    def _fall_back(self) -> None:
        """Leave the caller to other ears, at this very question."""
        turn = str(self.line.turn)
        self.owner.runtime.note(self.line.call_id, mode=self.owner.instead, fell_back=turn)
        self._leave()

    def _happened(self, event: Event | None) -> None:
        """An event is a turn: saved first, then answered."""
        if self.line.broken:
            self._fall_back()
            return
        if event is not None:
            session = self.owner.runtime.handle(self.line.call_id, self.line.turn, event)
            if session is None:
                self._leave()
                return
            if self.owner.draining.begun:
                self._hand_over(session)
                return
            self._perform(session)
        self._flush()

    def _hand_over(self, session: Session) -> None:
        """What answers the caller is said by another process: this one is about to end."""
        self.owner.runtime.note(self.line.call_id, handed_over=str(session.turn))
        self.open = False
        self.socket.close(1012, "another process goes on")

    def _perform(self, session: Session, lead: str = "") -> None:
        began = time.monotonic()
        failed = self.line.perform(session.turn, session.actions, lead)
        if failed is not None:
            self.owner.runtime.note(self.line.call_id, mode=self.owner.instead)
        self._flush()
        if self.line.answer_ended_at:
            took_s = time.monotonic() - self.line.answer_ended_at
            self.owner.measured("answer_to_sound_s", took_s)
            self.owner.told(self.line.call_id, "stream turn", {"turn": str(session.turn)}, took_s)
            self.owner.measured("perform_s", time.monotonic() - began)
            self.line.answer_ended_at = 0.0

    def _flush(self) -> None:
        pending, self.line.out = self.line.out, []
        for output in pending:
            match output:
                case Sound(mulaw):
                    for at in range(0, len(mulaw), CHUNK_BYTES):
                        payload = base64.b64encode(mulaw[at : at + CHUNK_BYTES]).decode()
                        self._send({"event": "media", "media": {"payload": payload}})
                case Mark(name):
                    self._send({"event": "mark", "mark": {"name": name}})
                case Clear():
                    self._send({"event": "clear"})
                case Leave():
                    self._leave()
                case _:
                    assert_never(output)

    def _leave(self) -> None:
        """Close; the carrier's next verb asks how to go on."""
        if self.line.heard_out:
            self.owner.runtime.spoken(self.line.call_id, self.line.turn)
        self.open = False
        self.socket.close(1000, "done")

    def _send(self, message: dict[str, Any]) -> None:
        self.socket.send(json.dumps({**message, "streamSid": self.sid}))
