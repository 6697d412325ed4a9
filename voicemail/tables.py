"""The SQL table of voicemails. Its life is told in ``voicemail.mailbox``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base


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
