"""How a live call is written as JSON; both stores use it, so a call that fits one fits the other.

This is the largest part of what a turn costs, hence no general copying of dataclasses: the encoder in C walks the call
and asks only at each object for its fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.flows.actions import ACTION_TYPES, Action, action_from_json
from ivr.flows.call import call_from_json
from ivr.flows.events import Event, event_from_json, event_to_json
from ivr.ports import Session

KEPT_ANSWERS = 8
"""How many turns can still be answered again; a carrier repeats within one or two."""

_ACTIONS = frozenset(ACTION_TYPES.values())


def _fields(value: Any) -> dict[str, Any]:
    """One object's own fields; those of an action also name its type."""
    if isinstance(value, Mapping):
        return dict(value)
    kind = type(value)
    fields = {name: getattr(value, name) for name in kind.__dataclass_fields__}
    return {"action": kind.__name__, **fields} if kind in _ACTIONS else fields


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_fields)


def session_to_text(session: Session) -> str:
    """The session as JSON, without its actions."""
    return _ENCODER.encode([session.call, session.turn, session.spoken, session.notes])


def session_from_text(text: str | bytes, actions: str | bytes) -> Session:
    """The session from its own text and that of its actions."""
    call, turn, spoken, notes = json.loads(text)
    return Session(call_from_json(call), turn, actions_from_text(actions), spoken, notes)


def actions_to_text(actions: Sequence[Action]) -> str:
    """Actions as JSON."""
    return _ENCODER.encode(actions)


def actions_from_text(text: str | bytes) -> tuple[Action, ...]:
    """The inverse of :func:`actions_to_text`."""
    return tuple(action_from_json(item) for item in json.loads(text))


def event_to_text(event: Event) -> str:
    """The event as JSON."""
    return _ENCODER.encode(event_to_json(event))


def event_from_text(text: str | bytes) -> Event:
    """The inverse of :func:`event_to_text`."""
    return event_from_json(json.loads(text))
