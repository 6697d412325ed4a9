"""The sound of a call on disk: left is what the party said, right what it heard."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from ivr.audio import RATE_HZ
from ivr.exchange.sounds import FRAME_BYTES, FRAME_SAMPLES

_KEPT_FRAMES = 250
"""Frames between two writes: what is lost when the box is killed."""


class CallWav:
    """Written as the call goes on; the file is a proper WAV after each write. No sound, no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._said = bytearray()
        self._heard = bytearray()
        self._file: wave.Wave_write | None = None

    def add(self, said: bytes, heard: bytes) -> None:
        self._said += said
        self._heard += heard
        if len(self._said) >= _KEPT_FRAMES * FRAME_BYTES:
            self._write()

    def close(self) -> None:
        self._write()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self) -> None:
        if not self._said:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = wave.open(str(self.path), "wb")  # noqa: SIM115 - open for as long as the call lasts
            self._file.setparams((2, 2, RATE_HZ, 0, "NONE", ""))
        both = np.empty((len(self._said) // FRAME_BYTES * FRAME_SAMPLES, 2), dtype="<i2")
        both[:, 0] = np.frombuffer(self._said, dtype="<i2")
        both[:, 1] = np.frombuffer(self._heard, dtype="<i2")
        self._file.writeframes(both.tobytes())
        self._said, self._heard = bytearray(), bytearray()
