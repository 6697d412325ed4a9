"""Greetings that the owners of mailboxes recorded by telephone: files of their own, not messages."""

from __future__ import annotations

import logging
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path

from ivr import audio
from ivr.ports import GREETING, OutsideError, Recordings, RecordingWriter, Shelf, message_id
from voicemail.emptiness import why_none
from voicemail.sound_file import SoundFile, mend

ID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")

log = logging.getLogger(__name__)


class GreetingWriter:
    """Implements ``ivr.ports.RecordingWriter``."""

    def __init__(self, greeting_id: str, sound: SoundFile, path: Path, kept: Callable[[str], None]) -> None:
        self.id = greeting_id
        self._sound = sound
        self._path = path
        self._kept = kept

    def write(self, pcm: bytes) -> None:
        """Append sound.

        Raises:
            OutsideError: when the disk does not take it.
        """
        self._sound.append(pcm)

    def finish(self, ended_by: str) -> float:
        """See the port; of a greeting nobody needs to know how it ended."""
        del ended_by
        self._sound.close()
        try:
            mend(self._path)
            empty = why_none(audio.read_audio(self._path))
        except FileNotFoundError:  # it rests elsewhere by now: this is a repeat
            return self._sound.length_s
        except (OSError, audio.AudioError) as error:
            log.warning("greeting %s cannot be read: %s", self.id, error)
            return 0.0
        self._kept(self.id)
        return 0.0 if empty else self._sound.length_s


def _no_more(greeting_id: str) -> None:
    """For greetings that stay where they are."""


class Greetings:
    """Recordings of greetings: in a folder, then on ``shelf``. What is recorded for a real mailbox is ``messages``'."""

    def __init__(
        self, folder: Path, messages: Recordings, shelf: Shelf, kept: Callable[[str], None] = _no_more
    ) -> None:
        """``kept`` has a greeting settled that is complete; it may raise ``OutsideError``."""
        self._folder = folder
        self._messages = messages
        self._shelf = shelf
        self._tell = kept

    def start(self, call_id: str, mailbox: str, caller: str, at_s: float) -> RecordingWriter:
        """Implements ``ivr.ports.Recordings``."""
        if not mailbox.startswith(GREETING):
            return self._messages.start(call_id, mailbox, caller, at_s)
        greeting_id = f"GR{uuid.uuid4().hex}"
        path = self._path(greeting_id)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutsideError(f"Cannot record: {error}", retry=False) from error
        return GreetingWriter(greeting_id, SoundFile(path), path, self._kept)

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str:
        """Implements ``ivr.ports.Recordings``."""
        if not mailbox.startswith(GREETING):
            return self._messages.keep(call_id, mailbox, caller, at_s, wav, source)
        greeting_id = message_id(call_id, source)
        path = self._path(greeting_id)
        part = path.with_suffix(f".{uuid.uuid4().hex}.part")
        try:
            pcm = audio.read_audio(wav)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            audio.write_wav(part, pcm)
            os.replace(part, path)
        except (OSError, audio.AudioError) as error:
            part.unlink(missing_ok=True)
            raise OutsideError(f"Cannot keep a greeting: {error}", retry=True) from error
        self._kept(greeting_id)
        return greeting_id

    def sound(self, greeting_id: str) -> Path | None:
        """The greeting as a file to be read now; None when it is not here (yet), or that is none.

        Raises:
            OutsideError: when it cannot be reached where it rests.
        """
        return self._shelf.readable(_file(greeting_id)) if ID.fullmatch(greeting_id) else None

    def settle(self, greeting_id: str) -> None:
        """Bring a greeting to where it rests. Raises ``OutsideError`` when that does not work now."""
        self._shelf.settle(_file(greeting_id))

    def _kept(self, greeting_id: str) -> None:
        try:
            self._tell(greeting_id)
        except OutsideError as error:  # it is heard all the same
            log.warning("greeting %s stays where it was recorded: %s", greeting_id, error)

    def _path(self, greeting_id: str) -> Path:
        return self._folder / _file(greeting_id)


def _file(greeting_id: str) -> str:
    return f"{greeting_id}.wav"
