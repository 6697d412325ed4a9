"""A typed test call on a draft: on a runtime of its own in memory, where nothing is ever sent.

The service keeps nothing of it. The page sends all that was done in the call so far, and the call is run again from
its beginning: so any process can answer, and the same call can be had again on the next edit of the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from ivr.flows import FlowBook
from ivr.flows.actions import Listen
from ivr.ports import OutsideError, Service, Session
from ivr.records.memory import MemoryRecords
from ivr.runtime import Runtime
from ivr.sessions.memory import MemorySessions

CALL_ID = "CA" + "7e57" * 8
MOVE_S = 5.0
"""How long a turn takes; only that time passes at all matters."""

MOST_MOVES = 200
MOST_LETTERS = 1000
MOST_CHOICES = 12
"""Buttons for answers."""


class TypedCall(Protocol):
    """A call as text (``ivr.channels.text.TextCall``)."""

    session: Session | None

    def dial(self, line: str, caller: str) -> list[str]: ...

    def say(self, text: str) -> list[str]: ...

    def press(self, keys: str) -> list[str]: ...

    def wait(self) -> list[str]: ...

    def leave_message(self, length_s: float) -> list[str]: ...

    def agent_accepts(self, agent: str) -> list[str]: ...

    def nobody_answers(self, reason: str) -> list[str]: ...

    def hang_up(self) -> None: ...

    @property
    def ended(self) -> bool: ...


Ring: TypeAlias = Callable[[Runtime, str], TypedCall]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was done: ``do`` is say, press, wait, message, agent, nobody or hang up."""

    do: str
    text: str = ""


MOVES: Mapping[str, str] = {
    "say": "{}",
    "press": "presses {}",
    "wait": "says nothing",
    "message": "leaves a message: {}",
    "agent": "(an agent takes the call)",
    "nobody": "(nobody takes the call: {})",
    "hang up": "hangs up",
}
"""What can be done, and how it is shown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A test call: who rings which line at which time, what web services answer (None: they fail), and the moves."""

    line: str
    caller: str
    at_s: float
    web_answer: Mapping[str, Any] | None = None
    moves: tuple[Move, ...] = ()


@dataclass(slots=True)
class _Trial:
    """A test call that is being run."""

    book: FlowBook
    plan: Plan
    ring: Ring
    now_s: float
    lines: list[dict[str, str]] = field(default_factory=list)
    said: int = 0

    def run(self) -> dict[str, Any]:
        services: dict[str, Service] = {"sms": self._text_message, "email": self._mail, "http": self._web}
        services["callback"] = lambda args: {}  # nobody is called in a trial
        services["ticket"] = lambda args: {"number": 1001}
        runtime = Runtime(MemorySessions(), MemoryRecords(), self, _tell_nobody, lambda: self.now_s, services)
        call = self.ring(runtime, CALL_ID)
        self._heard(call, call.dial(self.plan.line, self.plan.caller))
        for move in self.plan.moves:
            if call.ended:
                break
            self.now_s += MOVE_S
            shown = MOVES[move.do].format(move.text)
            self.lines.append({"who": "caller", "text": shown, "step": _step(call)})
            self._heard(call, _do(call, move))
        return self._told(call)

    # The runtime's books: there is only this one.

    def current(self) -> FlowBook:
        return self.book

    def version(self, version: str) -> FlowBook:
        del version
        return self.book

    def _heard(self, call: TypedCall, lines: Sequence[str]) -> None:
        written = [line for line in call.session.call.transcript if line.who == "ivr"] if call.session else []
        steps = {line.text: line.step for line in written[self.said :]}
        self.said = len(written)
        self.lines += ({"who": "ivr", "text": line, "step": steps.get(line, _step(call))} for line in lines)

    def _told(self, call: TypedCall) -> dict[str, Any]:
        session = call.session
        assert session  # noqa: S101 - it has just been dialled
        listens = session.actions[-1] if session.actions else None
        choices = listens.choices if isinstance(listens, Listen) else ()
        return {
            "lines": self.lines,
            "ended": call.ended,
            "outcome": session.call.outcome,
            "waits_for": "" if call.ended else session.call.waits_for,
            "step": "" if call.ended else session.call.step,
            "path": list(session.call.path),
            "variables": {name: _shown(value) for name, value in session.call.shown_variables.items()},
            "choices": [{"name": one.name, "key": one.key} for one in choices[:MOST_CHOICES]],
            "version": self.book.version,
            "at_s": self.plan.at_s,
        }

    def _aside(self, text: str) -> None:
        self.lines.append({"who": "aside", "text": text, "step": ""})

    def _text_message(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        self._aside(f"A text message would go to {args.get('to', '')}: {args.get('body', '')}")
        return {"sid": "SM" + "0" * 32}

    def _mail(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        self._aside(f"An e-mail would go to {args.get('to', '')}: {args.get('subject', '')}")
        return {}

    def _web(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = f"{args.get('method', '')} {args.get('url', '')}"
        if self.plan.web_answer is None:
            self._aside(f"The web service fails: {asked}")
            raise OutsideError("no web service is asked in a test call", retry=False)
        self._aside(f"The web service answers as you wrote: {asked}")
        return self.plan.web_answer


def run_trial(book: FlowBook, plan: Plan, ring: Ring) -> dict[str, Any]:
    """The whole conversation so far, and what the call now waits for, as JSON-able data."""
    return _Trial(book, plan, ring, plan.at_s).run()


def _do(call: TypedCall, move: Move) -> list[str]:
    match move.do:
        case "say":
            return call.say(move.text)
        case "press":
            return call.press(move.text)
        case "message":
            return call.leave_message(len(move.text) / 15.0)  # people speak about 15 letters a second
        case "agent":
            return call.agent_accepts(move.text or "agent")
        case "nobody":
            return call.nobody_answers(move.text or "no answer")
        case "hang up":
            call.hang_up()
            return []
        case _:
            return call.wait()


def _step(call: TypedCall) -> str:
    return call.session.call.step if call.session else ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _tell_nobody(topic: str, data: Mapping[str, Any]) -> None:
    del topic, data
