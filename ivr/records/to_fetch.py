"""What the carrier recorded and is not here yet: rows, as a message that only Redis knew of would be lost with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Float, String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database


@dataclass(frozen=True, slots=True)
class Waiting:
    """One recording at the carrier; ``next_s`` is when it is asked for again."""

    id: str
    call_id: str
    mailbox: str
    caller: str
    at_s: float
    url: str
    next_s: float


class ToFetchRow(Base):
    """See :class:`Waiting`; ``kind`` says who keeps it: messages, or recordings of calls."""

    __tablename__ = "to_fetch"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64))
    mailbox: Mapped[str] = mapped_column(String(128))
    caller: Mapped[str] = mapped_column(String(128))
    at_s: Mapped[float] = mapped_column(Float(53))
    url: Mapped[str] = mapped_column(Text)
    next_s: Mapped[float] = mapped_column(Float(53))


class ToFetch:
    """The rows of one kind. Every method raises ``OutsideError`` when the database cannot be reached."""

    def __init__(self, database: Callable[[], Database], kind: str) -> None:
        self._database = database
        self._kind = kind

    def put(self, waiting: Waiting) -> None:
        """Note one; one that is known stays as it is."""
        row = {"kind": self._kind, **asdict(waiting)}
        with self._database().session() as session:
            insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            session.execute(insert(ToFetchRow).values(row).on_conflict_do_nothing())

    def get(self, recording_id: str) -> Waiting | None:
        """One that is not here yet."""
        with self._database().reading() as session:
            row = session.get(ToFetchRow, (self._kind, recording_id))
            return _waiting(row) if row else None

    def all(self) -> list[Waiting]:
        """All of them, the longest waiting first."""
        found = select(ToFetchRow).where(ToFetchRow.kind == self._kind).order_by(ToFetchRow.at_s)
        with self._database().reading() as session:
            return [_waiting(row) for row in session.scalars(found)]

    def later(self, recording_id: str, next_s: float) -> None:
        """It is asked for again then."""
        with self._database().session() as session:
            session.execute(update(ToFetchRow).where(*self._this(recording_id)).values(next_s=next_s))

    def done(self, recording_id: str) -> None:
        """It is here, or given up."""
        with self._database().session() as session:
            session.execute(delete(ToFetchRow).where(*self._this(recording_id)))

    def _this(self, recording_id: str) -> tuple[Any, Any]:
        return ToFetchRow.kind == self._kind, ToFetchRow.id == recording_id


def _waiting(row: ToFetchRow) -> Waiting:
    return Waiting(row.id, row.call_id, row.mailbox, row.caller, row.at_s, row.url, row.next_s)
