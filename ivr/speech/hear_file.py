"""Hear a whole sound file at once, as for transcripts and ``ivr transcribe``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr import audio
from ivr.ports import Ears, Hearing

_WIDE_HZ = 16000  # models for other sources than the telephone want it; more is of no use to any


@dataclass(frozen=True, slots=True)
class HeardFile:
    """What was heard in a file, how long it is, and at what rate it was heard."""

    hearing: Hearing
    length_s: float
    rate_hz: int


def hear_file(ears: Ears, path: Path, phrases: Sequence[str] | None) -> HeardFile:
    """Everything said in ``path``, held to ``phrases`` if given.

    Raises:
        audio.AudioError: when there is no such file, it is not sound, or it is empty.
        OutsideError: when there is no model.
    """
    rate_hz = _WIDE_HZ if audio.rate_of(path) >= _WIDE_HZ else audio.RATE_HZ
    pcm = audio.read_audio(path, rate_hz)
    if not pcm:
        raise audio.AudioError(f"{path}: holds no sound")
    recognizer = ears.listen(phrases, rate_hz=rate_hz)
    recognizer.accept(pcm)
    return HeardFile(recognizer.final(), audio.pcm_length_s(pcm, rate_hz), rate_hz)
