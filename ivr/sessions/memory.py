"""Live calls in this process only: for conversations in the terminal and for conversation tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from ivr.flows.actions import Action
from ivr.flows.events import Event
from ivr.ports import Session
from ivr.sessions.writing import (
    KEPT_ANSWERS,
    actions_from_text,
    actions_to_text,
    event_from_text,
    event_to_text,
    session_from_text,
    session_to_text,
)


class MemorySessions:
    """The twin of the Redis store. It keeps text, not objects, so a session that cannot be stored fails here too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[bytes, bytes, int]] = {}
        self._answers: dict[tuple[str, int], bytes] = {}
        self._events: dict[str, list[bytes]] = {}
        self._live: set[str] = set()

    def load(self, call_id: str, *, fresh: bool = True, at_least: int = 0) -> tuple[Session, int] | None:
        with self._lock:
            stored = self._sessions.get(call_id)
        return (session_from_text(stored[0], stored[1]), stored[2]) if stored else None

    def save(self, session: Session, expected_version: int, events: Sequence[Event] = ()) -> bool:
        call_id, text, actions = session.call.id, session_to_text(session), actions_to_text(session.actions)
        lines = [event_to_text(event) for event in events]
        with self._lock:
            stored = self._sessions.get(call_id)
            if (stored[2] if stored else 0) != expected_version:
                return False
            if not stored:
                self._live.add(call_id)
            self._sessions[call_id] = (text, actions, expected_version + 1)
            self._answers[call_id, session.turn] = actions
            self._answers.pop((call_id, session.turn - KEPT_ANSWERS), None)
            self._events.setdefault(call_id, []).extend(lines)
        return True

    def answer(self, call_id: str, turn: int) -> tuple[Action, ...]:
        with self._lock:
            actions = self._answers.get((call_id, turn))
        return actions_from_text(actions) if actions else ()

    def events(self, call_id: str) -> list[Event]:
        with self._lock:
            lines = list(self._events.get(call_id, ()))
        return [event_from_text(line) for line in lines]

    def live(self) -> list[str]:
        with self._lock:
            return sorted(self._live)

    def end(self, call_id: str) -> None:
        """Off the live list; kept as long as the process lives, which is not long for a private store."""
        with self._lock:
            self._live.discard(call_id)
