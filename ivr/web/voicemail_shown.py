"""How messages are shown: words with their times and how sure they are, the waveform as a drawing, what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNSURE, DOUBTFUL = 0.5, 0.75
"""Words below are underlined: confidence of the recogniser, on telephone speech about one in two and one in five of
them are wrong. A guess: measure."""

HEIGHT, STEP = 64, 4
"""The drawing's units: its height, and the width of a bar with its gap."""

EXCERPT = 180
"""Characters of a transcript in the list."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word as the page shows it: ``level`` is how doubtful it is, empty for sure."""

    text: str
    start_s: float
    end_s: float
    level: str
    confidence: float


def spoken(words: Sequence[Mapping[str, Any]]) -> list[Spoken]:
    """The words of a message."""
    return [
        Spoken(word["text"], word["start_s"], word["end_s"], _level(word["confidence"]), word["confidence"])
        for word in words
    ]


def _level(confidence: float) -> str:
    if confidence < UNSURE:
        return "unsure"
    return "doubtful" if confidence < DOUBTFUL else ""


def wave_path(peaks: bytes) -> str:
    """The waveform as the path of an SVG drawing: a bar for each peak, in the middle of ``HEIGHT``.

    >>> wave_path(bytes([0, 255]))
    'M2 31v2M6 0v64'
    """
    bars = ((at, max(2, peak * HEIGHT // 255 // 2 * 2)) for at, peak in enumerate(peaks))
    return "".join(f"M{at * STEP + STEP // 2} {(HEIGHT - high) // 2}v{high}" for at, high in bars)


def excerpt(text: str, words: str) -> Iterator[tuple[str, bool]]:
    """The part of ``text`` where ``words`` are first found, in pieces: each with whether it was searched for.

    >>> list(excerpt("my tent has a hole", "TENT"))
    [('my ', False), ('tent', True), (' has a hole', False)]
    """
    terms = [re.escape(term) for term in re.findall(r"[^\W_]+", words)]
    wanted = re.compile(rf"\b({'|'.join(terms)})", re.IGNORECASE) if terms else None
    first = wanted.search(text) if wanted else None
    begin = max(0, first.start() - EXCERPT // 3) if first and first.start() > EXCERPT * 2 // 3 else 0
    shown = text[begin : begin + EXCERPT]
    shown = f"{'… ' if begin else ''}{shown}{' …' if begin + EXCERPT < len(text) else ''}"
    pieces = wanted.split(shown) if wanted else [shown]
    for at, piece in enumerate(pieces):
        if piece:
            yield piece, at % 2 == 1
