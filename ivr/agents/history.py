"""What is known of a caller's number: earlier calls with what agents noted, messages, and the name they gave."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ivr.ports import OutsideError
from ivr.records.notes import Note, note_to_json
from ivr.records.tickets import Ticket

MOST_BEFORE = 5
"""Earlier calls and messages that an agent can take in while a phone rings."""

MOST_COUNTED = 100
"""Messages are counted up to here."""

LONGEST_TEXT = 500
"""Of a message or a note this much goes along."""

DAY_S = 24 * 3600

log = logging.getLogger(__name__)

History = Callable[[str, str, float], Mapping[str, Any]]
"""What came from a number before a time, without the call that it is asked for: see :meth:`Histories.before`."""


class CallerReader(Protocol):
    """Earlier calls of a number."""

    def calls(self, number: str, before_s: float, limit: int) -> Sequence[Mapping[str, Any]]: ...

    def counts(self, number: str, before_s: float, but: str) -> tuple[int, int]: ...


class NoteReader(Protocol):
    """What agents noted about calls."""

    def of_calls(self, call_ids: Collection[str]) -> list[Note]: ...


MessagesOf = Callable[[int, str], Sequence[Mapping[str, Any]]]
"""The newest voicemails of a caller, at most so many."""

TicketsOf = Callable[[int, str], Sequence[Ticket]]
"""The newest tickets of a caller, at most so many."""


def no_history() -> Mapping[str, Any]:
    """Of somebody who never called."""
    return {
        "name": "",
        "calls": [],
        "voicemails": [],
        "tickets": [],
        "calls_count": 0,
        "calls_today": 0,
        "notes_count": 0,
        "voicemails_count": 0,
        "tickets_count": 0,
        "last_call_s": None,
        "last_outcome": "",
    }


@dataclass(frozen=True, slots=True)
class Histories:
    """Reads what is on record; what cannot be read is as if it were not there: a caller is not kept waiting for it."""

    callers: CallerReader
    notes: NoteReader
    messages: MessagesOf
    tickets: TicketsOf = lambda limit, caller: ()

    def __call__(self, number: str, call_id: str, at_s: float) -> Mapping[str, Any]:
        try:
            return self.before(number, call_id, at_s)
        except OutsideError as error:
            log.warning("call %s: what came before from this number cannot be told: %s", call_id, error)
            return no_history()

    def before(self, number: str, call_id: str, at_s: float) -> Mapping[str, Any]:
        """What came from ``number`` before ``at_s``, without the call that it is asked for.

        ``name`` is the last one that was given from this number: nobody has verified it. ``calls_today`` counts the
        calls of the day before ``at_s``, up to ``MOST_BEFORE``; ``last_outcome`` is what an agent noted of the last
        call, else how it ended in the flow.
        """
        calls = [one for one in self.callers.calls(number, at_s, MOST_BEFORE + 1) if one["id"] != call_id]
        calls = calls[:MOST_BEFORE]
        if not calls and not _is_number(number):
            return no_history()
        noted: dict[str, list[Mapping[str, Any]]] = {one["id"]: [] for one in calls}
        for note in self.notes.of_calls(list(noted)) if noted else ():
            noted[note.call_id].append({**note_to_json(note), "text": note.text[:LONGEST_TEXT]})
        calls_count, notes_count = self.callers.counts(number, at_s, call_id)
        messages = [one for one in self.messages(MOST_COUNTED, number) if one["call_id"] != call_id]
        tickets = [one for one in self.tickets(MOST_COUNTED, number) if one.call_id != call_id and one.at_s < at_s]
        return {
            "name": next((name for one in calls if (name := _text(one, "name"))), ""),
            "calls": [{**_short(one), "notes": noted[one["id"]]} for one in calls],
            "voicemails": [_message(one) for one in messages[:MOST_BEFORE]],
            "tickets": [_ticket(one) for one in tickets[:MOST_BEFORE]],
            "calls_count": calls_count,
            "calls_today": sum(1 for one in calls if one["started_s"] >= at_s - DAY_S),
            "notes_count": notes_count,
            "voicemails_count": len(messages),
            "tickets_count": len(tickets),
            "last_call_s": calls[0]["started_s"] if calls else None,
            "last_outcome": _outcome(calls[0], noted[calls[0]["id"]]) if calls else "",
        }


def _is_number(caller: str) -> bool:
    return caller.startswith("+") and caller[1:].isdigit()


def _text(call: Mapping[str, Any], name: str) -> str:
    value = call["variables"].get(name, "")
    return value if isinstance(value, str) else ""


def _short(call: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {name: call[name] for name in ("id", "line", "started_s", "ended_s", "outcome")}
    return {**kept, "intent": _text(call, "intent")}


def _message(message: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {name: message[name] for name in ("id", "call_id", "mailbox", "at_s", "state", "duration_s")}
    return {**kept, "text": str(message["text"])[:LONGEST_TEXT]}


def _ticket(ticket: Ticket) -> Mapping[str, Any]:
    kept = {name: getattr(ticket, name) for name in ("number", "call_id", "status", "at_s")}
    return {**kept, "subject": ticket.subject[:LONGEST_TEXT]}


def _outcome(call: Mapping[str, Any], notes: Sequence[Mapping[str, Any]]) -> str:
    noted = next((str(note["outcome"]) for note in reversed(notes) if note["outcome"]), "")
    return noted or str(call["outcome"] or "")
