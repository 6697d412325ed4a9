"""How alike two phrases sound, measured on the recogniser's own pronunciations; by spelling for words it has none of.

Phrases are compared sound by sound: what it takes to make one of the other, where sounds that the telephone blurs are
nearly the same. A telephone carries 300 to 3,400 Hz, and what tells ``s`` from ``f``, ``m`` from ``n`` or ``p`` from
``t`` lies above or is short.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import TypeAlias

from ivr.understanding.sounding import different, sounds_alike
from ivr.understanding.wording import words

Sounds: TypeAlias = tuple[str, ...]
Pronounce: TypeAlias = Callable[[str], Collection[Sounds]]
"""The pronunciations of a word in the sounds of the CMU dictionary; none when they are not known."""

VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())  # noqa: SIM905 - a list nobody could read
BLURRED: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "S F TH Z", "Z V DH", "SH CH ZH JH", "M N NG", "P T K", "B D G", "T D", "P B", "K G", "F V", "TH DH", "DH D",
        "V B", "L W", "R W", "IY IH", "IH EH", "EH AE", "EY EH", "EY IY", "AA AO AH", "AO OW", "AH IH", "AH UH",
        "UH UW", "OW UW", "ER AH", "AE AH", "AA AE", "AW AA", "AY AA", "OY AO",
    )
)  # fmt: skip
"""Sounds that are taken for each other, after Miller and Nicely (J. Acoust. Soc. Am. 27, 1955), whose listeners heard
speech in noise and in a telephone's band; vowels that are neighbours in the mouth."""
BLUR, OTHER_VOWEL, OTHER, MISSING, MISSING_VOWEL = 0.35, 0.7, 1.0, 0.8, 0.6
"""What it costs to hear a blurred sound for another, a vowel for another, any sound for another, or not at all."""
WEAK = frozenset({"AH", "IH", "HH", "T", "D"})
WEAK_MISSING = 0.5
"""Sounds that are often swallowed."""
MOST_WAYS = 8
"""Pronunciations of a phrase that are looked at."""


def unpronounced(word: str) -> tuple[Sounds, ...]:
    """Nothing is known of ``word``: spelling has to do."""
    del word
    return ()


def alike_by(pronounce: Pronounce) -> Callable[[str, str], float]:
    """What tells how alike two phrases sound, 0 to 1, by ``pronounce``; words both begin or end with do not count."""

    @lru_cache(maxsize=20_000)
    def ways(word: str) -> tuple[Sounds, ...]:
        return tuple(sorted(pronounce(word)))

    @lru_cache(maxsize=50_000)
    def between(left: tuple[str, ...], right: tuple[str, ...]) -> float | None:
        ones, others = (_ways(ways(word) for word in part) for part in (left, right))
        return max((likeness(one, other) for one in ones for other in others), default=None)

    def alike(one: str, other: str) -> float:
        left, right = different(words(one), words(other))
        if not left or not right:
            return float(left == right)
        found = between(tuple(left), tuple(right))
        return sounds_alike(one, other) if found is None else found

    return alike


def _ways(parts: Iterable[tuple[Sounds, ...]]) -> list[Sounds]:
    """The pronunciations of several words in a row; none when one of them has none."""
    return [sum(way, ()) for way in islice(product(*parts), MOST_WAYS)]


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """1 for the same sounds, towards 0 the more it takes to make one of the other.

    >>> likeness(("S", "EY", "L", "Z"), ("S", "EY", "L", "Z"))
    1.0
    >>> likeness(("T", "EH", "N"), ("T", "EH", "N", "T")) > likeness(("T", "EH", "N"), ("L", "OW"))
    True
    """
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _missing(sound))
    unheard = [_missing(heard) for heard in other]
    for sound in one:
        lost = _missing(sound)
        last, row = row, [row[0] + lost]
        for at, heard in enumerate(other):
            row.append(min(last[at] + _instead(sound, heard), last[at + 1] + lost, row[-1] + unheard[at]))
    return round(max(0.0, 1.0 - row[-1] / max(len(one), len(other), 1)), 3)


def _missing(sound: str) -> float:
    if sound in WEAK:
        return WEAK_MISSING
    return MISSING_VOWEL if sound in VOWELS else MISSING


@lru_cache(maxsize=2048)
def _instead(sound: str, heard: str) -> float:
    if sound == heard:
        return 0.0
    if any(sound in row and heard in row for row in BLURRED):
        return BLUR
    return OTHER_VOWEL if sound in VOWELS and heard in VOWELS else OTHER
