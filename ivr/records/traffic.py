"""What the carrier and we told each other in a call: for whoever wonders why a call went as it did.

What gets here is masked already (:mod:`ivr.channels.traffic`). It goes with the call when a caller is erased, and
earlier than the call by itself: it is of use while people still remember the call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Float, String, delete, func, select, text
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database

MOST_OF_A_CALL = 300
"""A caller who waits in line asks every 24 s: two hours. What comes later is not kept."""


class TrafficRow(Base):
    """One exchange; ``number`` counts those of a call from 1."""

    __tablename__ = "call_traffic"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at_s: Mapped[float] = mapped_column(Float(53), index=True)
    what: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(LongText)
    sent: Mapped[str] = mapped_column(LongText)
    answered: Mapped[str] = mapped_column(LongText)
    status: Mapped[int]
    took_s: Mapped[float] = mapped_column(Float(53))


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The carrier ``sent`` something at ``at_s``, and ``took_s`` later we ``answered``.

    ``what`` names it: the endpoint of a webhook, or what happened on a media stream. ``status`` is that of HTTP, 0 on
    a stream.
    """

    call_id: str
    at_s: float
    what: str
    path: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    answered: str = ""
    status: int = 0
    took_s: float = 0.0
    number: int = 0
    """Which of its call it is, once it is kept."""


_INSERT = text(
    "INSERT INTO call_traffic (call_id, number, at_s, what, path, sent, answered, status, took_s)"
    " SELECT :call_id, before + 1, :at_s, :what, :path, :sent, :answered, :status, :took_s"
    " FROM (SELECT count(*) AS before FROM call_traffic WHERE call_id = :of) AS of_call WHERE before < :most"
)
"""Counts as it writes: processes need not know of each other, and there is one writer at a time. The call is named
twice, as PostgreSQL takes a parameter for one type only."""


class SqlTraffic:
    """The exchanges in the database. Every method raises ``OutsideError`` when it fails."""

    def __init__(self, database: Callable[[], Database]) -> None:
        """``database`` is asked for when there is something to do."""
        self._database = database

    def add(self, exchanges: Sequence[Exchanged]) -> None:
        """Keep them; of a call that has many already, none."""
        rows = [_row(one) for one in exchanges]
        with self._database().session() as session:
            session.connection().execute(_INSERT, rows)

    def of_call(self, call_id: str) -> list[Exchanged]:
        """In the order in which it happened."""
        mine = select(TrafficRow).where(TrafficRow.call_id == call_id)
        with self._database().reading() as session:
            rows = session.scalars(mine.order_by(TrafficRow.at_s, TrafficRow.number))
            return [_exchanged(row) for row in rows]

    def forget(self, before_s: float, but: Collection[str] = ()) -> int:
        """Remove what is kept of calls in which nothing was exchanged since ``before_s``; returns how many calls."""
        latest = select(TrafficRow.call_id).group_by(TrafficRow.call_id).having(func.max(TrafficRow.at_s) < before_s)
        with self._database().session() as session:
            old = sorted(set(session.scalars(latest)) - set(but))
            for call_id in old:
                session.execute(delete(TrafficRow).where(TrafficRow.call_id == call_id))
        return len(old)


def exchanged_to_json(one: Exchanged) -> Mapping[str, Any]:
    """The exchange as JSON-able data, without the call it is of."""
    return {name: value for name, value in asdict(one).items() if name != "call_id"}


def _row(one: Exchanged) -> dict[str, Any]:
    return {
        "call_id": one.call_id,
        "of": one.call_id,
        "most": MOST_OF_A_CALL,
        "at_s": one.at_s,
        "what": one.what,
        "path": one.path,
        "sent": to_json(one.sent).decode(),
        "answered": one.answered,
        "status": one.status,
        "took_s": one.took_s,
    }


def _exchanged(row: TrafficRow) -> Exchanged:
    return Exchanged(
        row.call_id,
        row.at_s,
        row.what,
        row.path,
        from_json(row.sent),
        row.answered,
        row.status,
        row.took_s,
        row.number,
    )
