"""Runs the examples of the reference in a made-up company, so that none of them can be wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from textwrap import indent
from typing import Any

from ivr.bookshelf import OneBook
from ivr.channels.text import TextCall
from ivr.flows import FlowBook, read_flows
from ivr.flows.bundle import bundled
from ivr.flows.loader import MakeSkills
from ivr.flows.source import read_source
from ivr.records.memory import MemoryRecords
from ivr.runtime import Runtime
from ivr.sessions.memory import MemorySessions

COMPANY = Path(__file__).with_name("example.yaml")
"""The company that all examples belong to."""

FLOW = "example"
"""The flow that its line begins with: the example."""

CALLER = "+14155550123"
AT_S = 1795464000.0
"""Monday, 23 November 2026, noon in Portland: what calls in examples take for now."""


class Examples:
    """The made-up company; ``make_skills`` must find its list of stores beside its flow file."""

    def __init__(self, make_skills: MakeSkills) -> None:
        self.make_skills = make_skills

    @cached_property
    def company(self) -> Mapping[str, Any]:
        return dict(read_source(COMPANY.read_text("utf-8"), COMPANY.name).tree)

    def book(self, text: str) -> FlowBook:
        """The company with ``text`` in it: steps of a flow, or sections of a file.

        Raises:
            FlowFileError: when the example is wrong.
        """
        steps = text.lstrip().startswith("- ")
        written = read_source(f"flows:\n  {FLOW}:\n{indent(text, '    ')}" if steps else text, FLOW).tree
        whole = {**self.company, **{name: _both(self.company.get(name), value) for name, value in written.items()}}
        whole["flows"].setdefault(FLOW, [{"hangup": ""}])
        return read_flows(bundled(json.dumps(whole), _beside, FLOW), self.make_skills, file=FLOW)

    def talk(self, text: str, answers: Sequence[str]) -> list[str]:
        """What is heard and typed when somebody has the conversation of ``text`` in the terminal."""
        services = {"http": _order_status, "sms": _done, "email": _done, "callback": _done, "ticket": _ticket}
        books = OneBook(self.book(text))
        runtime = Runtime(MemorySessions(), MemoryRecords(), books, _nobody, lambda: AT_S, services)
        call = TextCall(runtime, "CA" + "e" * 32)
        heard = [f"ivr: {line}" for line in call.dial(next(iter(books.book.company.lines)), CALLER)]
        for answer in answers:
            heard += [f"you: {answer or '(silence)'}", *(f"ivr: {line}" for line in call.typed(answer))]
        return heard


def _beside(name: str) -> str | None:
    file = COMPANY.with_name(name)
    return file.read_text("utf-8") if file.is_file() else None


def _both(base: Any, more: Any) -> Any:
    return {**base, **more} if isinstance(base, dict) and isinstance(more, dict) else more


def _done(args: Mapping[str, Any]) -> Mapping[str, Any]:
    return {}


def _ticket(args: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"number": 1001}


def _order_status(args: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"text": "on its way"}


def _nobody(topic: str, data: Mapping[str, Any]) -> None:
    """Nobody watches these calls."""
