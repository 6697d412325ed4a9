"""The SQL table of voicemails. Its life is told in ``voicemail.mailbox``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.flows.events import Word
from ivr.records.database import Base
from voicemail.mailbox import Message, State


class VoicemailRow(Base):
    """One message. ``next_s`` is when it wants looking at again: the end of a lease, or the next try."""

    __tablename__ = "voicemails"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(64), index=True)
    mailbox: Mapped[str] = mapped_column(String(128))
    caller: Mapped[str] = mapped_column(String(128))
    at_s: Mapped[float] = mapped_column(Float(53), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    duration_s: Mapped[float] = mapped_column(Float(53))
    ended_by: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float(53))
    words: Mapped[list[Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    next_s: Mapped[float] = mapped_column(Float(53))


def message_of(row: VoicemailRow) -> Message:
    """The row as a value."""
    return Message(
        id=row.id,
        call_id=row.call_id,
        mailbox=row.mailbox,
        caller=row.caller,
        at_s=row.at_s,
        state=State(row.state),
        duration_s=row.duration_s,
        ended_by=row.ended_by,
        text=row.text,
        confidence=row.confidence,
        words=tuple(Word(**word) for word in row.words),
        reason=row.reason,
        tries=row.tries,
        next_s=row.next_s,
    )
