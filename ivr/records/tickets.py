"""Tickets: what callers want that somebody sees to later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Float, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ivr.ports import REQUEST_KEY
from ivr.records.callers import NOBODY
from ivr.records.database import Base, Database

OPEN, CLOSED = "open", "closed"
BEFORE_FIRST = 1000
"""Numbers begin after it: a caller takes "one" for a joke, and four figures are soon said."""


class TicketRow(Base):
    """One ticket."""

    __tablename__ = "tickets"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a number is never given twice

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)
    call_id: Mapped[str] = mapped_column(String(64), index=True)
    caller: Mapped[str] = mapped_column(String(64), index=True)
    line: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(1000))
    status: Mapped[str] = mapped_column(String(16))
    at_s: Mapped[float] = mapped_column(Float(53))


@dataclass(frozen=True, slots=True)
class Ticket:
    """Ticket ``number`` of the caller in a call; ``status`` is open or closed."""

    number: int
    call_id: str
    caller: str
    line: str
    subject: str
    status: str
    at_s: float


class SqlTickets:
    """The tickets in the database. Every method raises ``OutsideError`` when it fails."""

    def __init__(self, database: Callable[[], Database], now: Callable[[], float]) -> None:
        """``database`` is asked for when there is something to do."""
        self._database = database
        self._now = now

    def opened(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """The service of the step ``ticket``. The same request asked again is the same ticket."""
        key = str(args[REQUEST_KEY])
        with self._database().session() as session:
            row = session.scalar(select(TicketRow).where(TicketRow.key == key))
            if row is None:
                told = {name: str(args[name]) for name in ("caller", "line", "subject")}
                told["subject"] = told["subject"][:1000]
                row = TicketRow(key=key, call_id=str(args["call"]), status=OPEN, at_s=self._now(), **told)
                session.add(row)
                session.flush()
            return {"number": BEFORE_FIRST + row.id}

    def latest(self, limit: int, caller: str = "", *, also_closed: bool = True) -> list[Ticket]:
        """The newest first; of one ``caller`` where one is given. A withheld number is nobody's."""
        if caller.lower() in NOBODY - {""}:
            return []
        wanted = select(TicketRow).order_by(TicketRow.id.desc()).limit(limit)
        if caller:
            wanted = wanted.where(TicketRow.caller == caller)
        if not also_closed:
            wanted = wanted.where(TicketRow.status == OPEN)
        with self._database().reading() as session:
            return [_ticket(row) for row in session.scalars(wanted)]

    def became(self, number: int, status: str) -> Ticket | None:
        """The ticket with another status; None when there is no such ticket."""
        with self._database().session() as session:
            row = session.get(TicketRow, number - BEFORE_FIRST)
            if row is None:
                return None
            row.status = status
            return _ticket(row)


def ticket_to_json(ticket: Ticket) -> dict[str, Any]:
    """The ticket as JSON-able data."""
    return asdict(ticket)


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(BEFORE_FIRST + row.id, row.call_id, row.caller, row.line, row.subject, row.status, row.at_s)
