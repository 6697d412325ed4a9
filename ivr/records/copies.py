"""Second copies of transfers and of callers' rooms: people in line keep their place when Redis loses everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Float, String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database

KEEP_S = 24 * 3600.0
"""As long as Redis keeps them."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One transfer (``about`` is its handover) or room as it lies in Redis; ``count`` grows with each change."""

    kind: str
    id: str
    call: str
    at_s: float
    text: str
    about: str = ""
    count: int = 1
    open: bool = True


class CopyRow(Base):
    """See :class:`Copy`. Secrets never get here: handovers are masked before they are told to anybody."""

    __tablename__ = "copies"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    call: Mapped[str] = mapped_column(String(64))
    at_s: Mapped[float] = mapped_column(Float(53), index=True)
    text: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    open: Mapped[bool]


class SqlCopies:
    """The copies in the database. Every method raises ``OutsideError`` when it cannot be reached."""

    def __init__(self, database: Callable[[], Database], now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def keep(self, copy: Copy) -> None:
        """Keep a new one, and forget those of yesterday; one that is known stays as it is."""
        with self._database().session() as session:
            insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            session.execute(insert(CopyRow).values(asdict(copy)).on_conflict_do_nothing())
            session.execute(delete(CopyRow).where(CopyRow.at_s < self._now() - KEEP_S))

    def change(self, kind: str, copy_id: str, count: int, text: str) -> None:
        """It is this now; what is older than what is kept changes nothing."""
        older = (CopyRow.kind == kind, CopyRow.id == copy_id, CopyRow.count < count)
        with self._database().session() as session:
            session.execute(update(CopyRow).where(*older).values(count=count, text=text))

    def close(self, kind: str, copy_id: str) -> None:
        """Nothing is to be done about it any more."""
        mine = (CopyRow.kind == kind, CopyRow.id == copy_id, CopyRow.open)
        with self._database().session() as session:
            session.execute(update(CopyRow).where(*mine).values(open=False))

    def all(self, kind: str) -> list[Copy]:
        """All of a kind from the last day, the oldest first."""
        young = select(CopyRow).where(CopyRow.kind == kind, CopyRow.at_s >= self._now() - KEEP_S)
        with self._database().reading() as session:
            return [_copy_of(row) for row in session.scalars(young.order_by(CopyRow.at_s))]


def _copy_of(row: CopyRow) -> Copy:
    return Copy(row.kind, row.id, row.call, row.at_s, row.text, row.about, row.count, row.open)
