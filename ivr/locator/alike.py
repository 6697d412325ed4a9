"""City names that sound or look like what was heard, for recognisers and fingers that slip."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz, process

ENOUGH = 91.0
"""Likeness and prominence together that a name needs. Guesses held by the tests: city names with one slip pass, words
of other answers (``sales``, ``operator``) do not."""

ENOUGH_IN_STATE = 80.0
"""Likeness alone that a name needs when its state was said: there are a hundred times fewer to mix up."""

SOUNDS_SAME = 8.0
"""What a name gains when it sounds the same: ``filadelphia``."""

SURE_SOUND = 88.0
"""The least likeness of a name that sounds the same whatever its letters: ``albakerky``."""

HALF = 50.0
"""Sound counts only when half of the letters agree: a cough has a sound as well."""

WELL_KNOWN = 4
"""ZIP codes a city has that is guessed without its state: "again" is like Aiken, and "damn" like Damon."""

PROMINENCE = 2.0
"""Points for each doubling of a city's size: a slip is likelier to be about a large city."""


class Alike:
    """Looks names up by likeness of letters (Indel ratio) and sound (Metaphone, L. Philips 1990)."""

    def __init__(self, prominence: Mapping[str, int]) -> None:
        """``prominence`` is the size of the largest place of each plain name."""
        self._prominence = prominence
        self._names = list(prominence)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            self._by_sound[_sound(name)].append(name)

    def best(self, heard: str) -> str:
        """The name most like ``heard`` of all; empty when none is like enough."""
        found = self._ranked(heard, self._names, self._by_sound[_sound(heard)])
        known = [pair for pair in found if self._prominence[pair[1]] >= WELL_KNOWN]
        return known[0][1] if known and known[0][0] >= ENOUGH else ""

    def best_of(self, heard: str, names: Sequence[str], enough: float = ENOUGH_IN_STATE) -> str:
        """The name most like ``heard`` of a few; empty when none is like enough."""
        same_sound = set(self._by_sound[_sound(heard)]).intersection(names)
        found = [name for _, name in self._ranked(heard, names, same_sound)]
        return next((name for name in found if likeness(heard, name) >= enough), "")

    def _ranked(self, heard: str, names: Sequence[str], same_sound: Iterable[str]) -> list[tuple[float, str]]:
        """Names with their scores, the best first."""
        if len(heard) < 4:  # three letters are like too many names
            return []
        close = {name for name, _, _ in process.extract(heard, names, scorer=fuzz.ratio, score_cutoff=70, limit=30)}
        scored = ((self._score(heard, name), name) for name in close.union(same_sound))
        return sorted(scored, key=lambda pair: (-pair[0], pair[1]))

    def _score(self, heard: str, name: str) -> float:
        return likeness(heard, name) + PROMINENCE * math.log2(self._prominence[name])


def likeness(heard: str, name: str) -> float:
    """How alike two names are, 0 to a little over 100.

    >>> likeness("albakerky", "albuquerque")
    88.0
    """
    ratio = fuzz.ratio(heard, name)
    if " " in heard or " " in name:  # "bakers field", "cour de lane": where words end is a guess of the recogniser
        ratio = max(ratio, fuzz.ratio(heard.replace(" ", ""), name.replace(" ", "")))
    if ratio < HALF or _sound(heard) != _sound(name):
        return ratio
    return max(ratio + SOUNDS_SAME, SURE_SOUND)


@lru_cache(maxsize=65536)
def _sound(name: str) -> str:
    return jellyfish.metaphone(name.replace(" ", ""))
