"""Listens to the recordings of a call: what one party really heard, and when."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from ivr import audio
from ivr.ports import Ears

MUSIC_S = 24.0
"""The service's hold music repeats after so long."""

EXCERPT_S = 1.0
"""Two notes and more of the melody: enough that nothing else is like it."""

LOUD_DB = -45.0
"""Music and speech are above; a telephone line without sound is far below."""


@dataclass(frozen=True, slots=True)
class TwoSides:
    """One party's call: ``said`` into the telephone and ``heard`` from it, from the moment it was answered."""

    said: NDArray[np.int16]
    heard: NDArray[np.int16]

    @classmethod
    def read(cls, wav: Path) -> Self:
        """The exchange's WAV of a call: left said, right heard.

        Raises:
            audio.AudioError: when it is not that.
        """
        samples, rate_hz = soundfile.read(str(wav), dtype="int16", always_2d=True)
        if rate_hz != audio.RATE_HZ or samples.shape[1] != 2:
            raise audio.AudioError(f"{wav} is no recording of a call")
        return cls(samples[:, 0], samples[:, 1])

    def heard_between(self, from_s: float, to_s: float) -> bytes:
        """What was heard in that time, as PCM."""
        start, end = (max(0, round(at_s * audio.RATE_HZ)) for at_s in (from_s, to_s))
        return self.heard[start:end].astype("<i2").tobytes()


def recognised(ears: Ears, pcm: bytes) -> str:
    """The words in ``pcm``."""
    recognizer = ears.listen(None)
    recognizer.accept(pcm + audio.silence(0.5))
    return recognizer.final().text


def loud_share(pcm: bytes) -> float:
    """The share of half seconds in which there is sound."""
    size = audio.RATE_HZ  # bytes in half a second
    parts = [pcm[at : at + size] for at in range(0, len(pcm) - size + 1, size)]
    return sum(audio.level_db(part) > LOUD_DB for part in parts) / len(parts) if parts else 0.0


def likeness_to_music(pcm: bytes) -> float:
    """How well the middle of ``pcm`` fits the hold music at its best place: 1 is the same, 0 is something else."""
    excerpt = _floats(pcm)
    size = round(EXCERPT_S * audio.RATE_HZ)
    start = max(0, (len(excerpt) - size) // 2)
    excerpt = excerpt[start : start + size]
    music = _floats(audio.hold_music(MUSIC_S))
    if len(excerpt) < size or not excerpt.any():
        return 0.0
    padded = 1 << (len(music) + size).bit_length()
    products = np.fft.irfft(np.fft.rfft(music, padded) * np.conj(np.fft.rfft(excerpt, padded)), padded)
    sums = np.concatenate(([0.0], np.cumsum(music**2)))
    energy = sums[size:] - sums[:-size]
    fits = products[: len(energy)] / np.sqrt(np.maximum(energy, 1e-9) * float(np.sum(excerpt**2)))
    return float(np.max(fits))


def _floats(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768


def word_errors(said: str, heard: str) -> int:
    """Words that are wrong, missing or too many.

    >>> word_errors("call me back please", "tall me back")
    2
    """
    wanted, got = said.lower().split(), heard.lower().split()
    row = list(range(len(got) + 1))
    for at, word in enumerate(wanted, 1):
        above, row[0] = row[0], at
        for column, other in enumerate(got, 1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (word != other))
    return row[-1]
