"""What a leg can be made to hear, one 20 ms frame at a time."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any, Protocol

import numpy as np

from ivr.audio import hold_music, tone

FRAME_SAMPLES = 160
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE = bytes(FRAME_BYTES)

_LOUD = 300
"""Peak (of 32,767) from which a frame counts as sound: above line noise, far below speech (-41 dB)."""

_MUSIC_S = 24.0


class Source(Protocol):
    """Where the sound for a leg comes from at the moment."""

    @property
    def pending(self) -> bool:
        """Whether more sound is known to come (what is quiet now is a gap, not the end)."""
        ...

    @property
    def is_turn(self) -> bool:
        """Whether a person would take the end of this sound for their turn to speak (music and ringing: no)."""
        ...

    def frame(self) -> bytes:
        """The next 20 ms; called once a tick."""
        ...


class Tape:
    """Sound played once; ``finished`` is done at the tick after its last frame."""

    def __init__(self, pcm: bytes, *, is_turn: bool = True) -> None:
        self._pcm = pcm
        self._at = 0
        self.is_turn = is_turn
        self.finished: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not pcm:
            self.finished.set_result(None)

    @property
    def pending(self) -> bool:
        return self._at < len(self._pcm)

    def frame(self) -> bytes:
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        if not self.pending and not self.finished.done():
            self.finished.set_result(None)
        return frame if len(frame) == FRAME_BYTES else frame + bytes(FRAME_BYTES - len(frame))


class Loop:
    """Sound played for ever: hold music, the ringing tone. Nobody's turn to speak."""

    pending = False
    is_turn = False

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm + bytes(-len(pcm) % FRAME_BYTES)
        self._at = 0

    def frame(self) -> bytes:
        frame = self._pcm[self._at : self._at + FRAME_BYTES]
        self._at = (self._at + FRAME_BYTES) % len(self._pcm)
        return frame


class Quiet:
    """Nothing to be heard, and nothing to be answered."""

    pending = False
    is_turn = False

    def frame(self) -> bytes:
        return SILENCE


def music() -> Loop:
    """What a waiting caller hears when the service names no music."""
    return Loop(hold_music(_MUSIC_S))


def ringing() -> Loop:
    """The American ringing tone, two seconds on, four off."""
    return Loop(_ringing())


@cache
def _ringing() -> bytes:
    return tone([440, 480], 2.0, level=0.15) + bytes(FRAME_BYTES * 200)


_KEY_ROWS_HZ = (697, 770, 852, 941)
_KEY_COLUMNS_HZ = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")


@cache
def key_tone(key: str) -> bytes:
    """A key as the two tones of a telephone (100 ms), and 100 ms of silence after it."""
    if key.lower() == "w":
        return bytes(FRAME_BYTES * 25)
    for row, row_hz in zip(_KEYS, _KEY_ROWS_HZ, strict=True):
        if key in row:
            return tone([row_hz, _KEY_COLUMNS_HZ[row.index(key)]], 0.1, level=0.25) + bytes(FRAME_BYTES * 5)
    return b""


def stand_in(text: str) -> bytes:
    """Something to be heard in the place of words nobody can say: a soft note for each, some ten minutes at most."""
    return (tone([330], 0.12, level=0.06) + bytes(FRAME_BYTES * 9)) * min(len(text.split()), 2000)


def is_loud(frame: bytes) -> bool:
    """Whether a frame is sound and not silence."""
    if frame is SILENCE or not frame:
        return False
    samples = np.frombuffer(frame, dtype="<i2")
    return bool(samples.max() > _LOUD or samples.min() < -_LOUD)
