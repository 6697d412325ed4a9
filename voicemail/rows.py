"""The rows of messages: changed by compare-and-set, so doing things twice changes nothing, and told of once.

The errands of a message (telling people, bringing its sound to where it rests) are part of the very transaction that
changes its state.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ivr.outbox import Errand, Outbox
from ivr.ports import Alert
from ivr.records.database import Database
from voicemail.mailbox import Message, State
from voicemail.tables import VoicemailRow, message_of

LEASE_S = 60.0
"""How long a transcriber may be silent before its message is given to another one."""

REVIEWED_S = 30.0
"""Nobody is told sooner: the caller may be asked whether to record it again, and is quick to say so. A guess."""

TOLD_AFTER_S = 300.0
"""So long people wait to be told of a message in words; then they are told that there is one."""

BATCH = 500
"""So many messages are looked after in one go; the rest a minute later."""


def tell_nobody(topic: str, data: Mapping[str, Any]) -> None:
    """For processes without pages."""


class Rows:
    """The messages in the database. Every method raises ``OutsideError`` when that fails."""

    def __init__(
        self,
        database: Database,
        alert: Alert = tell_nobody,
        clock: Callable[[], float] = time.time,
        outbox: Outbox | None = None,
        *,
        settles: bool = False,
    ) -> None:
        """``settles``: finished sound is to be brought elsewhere, by an errand of the ``outbox``."""
        self._database = database
        self._alert = alert
        self._clock = clock
        self._outbox = outbox
        self._settles = settles

    def get(self, voicemail_id: str) -> Message | None:
        """One message, in whatever state."""
        with self._database.reading() as session:
            row = session.get(VoicemailRow, voicemail_id)
            return message_of(row) if row else None

    def insert(self, message: Message) -> bool:
        """A new message; False when its id is known."""
        row = {**asdict(message), "words": []}
        with self._database.session() as session:
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            new = insert(VoicemailRow).values(row).on_conflict_do_nothing().returning(VoicemailRow.id)
            is_new = session.scalar(new) is not None
            if is_new:
                self._have_told(session, message.id, message.state)
            return is_new

    def move(self, message: Message, state_now: State, **changes: Any) -> bool:
        """Change a message that is still so and in this try; False when it is not."""
        mine = (VoicemailRow.id == message.id, VoicemailRow.state == state_now, VoicemailRow.tries == message.tries)
        with self._database.session() as session:
            moved = _changed(session, update(VoicemailRow).where(*mine).values(changes))
            if moved and "state" in changes:
                self._have_told(session, message.id, changes["state"])
        if moved and "state" in changes:
            self.tell(message, changes["state"])
        return moved

    def claim(self, voicemail_id: str) -> Message | None:
        """Take a recorded message for ``LEASE_S``; None when it is done, taken, or to be tried later."""
        now_s = self._clock()
        mine = (VoicemailRow.id == voicemail_id, VoicemailRow.state == State.RECORDED, VoicemailRow.next_s <= now_s)
        changes = {"state": State.TRANSCRIBING, "tries": VoicemailRow.tries + 1, "next_s": now_s + LEASE_S}
        changes["progress"] = 0.0
        with self._database.session() as session:
            if not _changed(session, update(VoicemailRow).where(*mine).values(changes)):
                return None
            message = message_of(session.get_one(VoicemailRow, voicemail_id))
        self.tell(message)
        return message

    def oldest(self, which: Any) -> list[Message]:
        """Messages that want looking after, some at a time."""
        with self._database.reading() as session:
            rows = session.scalars(select(VoicemailRow).where(which).order_by(VoicemailRow.at_s).limit(BATCH))
            return [message_of(row) for row in rows]

    def set(self, voicemail_id: str, **values: Any) -> None:
        """Set what nobody else changes."""
        with self._database.session() as session:
            session.execute(update(VoicemailRow).where(VoicemailRow.id == voicemail_id).values(values))

    def tell(self, message: Message, state: State | None = None) -> None:
        """Tell the pages."""
        self._alert("voicemail", {"id": message.id, "mailbox": message.mailbox, "state": state or message.state})

    def _have_told(self, session: Session, voicemail_id: str, state: State) -> None:
        """People are told once: the errand's key is the message's for good."""
        key = f"message-{voicemail_id}"
        if self._outbox is None:
            return
        if state is State.RECORDED:
            self._outbox.put(Errand(key, "message", {"id": voicemail_id}, voicemail_id), session, after_s=TOLD_AFTER_S)
        elif state in {State.TRANSCRIBED, State.FAILED}:
            self._outbox.hasten(key, session, least_s=REVIEWED_S)
        if self._settles and state in {State.TRANSCRIBED, State.FAILED, State.EMPTY}:
            self._outbox.put(Errand(f"settle-{voicemail_id}", "settle", {"id": voicemail_id}, voicemail_id), session)


def _changed(session: Session, statement: Any) -> bool:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
