"""Messages go for good here: when somebody deletes one, when its days are over, when a caller is erased.

What is on legal hold stays, whoever asks. The sound goes first: what is interrupted can be done again, and a sound
without a row would stay for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select

from ivr.outbox import Outbox
from ivr.records.database import Database
from ivr.records.holds import HoldRow, is_held
from voicemail.mailbox import Message, State
from voicemail.owner_tables import MarkRow
from voicemail.store import Voicemails
from voicemail.tables import VoicemailRow, message_of

MOST_AT_ONCE = 500
"""Who deletes has other things to do, and comes again."""

DAY_S = 86400.0


class Removal:
    """Removes messages of ``store``."""

    def __init__(self, database: Database, store: Voicemails) -> None:
        self._database = database
        self._store = store

    def remove(self, message: Message) -> bool:
        """Remove one message with its sound, notes and errands; False when it is on hold, or gone.

        Raises:
            OutsideError: when the sound or the row cannot be removed.
        """
        with self._database.reading() as session:
            if is_held(session, (message.id, message.call_id, message.caller)):
                return False
        self._store.vault.remove(message.file)
        with self._database.session() as session:
            Outbox.forget_about(session, [message.id])
            self._store.gone(session, message.id)
            session.execute(delete(MarkRow).where(MarkRow.voicemail_id == message.id))
            gone = session.execute(delete(VoicemailRow).where(VoicemailRow.id == message.id))
            return cast("CursorResult[Any]", gone).rowcount == 1

    def purge(self, days: Mapping[str, int], now_s: float) -> dict[str, list[str]]:
        """Remove messages that are older than the ``days`` of their mailbox; by mailbox, the ids of what went.

        Not all of them, when there are many.
        """
        gone: dict[str, list[str]] = {}
        for mailbox, kept_days in days.items():
            for message in self._old(mailbox, now_s - kept_days * DAY_S):
                if self.remove(message):
                    gone.setdefault(mailbox, []).append(message.id)
        return gone

    def _old(self, mailbox: str, before_s: float) -> list[Message]:
        held = select(HoldRow.subject)
        query = (
            select(VoicemailRow)
            .where(VoicemailRow.mailbox == mailbox, VoicemailRow.at_s < before_s)
            .where(VoicemailRow.state != State.RECORDING)
            .where(*(column.not_in(held) for column in (VoicemailRow.id, VoicemailRow.call_id, VoicemailRow.caller)))
            .order_by(VoicemailRow.at_s)
            .limit(MOST_AT_ONCE)
        )
        with self._database.reading() as session:
            return [message_of(row, with_words=False) for row in session.scalars(query)]

    def of_caller(self, number: str, calls: frozenset[str]) -> list[Message]:
        """Every message of a caller, empty ones too."""
        theirs = or_(VoicemailRow.caller == number, VoicemailRow.call_id.in_(calls))
        with self._database.reading() as session:
            rows = session.scalars(select(VoicemailRow).where(theirs).order_by(VoicemailRow.at_s))
            return [message_of(row, with_words=False) for row in rows]
