"""The SQL tables of mailboxes with an owner, and of what was done with messages by telephone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Float, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base


class BoxRow(Base):
    """A mailbox whose owner rings up: what is kept of the PIN, wrong tries, and greetings (key to recording)."""

    __tablename__ = "voicemail_boxes"

    mailbox: Mapped[str] = mapped_column(String(128), primary_key=True)
    pin: Mapped[str] = mapped_column(String(256), default="")
    wrong: Mapped[int] = mapped_column(default=0)
    locked_s: Mapped[float] = mapped_column(Float(53), default=0.0)
    greetings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class MarkRow(Base):
    """What is to become of a message, which may not have arrived from the carrier yet.

    ``deleted_s`` is when its owner deleted it by telephone, 0 when not: it can be brought back for a while.
    """

    __tablename__ = "voicemail_marks"

    voicemail_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    dropped: Mapped[bool] = mapped_column(Boolean, default=False)
    deleted_s: Mapped[float] = mapped_column(Float(53), default=0.0)
