"""What is known of a telephone number: the calls that came from it before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from ivr.records.calls import CallRow
from ivr.records.database import Database
from ivr.records.notes import NoteRow

NOBODY = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "+266696687"})
"""What carriers say when a number is withheld; such calls have nothing to do with each other."""


class SqlCallers:
    """Reads the records of calls by their caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def calls(self, number: str, before_s: float, limit: int) -> Sequence[Mapping[str, Any]]:
        """The calls of ``number`` that began before ``before_s``, the newest first; short: nothing of what was said."""
        if number.lower() in NOBODY:
            return []
        shown = (CallRow.id, CallRow.line, CallRow.started_s, CallRow.ended_s, CallRow.outcome, CallRow.variables)
        wanted = select(*shown).where(CallRow.caller == number, CallRow.started_s < before_s)
        newest = wanted.order_by(CallRow.started_s.desc(), CallRow.id).limit(limit)
        with self._database.reading() as session:
            return [dict(row) for row in session.execute(newest).mappings()]

    def counts(self, number: str, before_s: float, but: str) -> tuple[int, int]:
        """How many calls came from ``number`` before ``before_s``, without the call ``but``, and notes about them."""
        if number.lower() in NOBODY:
            return 0, 0
        ours = (CallRow.caller == number, CallRow.started_s < before_s, CallRow.id != but)
        calls = select(func.count()).select_from(CallRow).where(*ours)
        notes = select(func.count()).select_from(NoteRow).join(CallRow, CallRow.id == NoteRow.call_id).where(*ours)
        with self._database.reading() as session:
            return session.scalar(calls) or 0, session.scalar(notes) or 0
