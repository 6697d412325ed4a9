"""How a live call is written as JSON; both stores use it, so a call that fits one fits the other."""

from __future__ import annotations

import json
from typing import Any

from ivr.flows.actions import Action, action_from_json, action_to_json
from ivr.flows.call import call_from_json, call_to_json
from ivr.flows.events import Event, event_from_json, event_to_json
from ivr.ports import Session


def session_to_text(session: Session) -> str:
    """The session as JSON."""
    data = {
        "call": call_to_json(session.call),
        "turn": session.turn,
        "actions": _actions_to_json(session.actions),
        "answers": {str(turn): _actions_to_json(actions) for turn, actions in session.answers.items()},
        "spoken": session.spoken,
        "notes": dict(session.notes),
    }
    return json.dumps(data, separators=(",", ":"))


def session_from_text(text: str | bytes) -> Session:
    """The inverse of :func:`session_to_text`."""
    data = json.loads(text)
    return Session(
        call=call_from_json(data["call"]),
        turn=data["turn"],
        actions=_actions_from_json(data["actions"]),
        answers={int(turn): _actions_from_json(actions) for turn, actions in data["answers"].items()},
        spoken=data["spoken"],
        notes=data["notes"],
    )


def event_to_text(event: Event) -> str:
    """The event as JSON."""
    return json.dumps(event_to_json(event), separators=(",", ":"))


def event_from_text(text: str | bytes) -> Event:
    """The inverse of :func:`event_to_text`."""
    return event_from_json(json.loads(text))


def _actions_to_json(actions: tuple[Action, ...]) -> list[dict[str, Any]]:
    return [action_to_json(action) for action in actions]


def _actions_from_json(items: list[dict[str, Any]]) -> tuple[Action, ...]:
    return tuple(action_from_json(item) for item in items)
