"""The messages as people work with them: found, counted, read, assigned, noted about, forwarded, deleted.

Implements ``ivr.inbox.Inbox``. Recording and transcribing go on in ``voicemail.store``, whatever is done here.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import defer

from ivr import audio
from ivr.inbox import Change, Changed, Count, Mailboxes, Page, Step, Wanted
from ivr.ports import Alert
from ivr.records.database import Database
from ivr.records.holds import holds_on
from voicemail import changing, export
from voicemail.mailbox import Message, State, Status, message_to_json
from voicemail.removal import Removal
from voicemail.searching import conditions
from voicemail.store import Voicemails
from voicemail.tables import NoteRow, PeaksRow, VoicemailRow, message_of
from voicemail.waveform import peaks_of

BATCH = 500
"""So many messages of an export are read in one go."""

log = logging.getLogger(__name__)


class SqlInbox:
    """The inbox on the database and the sound of ``store``."""

    def __init__(
        self,
        database: Database,
        store: Voicemails,
        alert: Alert,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._store = store
        self._alert = alert
        self._clock = clock
        self._dialect = database.engine.dialect.name

    # --- looking ----------------------------------------------------------------------------------------------------

    def page(self, wanted: Wanted, mailboxes: Mailboxes, limit: int, after: str = "") -> Page:
        found = self.messages(wanted, mailboxes, limit + 1, after)
        shown = self.listed(found[:limit])
        return Page(shown, f"{found[limit - 1].at_s!r}~{found[limit - 1].id}" if len(found) > limit else "")

    def listed(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        """Messages as JSON-able data without their words; ``held`` is whether they are on legal hold."""
        subjects = {subject for message in messages for subject in _subjects(message)}
        with self._database.reading() as session:
            held = {hold.subject for hold in holds_on(session, subjects)}
        return [{**_listed(message), "held": not held.isdisjoint(_subjects(message))} for message in messages]

    def messages(self, wanted: Wanted, mailboxes: Mailboxes, limit: int, after: str = "") -> list[Message]:
        """The newest first, without words."""
        query = select(VoicemailRow).where(*conditions(wanted, mailboxes, self._dialect))
        if after:
            at_s, _, last_id = after.partition("~")
            upto_s = float(at_s)
            later = or_(VoicemailRow.at_s < upto_s, VoicemailRow.id > last_id)
            query = query.where(and_(VoicemailRow.at_s <= upto_s, later))
        query = query.order_by(VoicemailRow.at_s.desc(), VoicemailRow.id).limit(limit)
        with self._database.reading() as session:
            rows = session.scalars(query.options(defer(VoicemailRow.words)))
            return [message_of(row, with_words=False) for row in rows]

    def counts(self, mailboxes: Mailboxes) -> list[Count]:
        groups = (VoicemailRow.mailbox, VoicemailRow.status, VoicemailRow.urgent)
        query = select(*groups, func.count()).where(*conditions(Wanted(), mailboxes, self._dialect)).group_by(*groups)
        with self._database.reading() as session:
            rows = session.execute(query).all()
        found: dict[str, Counter[str]] = {}
        for mailbox, status, urgent, count in rows:
            one = found.setdefault(mailbox, Counter())
            one["done" if status == Status.DONE else "open"] += count
            one["new"] += count if status == Status.NEW else 0
            one["urgent"] += count if urgent and status != Status.DONE else 0
        return [Count(name, **found[name]) for name in sorted(found)]

    def waiting(self, mailboxes: Mailboxes) -> int:
        new = conditions(Wanted("new"), mailboxes, self._dialect)
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(VoicemailRow).where(*new)) or 0

    def get(self, voicemail_id: str, mailboxes: Mailboxes) -> Mapping[str, Any] | None:
        message = self.message(voicemail_id, mailboxes)
        if message is None:
            return None
        data = message_to_json(message)
        data["notes"] = self.notes([voicemail_id]).get(voicemail_id, [])
        with self._database.reading() as session:
            data["holds"] = [asdict(hold) for hold in holds_on(session, _subjects(message))]
        data["held"] = bool(data["holds"])
        if message.state is State.RECORDED:
            data["before_it"] = self._before(message)
        return data

    def message(self, voicemail_id: str, mailboxes: Mailboxes) -> Message | None:
        """One message, if it may be heard."""
        message = self._store.message(voicemail_id)
        return message if message and (mailboxes is None or message.mailbox in mailboxes) else None

    def notes(self, ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        """What people noted about messages and did with them, the oldest first."""
        query = select(NoteRow).where(NoteRow.voicemail_id.in_(ids)).order_by(NoteRow.id)
        found: dict[str, list[dict[str, Any]]] = {}
        with self._database.reading() as session:
            for row in session.scalars(query):
                note = {"at_s": row.at_s, "who": row.who, "text": row.text}
                found.setdefault(row.voicemail_id, []).append(note)
        return found

    def sound(self, voicemail_id: str, mailboxes: Mailboxes) -> Path | None:
        message = self.message(voicemail_id, mailboxes)
        return self._store.sound(message) if message else None

    def peaks(self, voicemail_id: str, mailboxes: Mailboxes) -> bytes:
        message = self.message(voicemail_id, mailboxes)
        if message is None:
            return b""
        with self._database.reading() as session:
            kept = session.get(PeaksRow, voicemail_id)
        if kept:
            return kept.peaks
        path = self.sound(voicemail_id, mailboxes)
        try:
            peaks = peaks_of(audio.read_audio(path)) if path else b""
        except (audio.AudioError, OSError) as error:
            log.warning("the waveform of %s cannot be drawn: %s", voicemail_id, error)
            return b""
        if peaks and message.state is not State.RECORDING:
            with self._database.session() as session:
                session.merge(PeaksRow(voicemail_id=voicemail_id, peaks=peaks))
        return peaks

    def _before(self, message: Message) -> int:
        waiting = VoicemailRow.state.in_([State.RECORDED, State.TRANSCRIBING])
        query = select(func.count()).select_from(VoicemailRow).where(waiting, VoicemailRow.at_s < message.at_s)
        with self._database.reading() as session:
            return session.scalar(query) or 0

    # --- changing ---------------------------------------------------------------------------------------------------

    def change(self, step: Step, mailboxes: Mailboxes, who: str) -> Changed:
        if step.change == Change():
            return Changed(0, ())
        with self._database.session() as session:
            changed = changing.make(session, step, mailboxes, who, self._clock)
        ids = [one for back in changed.undo for one in back.ids]
        if ids:
            self._alert("voicemail", {"event": "changed", "ids": ids[:50], "count": len(ids)})
        return changed

    def note(self, voicemail_id: str, mailboxes: Mailboxes, who: str, text: str) -> bool:
        if self.message(voicemail_id, mailboxes) is None:
            return False
        with self._database.session() as session:
            session.add(NoteRow(voicemail_id=voicemail_id, at_s=self._clock(), who=who[:128], text=text))
        self._alert("voicemail", {"event": "noted", "ids": [voicemail_id], "count": 1})
        return True

    def try_again(self, voicemail_id: str, mailboxes: Mailboxes) -> bool:
        return self.message(voicemail_id, mailboxes) is not None and self._store.try_again(voicemail_id)

    def delete(self, ids: Collection[str], mailboxes: Mailboxes) -> int:
        """What is on legal hold stays."""
        removal = Removal(self._database, self._store)
        deleted = 0
        for voicemail_id in ids:
            message = self.message(voicemail_id, mailboxes)
            if message is None:
                continue
            deleted += removal.remove(message)
        if deleted:
            self._alert("voicemail", {"event": "deleted", "count": deleted})
        return deleted

    # --- taking along -----------------------------------------------------------------------------------------------

    def csv(self, wanted: Wanted, mailboxes: Mailboxes) -> Iterator[str]:
        return export.table(self.every(wanted, mailboxes))

    def zip(self, wanted: Wanted, mailboxes: Mailboxes) -> Iterator[bytes]:
        return export.archive(self.every(wanted, mailboxes), self._store.sound)

    def every(self, wanted: Wanted, mailboxes: Mailboxes) -> Iterator[export.Noted]:
        """All that is wanted, read in batches."""
        after = ""
        while True:
            found = self.messages(wanted, mailboxes, BATCH, after)
            notes = self.notes([message.id for message in found])
            yield from ((message, notes.get(message.id, [])) for message in found)
            if len(found) < BATCH:
                return
            after = f"{found[-1].at_s!r}~{found[-1].id}"


def _listed(message: Message) -> dict[str, Any]:
    """A message as JSON-able data, without its words."""
    data = message_to_json(message)
    del data["words"], data["readable"]
    return data


def _subjects(message: Message) -> tuple[str, str, str]:
    """What a hold on the message can be on."""
    return message.id, message.call_id, message.caller
