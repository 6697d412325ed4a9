"""Calls that are over, and those under way: for people to look at and for replay. Secrets never get here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import JSON, Float, Insert, String, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, defer, mapped_column

from ivr.flows.call import Call
from ivr.flows.events import Event, event_to_json
from ivr.records.database import Base, Database
from ivr.records.secrets import mask_secrets

READ_AT_ONCE = 200
"""Calls read from the database in one go when many are wanted: a month of them would not fit into memory."""


class CallRow(Base):
    """One call."""

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    line: Mapped[str] = mapped_column(String(128))
    caller: Mapped[str] = mapped_column(String(128), index=True)
    book: Mapped[str] = mapped_column(String(128))
    started_s: Mapped[float] = mapped_column(Float(53), index=True)
    ended_s: Mapped[float | None] = mapped_column(Float(53))
    outcome: Mapped[str] = mapped_column(String(256))
    transcript: Mapped[list[Any]] = mapped_column(JSON)
    variables: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[list[str]] = mapped_column(JSON)
    events: Mapped[list[Any]] = mapped_column(JSON)


class SqlCallRecords:
    """Implements ``ivr.ports.CallRecords``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_call(self, call: Call, events: Sequence[Event]) -> None:
        """Insert or replace; a record of the finished call is not replaced by one of the call as it was before.

        That is a late one of the call under way, or one of a call that lost its last turn with the process that had it.
        """
        shown, kept = mask_secrets(call, events)
        row = {
            "id": shown.id,
            "line": shown.line,
            "caller": shown.caller,
            "book": shown.book,
            "started_s": shown.started_s,
            "ended_s": shown.now_s if shown.ended else None,
            "outcome": shown.outcome,
            "transcript": [asdict(line) for line in shown.transcript],
            "variables": dict(shown.variables),
            "path": list(shown.path),
            "events": [event_to_json(event) for event in kept],
        }
        with self._database.session() as session:
            session.execute(_insert_or_replace(session.get_bind().dialect.name), row)

    def call(self, call_id: str) -> Mapping[str, Any] | None:
        with self._database.reading() as session:
            row = session.get(CallRow, call_id)
        return {**_shown(row), "events": row.events} if row else None

    def calls(self, limit: int = 50) -> list[Mapping[str, Any]]:
        newest = select(CallRow).options(defer(CallRow.events)).order_by(CallRow.started_s.desc(), CallRow.id)
        with self._database.reading() as session:
            return [_shown(row) for row in session.scalars(newest.limit(limit))]

    def count(self, since_s: float = 0.0) -> int:
        """How many calls that began at ``since_s`` or later are over."""
        over = select(func.count()).where(CallRow.ended_s.is_not(None), CallRow.started_s >= since_s)
        with self._database.reading() as session:
            return session.scalar(over) or 0

    def finished(self, since_s: float = 0.0, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """Calls that are over, newest first, with their events; read as they are asked for."""
        over = select(CallRow).where(CallRow.ended_s.is_not(None), CallRow.started_s >= since_s)
        newest = over.order_by(CallRow.started_s.desc(), CallRow.id).limit(limit)
        with self._database.reading() as session:
            for row in session.scalars(newest.execution_options(yield_per=READ_AT_ONCE)):
                yield {**_shown(row), "events": row.events}
                session.expunge(row)


@cache
def _insert_or_replace(dialect: str) -> Insert:
    """Made once: putting it together costs more than a whole turn, and every new call waits for it."""
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(CallRow)
    knows_more = func.json_array_length(insert.excluded.events) > func.json_array_length(CallRow.events)
    newer = or_(CallRow.ended_s.is_(None), and_(insert.excluded.ended_s.is_not(None), knows_more))
    changes = {column.name: insert.excluded[column.name] for column in CallRow.__table__.columns if column.name != "id"}
    return insert.on_conflict_do_update(index_elements=["id"], set_=changes, where=newer)


def _shown(row: CallRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "line": row.line,
        "caller": row.caller,
        "book": row.book,
        "started_s": row.started_s,
        "ended_s": row.ended_s,
        "outcome": row.outcome,
        "transcript": row.transcript,
        "variables": row.variables,
        "path": row.path,
    }
