"""Callbacks that were promised: written down here before anything else knows of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import JSON, Float, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database

WAITING = "waiting"
TALKING = "talking"
OPEN = (WAITING, TALKING)
"""What is yet to end: who talks and is cut off before a word was said is called again."""


class CallbackRow(Base):
    """One promise."""

    __tablename__ = "callbacks"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    queue: Mapped[str] = mapped_column(String(128))
    number: Mapped[str] = mapped_column(String(32))
    joined_s: Mapped[float] = mapped_column(Float(53), index=True)
    state: Mapped[str] = mapped_column(String(32), index=True)
    attempts: Mapped[int] = mapped_column(Integer)
    handover: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Promise:
    """Somebody is to be called back.

    ``state`` is waiting or talking, then how it ended: kept, given up, cancelled, left, or why it could not be.
    ``joined_s`` is how old the place is; one that is yet to come is when the person wants to be called.
    """

    id: str
    queue: str
    number: str
    joined_s: float
    handover: Mapping[str, Any]
    state: str = WAITING
    attempts: int = 0


class SqlCallbacks:
    """The promises in the database. Every method raises ``OutsideError`` when it fails."""

    def __init__(self, database: Callable[[], Database]) -> None:
        """``database`` is asked for when there is something to do."""
        self._connected = database

    @property
    def _database(self) -> Database:
        return self._connected()

    def add(self, promise: Promise) -> bool:
        """Write a promise down; one that is known stays as it is (False)."""
        with self._database.session() as session:
            is_new = session.get(CallbackRow, promise.id) is None
            if is_new:
                session.add(CallbackRow(**{one.name: getattr(promise, one.name) for one in fields(promise)}))
            return is_new

    def became(self, promise_id: str, state: str, attempts: int) -> None:
        """How a promise stands now."""
        with self._database.session() as session:
            row = session.get(CallbackRow, promise_id)
            if row is not None:
                row.state, row.attempts = state, attempts

    def moved(self, promise_id: str, joined_s: float, handover: Mapping[str, Any]) -> None:
        """The person is to be called at another time, if they are still to be called at all."""
        with self._database.session() as session:
            row = session.get(CallbackRow, promise_id)
            if row is not None and row.state == WAITING:
                row.joined_s, row.handover = joined_s, dict(handover)

    def get(self, promise_id: str) -> Promise | None:
        """One promise."""
        with self._database.reading() as session:
            row = session.get(CallbackRow, promise_id)
            return None if row is None else _promise(row)

    def open(self) -> list[Promise]:
        """Those to be kept, the oldest first."""
        with self._database.reading() as session:
            query = select(CallbackRow).where(CallbackRow.state.in_(OPEN)).order_by(CallbackRow.joined_s)
            return [_promise(row) for row in session.scalars(query)]

    def latest(self, limit: int) -> list[Promise]:
        """The newest first, kept or not."""
        with self._database.reading() as session:
            query = select(CallbackRow).order_by(CallbackRow.joined_s.desc()).limit(limit)
            return [_promise(row) for row in session.scalars(query)]


def _promise(row: CallbackRow) -> Promise:
    return Promise(row.id, row.queue, row.number, row.joined_s, row.handover, row.state, row.attempts)
