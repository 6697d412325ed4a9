"""The timeline for people: one line an event, as it would be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEFT_OUT = ("n", "at_s", "wall_s", "call", "what", "parameters", "body", "conference", "queue", "stream", "latency_s")
"""Of an event: numbers for programs, and what is too long."""

_QUIET = ("far end began", "far end stopped", "latency", "stops speaking")
"""Events that only programs want."""


def readable(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """One line, or nothing; ``names`` are what the calls are called (the caller's own nothing).

    >>> readable({"n": 1, "at_s": 2.5, "wall_s": 0, "call": "CA1", "what": "presses", "key": "1"}, {})
    '    2.50  presses  1'
    """
    what, name = event["what"], names.get(event["call"], "")
    if what in _QUIET:
        return ""
    told = _asked(event) if what == "twiml" else _told(event, names)
    who = f"({name}) " if name else ""
    return f"{event['at_s']:8.2f}  {who}{'asks' if what == 'twiml' else what}  {told}".rstrip()


def _asked(event: Mapping[str, Any]) -> str:
    given = " ".join(f"{name}={value}" for name, value in event["params"].items() if value)
    return f"{event['url']} {given}".rstrip()


def _told(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if event["what"] == "status":
        return _status(event)
    parts = [str(value) for name, value in event.items() if name not in LEFT_OUT and value not in ("", {}, [])]
    named = (names.get(part, part) or "the caller" for part in parts)
    return " ".join(f'"{part}"' if event["what"] in ("say", "says") else part for part in named)


def _status(event: Mapping[str, Any]) -> str:
    """Who calls whom is said once."""
    first = event["status"] == "queued"
    return f"{event['status']}, {event['from']} calls {event['to']}" if first else str(event["status"])
