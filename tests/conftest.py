"""Shared fixtures: a company at a chosen time of day, and a caller who talks to it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from ivr.channels.text import TextCall
from ivr.flows import FlowBook, read_flows
from ivr.flows.actions import Action
from ivr.ports import Session
from ivr.runtime import Runtime
from ivr.sessions.memory import MemorySessions
from ivr.settings import Settings
from ivr.skillset import SkillMaker

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", max_examples=300, deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def at(local: str, zone: str = "America/Los_Angeles") -> float:
    """Epoch seconds of a local time such as ``2026-11-23 12:00``."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()


MONDAY_NOON = at("2026-11-23 12:00")


class OneBook:
    """A book that never changes."""

    def __init__(self, book: FlowBook) -> None:
        self.book = book

    def current(self) -> FlowBook:
        return self.book

    def version(self, version: str) -> FlowBook:
        assert version == self.book.version
        return self.book


@dataclass
class Kept:
    """Call records in memory."""

    saved: dict[str, object] = field(default_factory=dict)

    def save_call(self, call: object, events: object) -> None:
        self.saved[getattr(call, "id", "")] = (call, events)

    def call(self, call_id: str) -> None:
        return None

    def calls(self, limit: int = 50) -> list[object]:
        return list(self.saved.values())[:limit]


@dataclass
class Caller:
    """Somebody on the phone with the company, by text."""

    book: FlowBook
    now_s: float = MONDAY_NOON
    line: str = "+15035550100"
    sent: list[dict[str, object]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runtime = Runtime(
            MemorySessions(), Kept(), OneBook(self.book), lambda topic, data: None, lambda: self.now_s,  # type: ignore[arg-type]
            services={"sms": self._text},
        )
        self.call = TextCall(self.runtime, "CA" + "0" * 32)

    def _text(self, args: object) -> dict[str, object]:
        self.sent.append(dict(args))  # type: ignore[call-overload]
        return {"sid": "SM1"}

    def rings(self, line: str = "") -> Caller:
        self.lines = self.call.dial(line or self.line, "+14155550123")
        return self

    def says(self, text: str, confidence: float = 1.0) -> Caller:
        self.lines = self.call.say(text, confidence)
        return self

    def presses(self, keys: str) -> Caller:
        self.lines = self.call.press(keys)
        return self

    def waits(self) -> Caller:
        self.lines = self.call.wait()
        return self

    @property
    def heard(self) -> str:
        """What was heard in answer, as one text."""
        return " ".join(self.lines)

    @property
    def session(self) -> Session:
        assert self.call.session is not None
        return self.call.session

    @property
    def known(self) -> dict[str, object]:
        return dict(self.session.call.variables)

    @property
    def last(self) -> Action:
        return self.session.actions[-1]


@pytest.fixture(scope="session")
def make_book() -> Callable[[str], FlowBook]:
    """Reads a flow file with the real understanding, places, stores and hours."""
    skills = SkillMaker(Settings.from_env({}, ROOT))
    return lambda text: read_flows(text, skills)


@pytest.fixture(scope="session")
def shop(make_book: Callable[[str], FlowBook]) -> FlowBook:
    """The example company that ships."""
    return make_book((ROOT / "flows.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def caller(shop: FlowBook) -> Iterator[Caller]:
    """A caller to the example company, on a Monday at noon."""
    yield Caller(shop)
