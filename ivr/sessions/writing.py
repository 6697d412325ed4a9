"""How a live call is written as JSON; both stores use it, so a call that fits one fits the other.

Every turn pays for this, so no dataclass is copied: pydantic's serializer walks the call by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import from_json, to_json

from ivr.flows.actions import Action, action_from_json
from ivr.flows.call import call_from_json
from ivr.flows.events import Event, event_from_json
from ivr.ports import Session
from ivr.records.live_calls import SavedTurn

KEPT_ANSWERS = 8
"""How many turns can still be answered again; a carrier repeats within one or two."""


def session_to_text(session: Session) -> bytes:
    """The session as JSON, without its actions."""
    return to_json([session.call, session.turn, session.spoken, session.notes])


def session_from_text(text: bytes, actions: bytes) -> Session:
    """The session from its own text and that of its actions."""
    call, turn, spoken, notes = from_json(text)
    return Session(call_from_json(call), turn, actions_from_text(actions), spoken, notes)


def actions_to_text(actions: Sequence[Action]) -> bytes:
    """Actions as JSON: pairs of their type and their fields."""
    return to_json([(type(action).__name__, action) for action in actions])


def actions_from_text(text: bytes) -> tuple[Action, ...]:
    """The inverse of :func:`actions_to_text`."""
    return tuple(action_from_json(kind, fields) for kind, fields in from_json(text))


def event_to_text(event: Event) -> bytes:
    """The event as JSON."""
    fields = {name: getattr(event, name) for name in event.__dataclass_fields__}
    return to_json({"event": type(event).__name__, **fields})


def event_from_text(text: bytes) -> Event:
    """The inverse of :func:`event_to_text`."""
    return event_from_json(from_json(text))


def written(session: Session, version: int, events: Sequence[Event]) -> SavedTurn:
    """The session as it is stored by its ``version``-th save."""
    return SavedTurn(
        session.call.id,
        version,
        session.turn,
        session_to_text(session),
        actions_to_text(session.actions),
        tuple(map(event_to_text, events)),
    )
