"""The SQL table of errands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.outbox.errand import Errand, State
from ivr.records.database import Base


class OutboxRow(Base):
    """One errand. What it says is emptied when it is over; its key stays for a while, so that it is not done again."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_next_s", "state", "next_s"),)

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(128), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(Integer)
    made_s: Mapped[float] = mapped_column(Float(53))
    next_s: Mapped[float] = mapped_column(Float(53))
    reason: Mapped[str] = mapped_column(Text)


def errand_of(row: OutboxRow) -> Errand:
    """The row as a value."""
    return Errand(
        row.key, row.kind, row.data, row.about, State(row.state), row.tries, row.made_s, row.next_s, row.reason
    )
