"""Recordings of real people, and the answers that can be made of them."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr import audio
from ivr.benchmarks.spoken import DIGITS, DIGITS_OF, GAPS_S, hush, sounding

YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Recording:
    """One word that ``speaker`` said."""

    file: Path
    text: str
    speaker: str

    def pcm(self) -> bytes:
        """From its first sound to its last, as loud as any other."""
        return audio.peak_normalised(sounding(audio.read_audio(self.file)))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to a question of ``kind``: its words, the value it should be understood as, and its sound."""

    kind: str
    speaker: str
    text: str
    value: str
    parts: tuple[Recording, ...]
    gaps_s: tuple[float, ...] = ()

    def pcm(self) -> bytes:
        """The recordings one after the other, as a fluent speaker says them."""
        sounds = [self.parts[0].pcm()]
        for gap_s, part in zip(self.gaps_s, self.parts[1:], strict=True):
            sounds += [hush(gap_s), part.pcm()]
        return b"".join(sounds)


def recordings(folder: Path) -> list[Recording]:
    """The words that ``index.jsonl`` lists; noise without words is left out."""
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Recording(folder / one["file"], one["text"], one.get("speaker") or one["corpus"])
        for one in map(json.loads, lines)
        if one["text"]
    ]


def single_words(listed: Sequence[Recording]) -> Iterator[Said]:
    """Every digit, and every yes and no."""
    for one in listed:
        if one.text in DIGITS:
            yield Said("digit", one.speaker, one.text, str(DIGITS.index(one.text)), (one,))
        elif one.text in YES_NO:
            yield Said("yes_no", one.speaker, one.text, one.text, (one,))


def zip_codes(listed: Sequence[Recording], count: int, seed: int = 1) -> Iterator[Said]:
    """``count`` ZIP codes of each speaker of whom there is every digit."""
    by_speaker: dict[str, dict[str, list[Recording]]] = defaultdict(lambda: defaultdict(list))
    for one in listed:
        if one.text in DIGITS:
            by_speaker[one.speaker][one.text].append(one)
    for speaker, takes in by_speaker.items():
        rng = random.Random(f"{seed} {speaker}")  # noqa: S311 - the same answers in every run
        for _ in range(count if len(takes) == len(DIGITS) else 0):
            words = [rng.choice(DIGITS) for _ in range(DIGITS_OF["zip"])]
            gaps_s = tuple(rng.uniform(*GAPS_S) for _ in words[1:])
            parts = tuple(rng.choice(takes[word]) for word in words)
            yield Said("zip", speaker, " ".join(words), "".join(str(DIGITS.index(one)) for one in words), parts, gaps_s)
