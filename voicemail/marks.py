"""Marks on messages: urgent or taken back by the caller, deleted by the owner.

A message that the carrier records is marked before it is here; the mark waits for it. Whoever comes second of mark
and message finds the other, so it does not matter who does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.records.database import Database
from voicemail.mailbox import State
from voicemail.owner_tables import MarkRow
from voicemail.tables import VoicemailRow

AGAIN = "recorded again by the caller"


class Marks:
    """The marks in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, voicemail_id: str, **marks: Any) -> None:
        """Set ``urgent``, ``dropped`` or ``deleted_s``. Safe to repeat.

        Raises:
            OutsideError: when the database does not take it.
        """
        with self._database.session() as session:
            row = session.get(MarkRow, voicemail_id, with_for_update=True)
            if row is None:
                row = MarkRow(voicemail_id=voicemail_id, urgent=False, dropped=False, deleted_s=0.0)
                session.add(row)
            for name, value in marks.items():
                setattr(row, name, value)
        self.apply(voicemail_id)

    def apply(self, voicemail_id: str) -> None:
        """Do to the message, if it is here, what its marks say."""
        with self._database.session() as session:
            row = session.get(MarkRow, voicemail_id)
            if row is not None:
                _apply(session, row)

    def deleted(self, until_s: float | None = None) -> set[str]:
        """The messages that were deleted by telephone; with ``until_s`` those deleted by then."""
        wanted = select(MarkRow.voicemail_id).where(MarkRow.deleted_s > 0)
        if until_s is not None:
            wanted = wanted.where(MarkRow.deleted_s <= until_s)
        with self._database.reading() as session:
            return set(session.scalars(wanted))

    def forget(self, voicemail_id: str) -> None:
        """The message is gone for good."""
        with self._database.session() as session:
            row = session.get(MarkRow, voicemail_id)
            if row is not None:
                session.delete(row)


def _apply(session: Session, mark: MarkRow) -> None:
    mine = update(VoicemailRow).where(VoicemailRow.id == mark.voicemail_id)
    if mark.urgent:
        session.execute(mine.values(urgent=True))
    if mark.dropped:
        session.execute(mine.values(state=State.EMPTY, reason=AGAIN, next_s=0.0))
