"""What agents write down about calls: a note and an outcome, one of each agent for each call."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Float, Insert, String, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database

OUTCOMES = ("resolved", "follow up", "passed on", "sale", "no sale", "wrong number", "no answer", "nuisance")
"""How a call can have ended for the agent; empty is not said (yet)."""

LONGEST_NOTE = 4000


class NoteRow(Base):
    """What one agent wrote about one call."""

    __tablename__ = "notes"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent: Mapped[str] = mapped_column(String(128), primary_key=True)
    at_s: Mapped[float] = mapped_column(Float(53))
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(32))


@dataclass(frozen=True, slots=True)
class Note:
    """``agent`` wrote ``text`` about a call, and last changed it at ``at_s``."""

    call_id: str
    agent: str
    at_s: float
    text: str = ""
    outcome: str = ""


class SqlNotes:
    """The notes in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, note: Note) -> None:
        """Keep the note in place of what the agent wrote about this call before."""
        with self._database.session() as session:
            session.execute(_insert_or_replace(session.get_bind().dialect.name), asdict(note))

    def of_calls(self, call_ids: Collection[str]) -> list[Note]:
        """The notes about these calls, the oldest first."""
        wanted = select(NoteRow).where(NoteRow.call_id.in_(call_ids)).order_by(NoteRow.at_s, NoteRow.agent)
        with self._database.reading() as session:
            return [_note(row) for row in session.scalars(wanted)]

    def of_call(self, call_id: str) -> list[Note]:
        """The notes about this call, the oldest first."""
        return self.of_calls([call_id])


def note_to_json(note: Note) -> Mapping[str, Any]:
    """The note as JSON-able data."""
    return asdict(note)


def _note(row: NoteRow) -> Note:
    return Note(row.call_id, row.agent, row.at_s, row.text, row.outcome)


@cache
def _insert_or_replace(dialect: str) -> Insert:
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(NoteRow)
    changes = {name: insert.excluded[name] for name in ("at_s", "text", "outcome")}
    return insert.on_conflict_do_update(index_elements=["call_id", "agent"], set_=changes)
