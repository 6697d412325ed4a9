"""A message while the caller speaks it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ivr.ports import OutsideError
from voicemail.sound_file import SoundFile

log = logging.getLogger(__name__)


class Recording:
    """Implements ``ivr.ports.RecordingWriter``."""

    def __init__(self, voicemail_id: str, sound: SoundFile, end: Callable[[str, str], float]) -> None:
        """``end`` closes the record of the message (id, ended by) and gives its length."""
        self.id = voicemail_id
        self._sound = sound
        self._end = end

    def write(self, pcm: bytes) -> None:
        """Append sound; it is the operating system's when this returns.

        Raises:
            OutsideError: when the disk does not take it.
        """
        self._sound.append(pcm)

    def finish(self, ended_by: str) -> float:
        """See the port. A database that does not answer now gets the rest from recovery.

        Returns:
            The length in seconds, 0 for an empty message.
        """
        self._sound.close()
        try:
            return self._end(self.id, ended_by)
        except OutsideError as error:
            log.warning("recording %s ends later: %s", self.id, error)
            return self._sound.length_s
