"""Where the carrier has what it recorded and we fetched: rows, for the day when ours are deleted."""

from __future__ import annotations

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base


class CarrierCopyRow(Base):
    """The carrier's copy of a message or of a call's recording; ``id`` is ours."""

    __tablename__ = "carrier_copies"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
