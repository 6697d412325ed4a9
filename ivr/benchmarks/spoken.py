"""Answers of callers as sound: spoken by the product's own voice, or joined from recordings of a real speaker."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from ivr import audio
from ivr.ports import Voice
from ivr.speech import Pyttsx3Voice

FRAME_S = 0.02
FRAME = 160
"""Bytes of mu-law in a frame."""
VOICES = ("en-us", "en-us+f3", "en-gb", "en-us+m3", "en-gb+f2", "en-us+m7")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGITS_OF = {"zip": 5, "order": 6}
PHRASES = {
    "menu": ("find a store", "track an order", "leave a message", "talk to sales", "nearest store", "order status"),
    "yes_no": ("yes", "no", "that's right", "correct"),
}
"""What else is said; not one is complete before its last word."""
NOISE = 12.0
"""Standard deviation of the line's noise, in steps of 16 bits (-69 dB)."""
SILENCE_DB = -35.0
"""Relative to the loudest 10 ms of an answer: what is below, before and after it, is no longer its sound."""
PAUSES_S = (0.2, 0.6)
SELDOM = 5
"""One answer in so many has a pause inside, where pauses are not what is measured (a guess)."""
GAPS_S = (0.03, 0.12)
"""Between the digits of a fluent speaker."""


@dataclass(frozen=True)
class Spoken:
    """One answer: ``text`` as ``pcm`` that begins and ends with its sound. ``paused`` has a pause inside."""

    kind: str
    text: str
    pcm: bytes
    voice: str
    paused: bool

    @cached_property
    def frames(self) -> tuple[bytes, ...]:
        """Mu-law in frames of 20 ms."""
        mulaw = audio.mulaw_encode(self.pcm)
        mulaw += bytes([audio.MULAW_SILENCE]) * (-len(mulaw) % FRAME)
        return tuple(mulaw[at : at + FRAME] for at in range(0, len(mulaw), FRAME))

    @property
    def end_frame(self) -> int:
        """The number of frames that hold its sound."""
        return len(self.frames)

    @property
    def after_end_s(self) -> float:
        """The silence in its last frame."""
        return len(self.frames) * FRAME_S - audio.pcm_length_s(self.pcm)


class Mouth(Protocol):
    """Says digits or phrases, as sound that begins and ends with itself."""

    @property
    def name(self) -> str: ...

    def says(self, text: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Synthetic:
    """The product's voice, as one of its speakers."""

    voice: Voice
    name: str

    def says(self, text: str) -> bytes:
        return sounding(audio.mulaw_decode(self.voice.render(text, self.name)))


class Recorded:
    """A real speaker whose single digits were recorded (``index.jsonl`` lists them)."""

    def __init__(self, folder: Path, seed: int, corpus: str = "fsdd") -> None:
        lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
        listed = [json.loads(line) for line in lines]
        self._files = [(one["text"], folder / one["file"]) for one in listed if one["corpus"] == corpus]
        self._random = random.Random(seed)  # noqa: S311 - the same sounds in every run
        self.name = "recorded digits of a speaker the model does not know"

    def says(self, text: str) -> bytes:
        parts = []
        for word in text.split():
            file = self._random.choice([path for said, path in self._files if said == word])
            parts += [audio.peak_normalised(sounding(audio.read_audio(file))), hush(self._random.uniform(*GAPS_S))]
        return b"".join(parts[:-1])


def answers(kind: str, mouths: Sequence[Mouth], seed: int, *, pause_every: int = 2) -> Iterator[Spoken]:
    """Answers to questions of ``kind`` without end; one in ``pause_every`` has a pause inside."""
    rng = random.Random(seed)  # noqa: S311 - the same answers in every run
    for number in itertools.count():
        words = _words(kind, rng)
        mouth = mouths[number % len(mouths)]
        paused = number % pause_every == 1 and len(words) > 1
        if paused:
            at = rng.randrange(1, len(words))
            parts = [mouth.says(" ".join(words[:at])), hush(rng.uniform(*PAUSES_S)), mouth.says(" ".join(words[at:]))]
        else:
            parts = [mouth.says(" ".join(words))]
        yield Spoken(kind, " ".join(words), b"".join(parts), mouth.name, paused)


def synthetic_sheets(kinds: Sequence[str], count: int, *, pause_every: int = 2) -> list[list[Spoken]]:
    """``count`` answers to questions of each of ``kinds``, in all :data:`VOICES`."""
    voice = Pyttsx3Voice()
    mouths = [Synthetic(voice, name) for name in VOICES]
    try:
        sheets = (answers(kind, mouths, seed, pause_every=pause_every) for seed, kind in enumerate(kinds))
        return [list(itertools.islice(sheet, count)) for sheet in sheets]
    finally:
        voice.close()


def _words(kind: str, rng: random.Random) -> list[str]:
    if kind in DIGITS_OF:
        return [rng.choice(DIGITS) for _ in range(DIGITS_OF[kind])]
    return rng.choice(PHRASES[kind]).split()


def hush(length_s: float) -> bytes:
    """The faint noise of a telephone line."""
    return _noise()[: 2 * round(length_s * audio.RATE_HZ)]


@cache
def _noise() -> bytes:
    return np.random.default_rng(1).normal(0, NOISE, audio.RATE_HZ * 2).astype("<i2").tobytes()


def sounding(pcm: bytes) -> bytes:
    """``pcm`` from its first to its last 10 ms that are louder than silence."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    block = audio.RATE_HZ // 100
    levels = np.array([np.sqrt(np.mean(samples[at : at + block] ** 2)) for at in range(0, len(samples), block)])
    loud = np.flatnonzero(levels > levels.max() * 10 ** (SILENCE_DB / 20)) if len(levels) else levels
    return pcm[2 * block * int(loud[0]) : 2 * block * (int(loud[-1]) + 1)] if len(loud) else b""
