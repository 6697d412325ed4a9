"""Legal holds: what must not be deleted, by nobody and by no rule, until somebody releases it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Float, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ivr.records.calls import CallRow
from ivr.records.database import Base, Database

AT_ONCE = 1000
"""Subjects in one question; databases take some 30,000."""


class HoldRow(Base):
    """One hold."""

    __tablename__ = "legal_holds"

    subject: Mapped[str] = mapped_column(String(128), primary_key=True)
    who: Mapped[str] = mapped_column(String(128))
    why: Mapped[str] = mapped_column(Text)
    at_s: Mapped[float] = mapped_column(Float(53))


@dataclass(frozen=True, slots=True)
class Hold:
    """``subject`` is a caller's number, a call or a message; ``who`` put it on hold, and ``why``."""

    subject: str
    who: str
    why: str
    at_s: float


class SqlHolds:
    """The holds in the database. Every method raises ``OutsideError`` when it fails."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    def add(self, hold: Hold) -> bool:
        """Put something on hold; False when it is."""
        with self._database().session() as session:
            is_new = session.get(HoldRow, hold.subject) is None
            if is_new:
                session.add(HoldRow(subject=hold.subject, who=hold.who, why=hold.why, at_s=hold.at_s))
            return is_new

    def release(self, subject: str) -> bool:
        """It may be deleted again; False when it was not on hold."""
        with self._database().session() as session:
            row = session.get(HoldRow, subject)
            if row is not None:
                session.delete(row)
            return row is not None

    def all(self) -> list[Hold]:
        """Every hold, the newest first."""
        with self._database().reading() as session:
            rows = session.scalars(select(HoldRow).order_by(HoldRow.at_s.desc(), HoldRow.subject))
            return [Hold(row.subject, row.who, row.why, row.at_s) for row in rows]

    def held(self, *subjects: str) -> bool:
        """Whether one of ``subjects`` is on hold."""
        with self._database().reading() as session:
            return is_held(session, subjects)

    def calls(self) -> frozenset[str]:
        """Calls that are on hold, by themselves or by their caller."""
        subjects = select(HoldRow.subject)
        held = select(CallRow.id).where(CallRow.caller.in_(subjects)).union(subjects)
        with self._database().reading() as session:
            return frozenset(session.scalars(held))


def holds_on(session: Session, subjects: Collection[str]) -> list[Hold]:
    """The holds on ``subjects``, the oldest first."""
    wanted, found = sorted(subjects), list[Hold]()
    for at in range(0, len(wanted), AT_ONCE):
        some = select(HoldRow).where(HoldRow.subject.in_(wanted[at : at + AT_ONCE]))
        found += [Hold(row.subject, row.who, row.why, row.at_s) for row in session.scalars(some)]
    return sorted(found, key=lambda hold: hold.at_s)


def is_held(session: Session, subjects: Collection[str]) -> bool:
    """Whether one of ``subjects`` is on hold, in a transaction that will delete it."""
    return session.scalar(select(HoldRow.subject).where(HoldRow.subject.in_(subjects)).limit(1)) is not None
