"""A call as text: what would be spoken comes out as lines, what would be said or keyed goes in as lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import assert_never

from ivr.flows.actions import Action, HangUp, Listen, Play, Record, Request, Say, Transfer
from ivr.flows.events import Answered, Event, Heard, Pressed, Recorded, Silence, Unavailable
from ivr.ports import Session
from ivr.runtime import Runtime

KEYS = re.compile(r"[0-9*#]+")


@dataclass(slots=True)
class TextCall:
    """One conversation. Each method returns the lines that are heard in answer."""

    runtime: Runtime
    id: str
    session: Session | None = field(default=None, init=False)

    def dial(self, line: str, caller: str) -> list[str]:
        """Ring ``line``."""
        self.session = self.runtime.start(self.id, line, caller)
        return self._heard()

    def say(self, text: str, confidence: float = 1.0) -> list[str]:
        """Answer in words, as a recogniser would write them."""
        return self._happens(Heard(self.runtime.now(), text.lower().strip(), confidence))

    def press(self, keys: str) -> list[str]:
        """Press keys; as on a telephone, a ``#`` after others only ends them."""
        return self._happens(Pressed(self.runtime.now(), keys[:-1] if keys[1:].endswith("#") else keys))

    def wait(self) -> list[str]:
        """Say nothing until the question gives up waiting."""
        return self._happens(Silence(self.runtime.now()))

    def leave_message(self, length_s: float) -> list[str]:
        """Speak after the tone; 0 for not a word."""
        return self._happens(Recorded(self.runtime.now(), f"text-{self.id}", length_s, "key"))

    def agent_accepts(self, agent: str) -> list[str]:
        """The agent takes the call, and the talk with the agent ends."""
        return self._happens(Answered(self.runtime.now(), agent))

    def nobody_answers(self, reason: str) -> list[str]:
        """The transfer comes to nothing."""
        return self._happens(Unavailable(self.runtime.now(), reason))

    def hang_up(self) -> None:
        """Put the phone down."""
        self.runtime.hang_up(self.id)
        self.session = self.runtime.get(self.id)

    def typed(self, text: str) -> list[str]:
        """One typed line: keys when it is only keys, silence when it is empty, speech otherwise."""
        text = text.strip()
        waits_for = self.session.call.waits_for if self.session else ""
        if waits_for == "recording":
            return self.leave_message(len(text) / 15.0)  # people speak about 15 letters a second
        if waits_for == "transfer":
            return self.nobody_answers("no answer") if text != "1" else self.agent_accepts("agent")
        if not text:
            return self.wait()
        return self.press(text) if KEYS.fullmatch(text) else self.say(text)

    @property
    def ended(self) -> bool:
        return self.session is None or self.session.call.ended

    def _happens(self, event: Event) -> list[str]:
        if self.session is None:
            return []
        after = self.runtime.handle(self.id, self.session.turn, event)
        self.session = after or replace(self.session, actions=())
        return self._heard()

    def _heard(self) -> list[str]:
        actions = self.session.actions if self.session else ()
        return [line for action in actions if (line := _line(action))]


def _line(action: Action) -> str:
    match action:
        case Say(text):
            return text
        case Play(file):
            return f"({file})"
        case Record():
            return "(beep)"
        case Transfer(to, brief):
            return f"(ringing {to}; the agent is told: {brief})" if brief else f"(ringing {to})"
        case HangUp():
            return "(end of call)"
        case Listen() | Request():
            return ""
        case _:
            assert_never(action)
