"""A caller in the database: calls, notes, callbacks, texts, recordings of calls, errands."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from ivr.erasing.caller import Caller, Eraser
from ivr.outbox.tables import OutboxRow
from ivr.records.call_recordings import CallRecordings
from ivr.records.callbacks import CallbackRow
from ivr.records.calls import CallRow
from ivr.records.copies import CopyRow
from ivr.records.database import Base, Database
from ivr.records.live_calls import LiveCallRow, LiveTurnRow
from ivr.records.notes import NoteRow
from ivr.records.texts import TextRow
from ivr.records.tickets import TicketRow
from ivr.records.to_fetch import ToFetchRow
from ivr.records.traffic import TrafficRow


def caller_of(number: str, database: Database) -> Caller:
    """The caller with this number, by what the records tell."""
    with database.reading() as session:
        return Caller(number, frozenset(session.scalars(select(CallRow.id).where(CallRow.caller == number))))


def table_erasers(database: Database, at_carrier: Callable[[Session, str], None]) -> dict[str, Eraser]:
    """By what people call it; calls come last, as they tell what else is the caller's.

    ``at_carrier`` has the carrier delete what it recorded at an address, where that is wanted.
    """
    return {
        "notes": _Rows(database, NoteRow, lambda one: NoteRow.call_id.in_(one.calls)),
        "callbacks": _Rows(database, CallbackRow, _callbacks, ("number", "handover")),
        "texts": _Rows(database, TextRow, lambda one: TextRow.number == one.number),
        "tickets": _Rows(
            database, TicketRow, lambda one: or_(TicketRow.caller == one.number, TicketRow.call_id.in_(one.calls))
        ),
        "errands": _Rows(database, OutboxRow, _errands, ("about", "data")),
        "copies of transfers": _Rows(database, CopyRow, _copies, ("id", "call", "text", "about")),
        "turns of calls": _Rows(database, LiveTurnRow, lambda one: LiveTurnRow.call_id.in_(one.calls)),
        "live calls": _Rows(database, LiveCallRow, lambda one: LiveCallRow.id.in_(one.calls)),
        "exchanges with the carrier": _Rows(database, TrafficRow, lambda one: TrafficRow.call_id.in_(one.calls)),
        "recordings to fetch": _Rows(
            database, ToFetchRow, _to_fetch, gone=lambda session, row: at_carrier(session, row.url)
        ),
        "calls": _Rows(database, CallRow, lambda one: CallRow.caller == one.number),
    }


def call_recordings_eraser(recordings: CallRecordings) -> Eraser:
    """What agents recorded of the caller's calls."""

    def erase(caller: Caller, *, really: bool) -> int:
        found = [one["id"] for call in sorted(caller.calls) for one in recordings.of_call(call)]
        for recording_id in found if really else ():
            recordings.delete(recording_id)
        return len(found)

    return erase


class _Rows:
    """The rows of one table that are a caller's: what ``theirs`` finds, if the columns ``told`` name them (if any)."""

    def __init__(
        self, database: Database, table: type[Base], theirs: Any, told: Sequence[str] = (), gone: Any = None
    ) -> None:
        self._database = database
        self._table = table
        self._theirs = theirs
        self._told = told
        self._gone = gone

    def __call__(self, caller: Caller, *, really: bool) -> int:
        query = select(self._table).where(self._theirs(caller))
        with self._database.session() if really else self._database.reading() as session:
            rows = [row for row in session.scalars(query) if not self._told or self._names(row, caller)]
            for row in rows if really else ():
                if self._gone is not None:
                    self._gone(session, row)
                session.delete(row)
        return len(rows)

    def _names(self, row: Base, caller: Caller) -> bool:
        """The database found digits; whether they are a whole number it cannot tell."""
        return caller.is_in(json.dumps([getattr(row, name) for name in self._told]))


def _callbacks(caller: Caller) -> ColumnElement[bool]:
    says = as_type(CallbackRow.handover, Text)
    return or_(CallbackRow.number == caller.number, says.contains(caller.number, autoescape=True))


def _copies(caller: Caller) -> ColumnElement[bool]:
    says = or_(*(text.contains(caller.number, autoescape=True) for text in (CopyRow.text, CopyRow.about)))
    return or_(CopyRow.call.in_(caller.calls), says)


def _to_fetch(caller: Caller) -> ColumnElement[bool]:
    return or_(ToFetchRow.call_id.in_(caller.calls), ToFetchRow.caller == caller.number)


def _errands(caller: Caller) -> ColumnElement[bool]:
    says = as_type(OutboxRow.data, Text)
    return or_(OutboxRow.about.in_(caller.calls), says.contains(caller.number, autoescape=True))
