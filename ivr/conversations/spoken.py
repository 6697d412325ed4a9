"""Has written conversations on the telephone: each turn is spoken and recognised by the whole service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ivr.calling.clients import Exchange
from ivr.conversations import script
from ivr.conversations.happenings import Happening
from ivr.conversations.play import Result, play, play_on
from ivr.conversations.script import Act, Conversation
from ivr.conversations.speech_plan import Plan, UnspeakableError, plan
from ivr.conversations.talk import Talk
from ivr.flows.book import FlowBook
from ivr.flows.call import MASK
from ivr.flows.events import Event, Heard, HungUp, Pressed, Silence, event_from_json
from ivr.ports import CallRecords, OutsideError

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
PATIENCE_S = 120.0
"""How long a caller waits, in the time of the exchange, for a chance to do the next thing."""

CALL_WALL_S = 120.0
"""How long one call may take us; a minute of a call takes about five seconds."""

POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a conversation went on the telephone; ``skipped`` says why it was not had at all."""

    conversation: Conversation
    result: Result | None = None
    skipped: str = ""
    audio_s: float = 0.0
    wall_s: float = 0.0

    @property
    def passed(self) -> bool:
        return self.result is None or self.result.passed


@dataclass(slots=True)
class _Replay(Talk):
    """A talk whose events are those of a call that was really had."""

    recorded: list[Event] = field(default_factory=list)
    used: list[Event] = field(default_factory=list)

    def begin(self) -> list[Happening]:
        return self.happens(self.recorded.pop(0))

    def events(self, act: Act) -> Iterator[Event]:
        self.used = []
        for _ in range(act.times if isinstance(act, script.Silence) else 1):
            event = self.recorded.pop(0) if self.recorded else HungUp(self.call.now_s)
            self.used.append(event)
            yield event

    def shown(self, written: str) -> str:
        """What was really recognised."""
        words = [_words(event) for event in self.used]
        return ", ".join(words) if any(words) else written


def _words(event: Event) -> str:
    match event:
        case Heard(text=text, confidence=confidence):
            return f"heard: {text or '(no words)'} ({confidence:.2f})"
        case Pressed(keys=keys):
            return f"pressed: {keys}"
        case Silence():
            return "silence"
        case HungUp():
            return "(the caller is gone)"
        case _:
            return ""


@dataclass(slots=True)
class Telephone:
    """Where calls are had: an exchange in a hurry, the ``records`` of the service it rings, and the book that runs."""

    exchange: Exchange
    records: CallRecords
    book: FlowBook
    silence: Path

    def have(self, conversation: Conversation) -> Spoken:
        """One conversation, from the first ring to the end."""
        now = datetime.now(Talk(self.book, conversation).zone).replace(tzinfo=None)
        today = replace(conversation, at=now)
        if not play(today, self.book).passed:
            return Spoken(
                conversation, skipped=f"it is a call of {conversation.at:%Y-%m-%d %H:%M}; now it would go otherwise"
            )
        try:
            planned = plan(today, self.book, self.silence)
        except UnspeakableError as error:
            return Spoken(conversation, skipped=str(error))
        return self._have(today, planned)

    def _have(self, conversation: Conversation, planned: Plan) -> Spoken:
        began_s = time.monotonic()
        for address, acts in planned.phones.items():
            self.exchange.connect_phone(address, acts)
        line = conversation.line or next(iter(self.book.company.lines), "")
        sid = self.exchange.place_call(line, conversation.caller, planned.caller, PATIENCE_S)
        call = self._ended(sid)
        wall_s = time.monotonic() - began_s
        events = [event_from_json(dict(event)) for event in self._record(sid)["events"]]
        audio_s = float(call.get("length_s", 0.0))
        if any(MASK in (getattr(event, "text", ""), getattr(event, "keys", "")) for event in events):
            return Spoken(conversation, skipped="its record keeps a secret", audio_s=audio_s, wall_s=wall_s)
        talk = _Replay(self.book, conversation, recorded=events)
        return Spoken(conversation, play_on(talk), audio_s=audio_s, wall_s=wall_s)

    def _ended(self, sid: str) -> dict[str, Any]:
        deadline_s = time.monotonic() + CALL_WALL_S
        while time.monotonic() < deadline_s:
            call = dict(self.exchange.call(sid))
            if call.get("status") in OVER:
                return call
            time.sleep(POLL_S)
        raise OutsideError(f"the call {sid} did not end in {CALL_WALL_S:.0f} s", retry=True)

    def _record(self, sid: str) -> dict[str, Any]:
        """The record of a call, when the service has written down its end."""
        deadline_s = time.monotonic() + CALL_WALL_S
        while time.monotonic() < deadline_s:
            kept = self.records.call(sid)
            if kept and kept["ended_s"]:
                return dict(kept)
            time.sleep(POLL_S)
        raise OutsideError(f"the service has no record of the call {sid}", retry=True)
