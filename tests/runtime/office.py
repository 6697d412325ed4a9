"""A runtime with everything it touches, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.flows import FlowBook
from ivr.flows.actions import Say
from ivr.flows.events import Event
from ivr.ports import Service, Session, Sessions
from ivr.runtime import Runtime
from tests.conftest import CALL_ID, CALLER, LINE, MONDAY_NOON, Kept, OneBook

SERVICES = """
lines: {"+15035550100": main}
web_services: [orders.example]
flows:
  main:
    - menu:
        ask: What can we do?
        options:
          order: {press: 1, go: order}
          text: {press: 2, go: text}
          for ever: {press: 3, go: for_ever}
  order:
    - say: Let me look.
    - http: {get: "https://orders.example/", save: status, failed: [{say: I cannot look it up.}, {hangup: Goodbye.}]}
    - say: "It is {status.text}."
    - go: text
  text:
    - sms: {text: Hello, failed: sorry}
    - hangup: Goodbye.
  sorry: [{hangup: No text.}]
  for_ever: [{http: {get: "https://orders.example/", failed: [{go: for_ever}]}}]
"""


@dataclass
class Clock:
    """A second passes with every look."""

    now_s: float = MONDAY_NOON

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


@dataclass
class Canned:
    """A service that answers with what it is told to, and remembers what it was asked."""

    answer: Mapping[str, Any] | Exception = field(default_factory=dict)
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Office:
    """A runtime and what it leaves behind."""

    book: FlowBook
    sessions: Sessions
    services: dict[str, Service] = field(default_factory=dict)
    records: Kept = field(default_factory=Kept)
    alerts: list[Mapping[str, Any]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        def alert(topic: str, data: Mapping[str, Any]) -> None:
            assert topic == "calls"
            self.alerts.append(data)

        self.runtime = Runtime(self.sessions, self.records, OneBook(self.book), alert, self.clock, self.services)

    def rings(self) -> Session:
        return self.runtime.start(CALL_ID, LINE, CALLER, mode="keys")

    def turn(self, turn: int, event: Event) -> Session:
        session = self.runtime.handle(CALL_ID, turn, event)
        assert session is not None
        return session

    @property
    def stored(self) -> Session:
        session = self.runtime.get(CALL_ID)
        assert session is not None
        return session


def said(session: Session) -> list[str]:
    return [action.text for action in session.actions if isinstance(action, Say)]
