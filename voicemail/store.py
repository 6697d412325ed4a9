"""Where messages are kept: a row in SQL before the first byte of sound, and a WAV that grows as the caller speaks.

The database is also the outbox of the transcription: what is ``recorded`` is still to be transcribed, whatever
became of the queue. Every change of state is compare-and-set, so doing things twice changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ivr import audio
from ivr.outbox import Errand, Outbox
from ivr.ports import Alert, Hearing, OutsideError, message_id
from ivr.records.database import Database
from ivr.storage import Vault
from voicemail.emptiness import why_none
from voicemail.mailbox import SHORTEST_S, Message, State, after_failure, pause_s
from voicemail.marks import Marks
from voicemail.recording import Recording
from voicemail.sound_file import SoundFile, mend
from voicemail.tables import VoicemailRow, message_of

LEASE_S = 60.0
"""How long a transcriber may be silent before its message is given to another one."""

REVIEWED_S = 30.0
"""Nobody is told sooner: the caller may be asked whether to record it again, and is quick to say so. A guess."""

TOLD_AFTER_S = 300.0
"""So long people wait to be told of a message in words; then they are told that there is one."""

BATCH = 500
"""So many messages are looked after in one go; the rest a minute later."""

log = logging.getLogger(__name__)


def _tell_nobody(topic: str, data: Mapping[str, Any]) -> None:
    """For processes without pages."""


class Voicemails:
    """Implements ``ivr.ports.Recordings``; the transcription and the pages use the rest."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        enqueue: Callable[[str], None],
        alert: Alert = _tell_nobody,
        clock: Callable[[], float] = time.time,
        outbox: Outbox | None = None,
        vault: Vault | None = None,
        shortest_s: Callable[[str], float] = lambda _mailbox: SHORTEST_S,
    ) -> None:
        """``folder`` takes the sound; ``enqueue`` has a message transcribed and may raise ``OutsideError``.

        ``shortest_s`` tells how long a message in a mailbox must be to be one.
        ``outbox`` takes the errand that people are told of a message: in words, or after ``TOLD_AFTER_S`` without.
        """
        self._database = database
        self._folder = folder
        self._enqueue = enqueue
        self._alert = alert
        self._clock = clock
        self._outbox = outbox
        self.vault = vault or Vault(folder, folder)
        self._shortest_s = shortest_s
        self._marks = Marks(database)

    # --- recording ----------------------------------------------------------------------------------------------

    def start(self, call_id: str, mailbox: str, caller: str, at_s: float) -> Recording:
        """Begin a message.

        Raises:
            OutsideError: when the database or the disk does not take it.
        """
        message = Message(f"VM{uuid.uuid4().hex}", call_id, mailbox, caller, at_s, State.RECORDING)
        self._insert(message)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            sound = SoundFile(self.path(message))
        except (OSError, OutsideError) as error:
            self._move(message, State.RECORDING, state=State.EMPTY, reason=str(error))
            raise OutsideError(f"Cannot record: {error}", retry=False) from error
        self._tell(message)
        return Recording(message.id, sound, self.end)

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str:
        """Keep a finished recording; its id comes from call and ``source``, so a repeat is the same message.

        Without a source, which is the carrier's name for the recording, its sound stands for it.

        Raises:
            OutsideError: when it is not sound, or database or disk do not take it.
        """
        try:
            pcm = audio.read_audio(wav)
        except audio.AudioError as error:
            raise OutsideError(f"The recording of {call_id} is not sound: {error}", retry=False) from error
        voicemail_id = message_id(call_id, source or hashlib.sha256(pcm).hexdigest())
        if self.message(voicemail_id) is not None:  # its sound may rest elsewhere by now
            return voicemail_id
        nothing = self._why_none(mailbox, pcm)
        state = State.EMPTY if nothing else State.RECORDED
        length_s = audio.pcm_length_s(pcm)
        message = Message(voicemail_id, call_id, mailbox, caller, at_s, state, length_s, "carrier", reason=nothing)
        self._write_whole(self.path(message), pcm)  # before the row: a row means that the sound is there
        if self._insert(message):
            self._marks.apply(message.id)
            self._tell(message)
            self._have_transcribed(message)
        return message.id

    def end(self, voicemail_id: str, ended_by: str) -> float:
        """The sound is complete: set length and state, have it transcribed. Safe to repeat.

        Returns:
            The length in seconds, 0 for an empty message.
        """
        message = self.message(voicemail_id)
        if message is None:
            return 0.0
        if message.state is State.RECORDING:
            pcm = self._mended(message)
            nothing = self._why_none(message.mailbox, pcm)
            changes = {"state": State.EMPTY if nothing else State.RECORDED, "reason": nothing, "ended_by": ended_by}
            if self._move(message, State.RECORDING, duration_s=audio.pcm_length_s(pcm), **changes):
                self._have_transcribed(message)
            message = self.message(voicemail_id) or message
        return 0.0 if message.state is State.EMPTY else message.duration_s

    def _why_none(self, mailbox: str, pcm: bytes) -> str:
        return why_none(pcm, self._shortest_s(mailbox))

    # --- looking ------------------------------------------------------------------------------------------------

    def message(self, voicemail_id: str) -> Message | None:
        """One message, in whatever state."""
        with self._database.reading() as session:
            row = session.get(VoicemailRow, voicemail_id)
            return message_of(row) if row else None

    def messages(
        self,
        limit: int = 50,
        mailbox: str = "",
        caller: str = "",
        call_id: str = "",
        mailboxes: Collection[str] | None = None,
    ) -> list[Message]:
        """The newest messages first, without the empty ones; of one mailbox, caller or call where they are given.

        None of ``mailboxes`` stands for all.
        """
        wanted = select(VoicemailRow).where(VoicemailRow.state != State.EMPTY)
        if mailboxes is not None:
            wanted = wanted.where(VoicemailRow.mailbox.in_(sorted(mailboxes)))
        if call_id:
            wanted = wanted.where(VoicemailRow.call_id == call_id)
        if mailbox:
            wanted = wanted.where(VoicemailRow.mailbox == mailbox)
        if caller:
            wanted = wanted.where(VoicemailRow.caller == caller)
        newest = wanted.order_by(VoicemailRow.at_s.desc(), VoicemailRow.id).limit(limit)
        with self._database.reading() as session:
            return [message_of(row) for row in session.scalars(newest)]

    def sound(self, message: Message) -> Path | None:
        """The sound of the message as a file to be read now, wherever it rests; None when there is none.

        Raises:
            OutsideError: when it cannot be reached.
        """
        return self.vault.readable(message.file)

    def settle(self, voicemail_id: str) -> None:
        """Bring the sound of a message to where it rests. Raises ``OutsideError`` when that does not work now."""
        message = self.message(voicemail_id)
        if message is not None:
            self.vault.settle(message.file)
            if self.message(voicemail_id) is None:  # deleted meanwhile
                self.vault.remove(message.file)

    def path(self, message: Message) -> Path:
        """Where the sound of the message is written."""
        return self._folder / message.file

    # --- transcribing -------------------------------------------------------------------------------------------

    def claim(self, voicemail_id: str) -> Message | None:
        """Take a recorded message to transcribe it; None when it is done, taken, or to be tried later."""
        now_s = self._clock()
        mine = (VoicemailRow.id == voicemail_id, VoicemailRow.state == State.RECORDED, VoicemailRow.next_s <= now_s)
        changes = {"state": State.TRANSCRIBING, "tries": VoicemailRow.tries + 1, "next_s": now_s + LEASE_S}
        with self._database.session() as session:
            if not _changed(session, update(VoicemailRow).where(*mine).values(changes)):
                return None
            row = session.get_one(VoicemailRow, voicemail_id)
            message = message_of(row)
        self._tell(message)
        return message

    def still_mine(self, claimed: Message) -> bool:
        """Renew the claim; False when it went to somebody else."""
        return self._move(claimed, State.TRANSCRIBING, next_s=self._clock() + LEASE_S)

    def transcribed(self, claimed: Message, hearing: Hearing) -> bool:
        """Store what was heard; False when somebody else has the message now."""
        words = [asdict(word) for word in hearing.words]
        heard = {"text": hearing.text, "confidence": hearing.confidence, "words": words}
        return self._move(claimed, State.TRANSCRIBING, state=State.TRANSCRIBED, reason="", next_s=0.0, **heard)

    def failed(self, claimed: Message, reason: str, *, retry: bool) -> bool:
        """Note why; it is tried again later unless tries are used up or ``retry`` is false."""
        state = after_failure(claimed.tries, retry)
        next_s = self._clock() + pause_s(claimed.tries) if state is State.RECORDED else 0.0
        log.warning("transcription of %s failed (try %d): %s", claimed.id, claimed.tries, reason)
        return self._move(claimed, State.TRANSCRIBING, state=state, reason=reason, next_s=next_s)

    def try_again(self, voicemail_id: str) -> bool:
        """Have a failed message transcribed once more; False when it has not failed."""
        message = self.message(voicemail_id)
        if message is None or not self._move(message, State.FAILED, state=State.RECORDED, tries=0, next_s=0.0):
            return False
        self._have_transcribed(message)
        return True

    # --- looking after ------------------------------------------------------------------------------------------

    def under_way(self) -> list[Message]:
        """Messages being recorded, as far as the database knows."""
        return self._oldest(VoicemailRow.state == State.RECORDING)

    def release_lapsed(self) -> int:
        """Take messages from transcribers that have not been heard of; returns how many."""
        now_s = self._clock()
        lapsed = self._oldest((VoicemailRow.state == State.TRANSCRIBING) & (VoicemailRow.next_s < now_s))
        reason = "the transcribing process ended in the middle"
        released = 0
        for message in lapsed:
            state = after_failure(message.tries, retry=True)
            released += self._move(message, State.TRANSCRIBING, state=state, reason=reason, next_s=0.0)
        return released

    def enqueue_due(self) -> int:
        """Put everything that waits for its transcription in the queue (again); returns how many."""
        due = self._oldest((VoicemailRow.state == State.RECORDED) & (VoicemailRow.next_s <= self._clock()))
        for message in due:
            self._enqueue(message.id)
        return len(due)

    # --- inside -------------------------------------------------------------------------------------------------

    def _insert(self, message: Message) -> bool:
        row = {**asdict(message), "words": []}
        with self._database.session() as session:
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            new = insert(VoicemailRow).values(row).on_conflict_do_nothing().returning(VoicemailRow.id)
            is_new = session.scalar(new) is not None
            if is_new:
                self._have_told(session, message.id, message.state)
            return is_new

    def _move(self, message: Message, state_now: State, **changes: Any) -> bool:
        mine = (VoicemailRow.id == message.id, VoicemailRow.state == state_now, VoicemailRow.tries == message.tries)
        with self._database.session() as session:
            moved = _changed(session, update(VoicemailRow).where(*mine).values(changes))
            if moved and "state" in changes:
                self._have_told(session, message.id, changes["state"])
        if moved and "state" in changes:
            self._tell(message, changes["state"])
        return moved

    def _oldest(self, which: Any) -> list[Message]:
        with self._database.reading() as session:
            rows = session.scalars(select(VoicemailRow).where(which).order_by(VoicemailRow.at_s).limit(BATCH))
            return [message_of(row) for row in rows]

    def _tell(self, message: Message, state: State | None = None) -> None:
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
        if self.vault.settles and state in {State.TRANSCRIBED, State.FAILED, State.EMPTY}:
            self._outbox.put(Errand(f"settle-{voicemail_id}", "settle", {"id": voicemail_id}, voicemail_id), session)

    def _have_transcribed(self, message: Message) -> None:
        current = self.message(message.id)
        if current is None or current.state is not State.RECORDED:
            return
        try:
            self._enqueue(message.id)
        except OutsideError as error:  # the row is the outbox: recovery enqueues it again
            log.warning("transcription of %s waits: %s", message.id, error)

    def _mended(self, message: Message) -> bytes:
        path = self.path(message)
        if not path.is_file():
            return b""
        mend(path)
        return audio.read_audio(path)

    def _write_whole(self, path: Path, pcm: bytes) -> None:
        part = path.with_suffix(f".{uuid.uuid4().hex}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            audio.write_wav(part, pcm)
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise OutsideError(f"Cannot write the recording {path.name}: {error.strerror}", retry=True) from error


def _changed(session: Session, statement: Any) -> bool:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
