"""The SQL table of voicemails. Its life is told in ``voicemail.mailbox``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, LargeBinary, String, Text, false, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.flows.events import Word
from ivr.records.database import Base
from voicemail.mailbox import Message, State, Status

UNPICKED = text("caller_name IS NULL")
"""Messages out of which nothing was picked yet: those of an earlier version."""


class VoicemailRow(Base):
    """One message. ``next_s`` is when it wants looking at again: the end of a lease, or the next try."""

    __tablename__ = "voicemails"
    __table_args__ = (
        Index("ix_voicemails_counts", "status", "mailbox", "urgent", "state"),
        Index("ix_voicemails_mailbox", "mailbox", "at_s"),
        Index("ix_voicemails_status", "status", "at_s"),
        Index("ix_voicemails_assignee", "assignee", "at_s"),
        Index("ix_voicemails_caller", "caller", "at_s"),
        Index("ix_voicemails_unpicked", "at_s", sqlite_where=UNPICKED, postgresql_where=UNPICKED),
    )

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
    progress: Mapped[float] = mapped_column(Float(53), server_default=literal_column("0"))
    status: Mapped[str] = mapped_column(String(16), server_default="new")
    urgent: Mapped[bool] = mapped_column(Boolean, server_default=false())
    assignee: Mapped[str] = mapped_column(String(128), server_default=literal_column("''"))
    caller_name: Mapped[str | None] = mapped_column(String(128))
    topic: Mapped[str | None] = mapped_column(String(128))
    number_named: Mapped[str | None] = mapped_column(String(128))


class NoteRow(Base):
    """What ``who`` noted about a message, or did with it."""

    __tablename__ = "voicemail_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    voicemail_id: Mapped[str] = mapped_column(ForeignKey("voicemails.id", ondelete="CASCADE"), index=True)
    at_s: Mapped[float] = mapped_column(Float(53))
    who: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)


class PeaksRow(Base):
    """The waveform of a message: how loud it is, a byte for each of equally long parts."""

    __tablename__ = "voicemail_peaks"

    voicemail_id: Mapped[str] = mapped_column(ForeignKey("voicemails.id", ondelete="CASCADE"), primary_key=True)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)


def message_of(row: VoicemailRow, *, with_words: bool = True) -> Message:
    """The row as a value; lists do without the words."""
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
        words=tuple(Word(**word) for word in row.words) if with_words else (),
        reason=row.reason,
        tries=row.tries,
        next_s=row.next_s,
        progress=row.progress,
        status=Status(row.status),
        urgent=row.urgent,
        assignee=row.assignee,
        caller_name=row.caller_name or "",
        topic=row.topic or "",
        number_named=row.number_named or "",
    )
