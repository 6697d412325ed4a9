"""Greetings that the owners of mailboxes recorded by telephone: files of their own, not messages."""

from __future__ import annotations

import logging
import os
import re
import uuid
from pathlib import Path

from ivr import audio
from ivr.ports import GREETING, OutsideError, Recordings, RecordingWriter, message_id
from voicemail.emptiness import why_none
from voicemail.sound_file import SoundFile, mend

ID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")

log = logging.getLogger(__name__)


class GreetingWriter:
    """Implements ``ivr.ports.RecordingWriter``."""

    def __init__(self, greeting_id: str, sound: SoundFile, path: Path) -> None:
        self.id = greeting_id
        self._sound = sound
        self._path = path

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
            return 0.0 if why_none(audio.read_audio(self._path)) else self._sound.length_s
        except (OSError, audio.AudioError) as error:
            log.warning("greeting %s cannot be read: %s", self.id, error)
            return 0.0


class Greetings:
    """Recordings of greetings in a folder. Whatever is recorded for a real mailbox goes to ``messages``."""

    def __init__(self, folder: Path, messages: Recordings) -> None:
        self._folder = folder
        self._messages = messages

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
        return GreetingWriter(greeting_id, SoundFile(path), path)

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
        return greeting_id

    def sound(self, greeting_id: str) -> Path | None:
        """Where the greeting is; None when it is not here (yet), or that is none."""
        path = self._path(greeting_id) if ID.fullmatch(greeting_id) else None
        return path if path and path.is_file() else None

    def _path(self, greeting_id: str) -> Path:
        return self._folder / f"{greeting_id}.wav"
