"""What is known of a caller's number: earlier calls with what agents noted, messages, and the name they gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.records.notes import note_to_json
from ivr.web.sources import Sources

MOST_BEFORE = 5
"""Earlier calls and messages that an agent can take in while a phone rings."""

DAY_S = 24 * 3600


def before(sources: Sources, number: str, call_id: str, at_s: float) -> Mapping[str, Any]:
    """What came from ``number`` before ``at_s``, without the call that it is asked for.

    ``name`` is the last one that was given from this number: nobody has verified it. ``calls_today`` counts the calls
    of the day before ``at_s``, up to ``MOST_BEFORE``.
    """
    calls = [one for one in _calls(sources, number, at_s) if one["id"] != call_id][:MOST_BEFORE]
    notes: dict[str, list[Mapping[str, Any]]] = {one["id"]: [] for one in calls}
    if sources.notes and calls:
        for note in sources.notes.of_calls(list(notes)):
            notes[note.call_id].append(note_to_json(note))
    messages = sources.voicemails.list(MOST_BEFORE + 1, number) if calls or _is_number(number) else []
    return {
        "name": next((name for one in calls if (name := _name(one))), ""),
        "calls": [{**_short(one), "notes": notes[one["id"]]} for one in calls],
        "voicemails": [dict(one) for one in messages if one["call_id"] != call_id][:MOST_BEFORE],
        "calls_today": sum(1 for one in calls if one["started_s"] >= at_s - DAY_S),
    }


def _calls(sources: Sources, number: str, at_s: float) -> list[Mapping[str, Any]]:
    return list(sources.callers.calls(number, at_s, MOST_BEFORE + 1)) if sources.callers else []


def _is_number(caller: str) -> bool:
    return caller.startswith("+") and caller[1:].isdigit()


def _name(call: Mapping[str, Any]) -> str:
    name = call["variables"].get("name", "")
    return name if isinstance(name, str) else ""


def _short(call: Mapping[str, Any]) -> Mapping[str, Any]:
    intent = call["variables"].get("intent", "")
    return {
        **{name: call[name] for name in ("id", "line", "started_s", "ended_s", "outcome")},
        "intent": intent if isinstance(intent, str) else "",
    }
