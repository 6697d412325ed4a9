"""Text messages that came in and went out, and the numbers that want none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import Float, String, delete, select
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records.database import Base, Database

CAME, WENT = "in", "out"
ORDER = ("accepted", "scheduled", "queued", "sending", "sent", "delivered", "read")
"""How a message gets on; its callbacks come in any order, and a state never goes back."""
ENDS = frozenset({"undelivered", "failed", "canceled"})


class TextRow(Base):
    """One message."""

    __tablename__ = "texts"

    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    direction: Mapped[str] = mapped_column(String(8))
    line: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[str] = mapped_column(LongText)
    at_s: Mapped[float] = mapped_column(Float(53), index=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))


class TextRefusalRow(Base):
    """A number that said stop."""

    __tablename__ = "text_refusals"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    at_s: Mapped[float] = mapped_column(Float(53))


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message between ``line``, which is ours, and ``number``; ``reason`` is the carrier's error."""

    sid: str
    direction: str
    line: str
    number: str
    body: str
    at_s: float
    state: str
    reason: str = ""


class SqlTexts:
    """The messages in the database. Every method raises ``OutsideError`` when it fails."""

    def __init__(self, database: Callable[[], Database]) -> None:
        """``database`` is asked for when there is something to do."""
        self._database = database

    def keep(self, message: TextMessage) -> bool:
        """Write a message down; False when it is known."""
        with self._database().session() as session:
            if session.get(TextRow, message.sid) is not None:
                return False
            session.add(TextRow(**asdict(message)))
            return True

    def became(self, sid: str, state: str, reason: str) -> None:
        """How a message got on; what is unknown, or older than what is known, changes nothing."""
        with self._database().session() as session:
            row = session.get(TextRow, sid)
            if row is not None and _is_newer(row.state, state):
                row.state, row.reason = state, reason

    def latest(self, limit: int, number: str = "") -> list[TextMessage]:
        """The newest first; with ``number`` only those with it."""
        query = select(TextRow).order_by(TextRow.at_s.desc(), TextRow.sid).limit(limit)
        if number:
            query = query.where(TextRow.number == number)
        with self._database().reading() as session:
            return [_message(row) for row in session.scalars(query)]

    def refuse(self, number: str, at_s: float) -> None:
        """``number`` wants no more texts."""
        with self._database().session() as session:
            if session.get(TextRefusalRow, number) is None:
                session.add(TextRefusalRow(number=number, at_s=at_s))

    def allow(self, number: str) -> None:
        """``number`` wants texts again."""
        with self._database().session() as session:
            session.execute(delete(TextRefusalRow).where(TextRefusalRow.number == number))

    def refuses(self, number: str) -> bool:
        """Whether ``number`` said stop."""
        with self._database().reading() as session:
            return session.get(TextRefusalRow, number) is not None

    def refusals(self) -> list[tuple[str, float]]:
        """The numbers that said stop, and when; the newest first."""
        query = select(TextRefusalRow).order_by(TextRefusalRow.at_s.desc(), TextRefusalRow.number)
        with self._database().reading() as session:
            return [(row.number, row.at_s) for row in session.scalars(query)]


def _is_newer(known: str, told: str) -> bool:
    """Whether ``told`` comes after ``known`` in the life of a message.

    >>> _is_newer("sent", "delivered"), _is_newer("delivered", "sent"), _is_newer("failed", "sent")
    (True, False, False)
    """
    if known in ENDS:
        return False
    if told in ENDS:
        return known not in {"delivered", "read"}
    return told in ORDER and (known not in ORDER or ORDER.index(told) > ORDER.index(known))


def _message(row: TextRow) -> TextMessage:
    return TextMessage(row.sid, row.direction, row.line, row.number, row.body, row.at_s, row.state, row.reason)
