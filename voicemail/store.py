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
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr import audio
from ivr.flows.events import Word
from ivr.outbox import Outbox
from ivr.ports import Alert, Hearing, OutsideError, message_id
from ivr.records.database import Database
from ivr.storage import Vault
from voicemail.emptiness import why_none
from voicemail.gist import NO_GIST, GistOf, no_gist
from voicemail.mailbox import SHORTEST_S, Message, State, after_failure, pause_s
from voicemail.marks import Marks
from voicemail.readable import number_named
from voicemail.recording import Recording
from voicemail.rows import LEASE_S, Rows, tell_nobody
from voicemail.sound_file import SoundFile, mend
from voicemail.tables import VoicemailRow, message_of

MOST_SAID = 128
"""Letters of what is picked out: as many as there is room for."""

log = logging.getLogger(__name__)


def _nobody_else(session: Session, voicemail_id: str) -> None:
    """For messages of which nobody else has a copy."""


class Voicemails:
    """Implements ``ivr.ports.Recordings``; the transcription and the pages use the rest."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        enqueue: Callable[[str], None],
        alert: Alert | None = None,
        clock: Callable[[], float] = time.time,
        outbox: Outbox | None = None,
        vault: Vault | None = None,
        shortest_s: Callable[[str], float] = lambda _mailbox: SHORTEST_S,
        gist_of: GistOf = no_gist,
        gone: Callable[[Session, str], None] = _nobody_else,
    ) -> None:
        """``folder`` takes the sound; ``enqueue`` has a message transcribed and may raise ``OutsideError``.

        ``shortest_s`` tells how long a message in a mailbox must be to be one.
        ``outbox`` takes the errands of messages, see ``Rows``. ``gist_of`` picks out of the words who called and why.
        ``gone`` is part of the transaction that removes a message: there may be a copy elsewhere.
        """
        self._database = database
        self._folder = folder
        self._enqueue = enqueue
        self._clock = clock
        self.vault = vault or Vault(folder, folder)
        self._rows = Rows(database, alert or tell_nobody, clock, outbox, settles=self.vault.settles)
        self._gist_of = gist_of
        self.gone = gone
        self._shortest_s = shortest_s
        self._marks = Marks(database)

    # --- recording ----------------------------------------------------------------------------------------------

    def start(self, call_id: str, mailbox: str, caller: str, at_s: float) -> Recording:
        """Begin a message.

        Raises:
            OutsideError: when the database or the disk does not take it.
        """
        message = Message(f"VM{uuid.uuid4().hex}", call_id, mailbox, caller, at_s, State.RECORDING)
        self._rows.insert(message)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            sound = SoundFile(self.path(message))
        except (OSError, OutsideError) as error:
            self._rows.move(message, State.RECORDING, state=State.EMPTY, reason=str(error))
            raise OutsideError(f"Cannot record: {error}", retry=False) from error
        self._rows.tell(message)
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
        if self._rows.insert(message):
            self._marks.apply(message.id)
            self._rows.tell(message)
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
            if self._rows.move(message, State.RECORDING, duration_s=audio.pcm_length_s(pcm), **changes):
                self._have_transcribed(message)
            message = self.message(voicemail_id) or message
        return 0.0 if message.state is State.EMPTY else message.duration_s

    def _why_none(self, mailbox: str, pcm: bytes) -> str:
        return why_none(pcm, self._shortest_s(mailbox))

    # --- looking ------------------------------------------------------------------------------------------------

    def message(self, voicemail_id: str) -> Message | None:
        """One message, in whatever state."""
        return self._rows.get(voicemail_id)

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
        return self._rows.claim(voicemail_id)

    def still_mine(self, claimed: Message, progress: float = 0.0) -> bool:
        """Renew the claim and tell how far it is; False when it went to somebody else."""
        changes = {"next_s": self._clock() + LEASE_S, "progress": progress}
        if not self._rows.move(claimed, State.TRANSCRIBING, **changes):
            return False
        self._rows.tell(claimed)
        return True

    def transcribed(self, claimed: Message, hearing: Hearing) -> bool:
        """Store what was heard; False when somebody else has the message now."""
        words = [asdict(word) for word in hearing.words]
        heard = {"text": hearing.text, "confidence": hearing.confidence, "words": words}
        heard |= self._picked_out(claimed.mailbox, hearing.words)
        return self._rows.move(claimed, State.TRANSCRIBING, state=State.TRANSCRIBED, reason="", next_s=0.0, **heard)

    def failed(self, claimed: Message, reason: str, *, retry: bool) -> bool:
        """Note why; it is tried again later unless tries are used up or ``retry`` is false."""
        state = after_failure(claimed.tries, retry)
        next_s = self._clock() + pause_s(claimed.tries) if state is State.RECORDED else 0.0
        log.warning("transcription of %s failed (try %d): %s", claimed.id, claimed.tries, reason)
        return self._rows.move(claimed, State.TRANSCRIBING, state=state, reason=reason, next_s=next_s)

    def try_again(self, voicemail_id: str) -> bool:
        """Have a failed message transcribed once more; False when it has not failed."""
        message = self.message(voicemail_id)
        if message is None or not self._rows.move(message, State.FAILED, state=State.RECORDED, tries=0, next_s=0.0):
            return False
        self._have_transcribed(message)
        return True

    # --- looking after ------------------------------------------------------------------------------------------

    def under_way(self) -> list[Message]:
        """Messages being recorded, as far as the database knows."""
        return self._rows.oldest(VoicemailRow.state == State.RECORDING)

    def release_lapsed(self) -> int:
        """Take messages from transcribers that have not been heard of; returns how many."""
        now_s = self._clock()
        lapsed = self._rows.oldest((VoicemailRow.state == State.TRANSCRIBING) & (VoicemailRow.next_s < now_s))
        reason = "the transcribing process ended in the middle"
        released = 0
        for message in lapsed:
            state = after_failure(message.tries, retry=True)
            released += self._rows.move(message, State.TRANSCRIBING, state=state, reason=reason, next_s=0.0)
        return released

    def enqueue_due(self) -> int:
        """Put everything that waits for its transcription in the queue (again); returns how many."""
        due = self._rows.oldest((VoicemailRow.state == State.RECORDED) & (VoicemailRow.next_s <= self._clock()))
        for message in due:
            self._enqueue(message.id)
        return len(due)

    def pick_out(self) -> int:
        """Pick names and topics out of messages written down before that was done; returns how many were left."""
        left = self._rows.oldest(VoicemailRow.caller_name.is_(None))
        for message in left:
            self._rows.set(message.id, **self._picked_out(message.mailbox, message.words))
        return len(left)

    # --- inside -------------------------------------------------------------------------------------------------

    def _picked_out(self, mailbox: str, words: Sequence[Word]) -> dict[str, str]:
        try:
            gist = self._gist_of(mailbox, words)
        except Exception:  # the operator is told; the message is written down all the same
            log.exception("nothing is picked out of a message for %s", mailbox)
            gist = NO_GIST
        found = {"caller_name": gist.caller_name, "topic": gist.topic, "number_named": number_named(words)}
        return {name: said[:MOST_SAID] for name, said in found.items()}

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
