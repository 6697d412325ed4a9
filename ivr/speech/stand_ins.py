"""Words that the model does not know, heard as words that it knows and that sound the same.

Brand names are in no model: "northwind" is heard as "north wind", "xtreme" as "extreme". Words are compared by a code
of how their spelling sounds (metaphone), so this is a guess that is good for names made of everyday words, and none is
made where nothing is near.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import jellyfish

from ivr.speech.grammar import spoken_words

LEAST_PART = 3
"""Letters of a part: shorter ones make anything of anything ("a", "is")."""
MOST_PARTS = 3
LEAST_ALIKE = 0.8
"""Of the letters (Jaro-Winkler), where the sounds agree; a guess."""
LEAST_CODE = 3
"""Consonants: with fewer, "xyzzy" is "sissy"."""
_SPELLINGS = (("ph", "f"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("ch", "tch"), ("c", "k"), ("z", "s"), ("y", "i"))


@dataclass
class StandIns:
    """Finds known words for unknown ones. ``knows`` tells whether the model has a word; ``words`` are all it has."""

    knows: Callable[[str], bool]
    words: Sequence[str] = ()
    _found: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, word: str) -> tuple[str, ...]:
        """The known words that stand in for ``word``; none when nothing sounds like it.

        >>> StandIns({"north", "wind", "extreme"}.__contains__, ("north", "wind", "extreme")).of("northwind")
        ('north', 'wind')
        """
        word = word.lower()
        if word not in self._found:
            self._found[word] = () if self.knows(word) else self._parted(word, MOST_PARTS) or self._alike(word)
        return self._found[word]

    def _parted(self, word: str, parts: int) -> tuple[str, ...]:
        """``word`` as a row of at most ``parts`` known words, the longest first word first."""
        if self.knows(word):
            return (word,)
        if parts > 1:
            for at in range(len(word) - LEAST_PART, LEAST_PART - 1, -1):
                rest = self._parted(word[at:], parts - 1) if self.knows(word[:at]) else ()
                if rest:
                    return (word[:at], *rest)
        return ()

    def _alike(self, word: str) -> tuple[str, ...]:
        """The known word, or two of them, with the same sounds and the most alike letters."""
        code = jellyfish.metaphone(word)
        best = self._nearest(word, code)
        if best:
            return (best,)
        for at in range(len(word) - LEAST_PART, LEAST_PART - 1, -1):
            first, second = (self._nearest(part, jellyfish.metaphone(part)) for part in (word[:at], word[at:]))
            if first and second:
                return first, second
        return ()

    def _nearest(self, word: str, code: str) -> str:
        if self.knows(word):
            return word
        near = self._by_sound.get(code, ()) if len(code) >= LEAST_CODE else ()
        plain = _plain(word)
        likeness = ((jellyfish.jaro_winkler_similarity(plain, _plain(one)), one) for one in near)
        alike, best = max(likeness, default=(0.0, ""))
        return best if alike >= LEAST_ALIKE else ""

    @cached_property
    def _by_sound(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if word.isalpha():
                found[jellyfish.metaphone(word)].append(word)
        return found


def _plain(word: str) -> str:
    """``word`` with one spelling for a sound.

    >>> _plain("photos"), _plain("quick"), _plain("ticks")
    ('fotos', 'kwik', 'tiks')
    """
    for spelling, plain in _SPELLINGS:
        word = word.replace(spelling, plain)
    return word


def words_of(model: Path) -> tuple[str, ...]:
    """All words of the model in folder ``model``; none where it does not list them."""
    try:
        lines = (model / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    return tuple(line.split()[0] for line in lines if line[:1].isalpha())


def listed_rows(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    """Every row of at most :data:`MOST_PARTS` words that stands in one of ``phrases``."""
    rows: set[tuple[str, ...]] = set()
    for phrase in phrases:
        words = spoken_words(phrase)
        rows |= {
            tuple(words[at : at + size]) for size in range(1, MOST_PARTS + 1) for at in range(len(words) - size + 1)
        }
    return rows


def text_as_meant(text: str, meant: Mapping[tuple[str, ...], str]) -> str:
    """``text`` with the words that others stood in for.

    >>> text_as_meant("call north wind now", {("north", "wind"): "northwind"})
    'call northwind now'
    """
    words = text.split()
    for row, word in meant.items():
        for at in reversed(places(words, row)):
            words[at : at + len(row)] = [word]
    return " ".join(words)


def places(said: Sequence[str], row: Sequence[str]) -> list[int]:
    """Where ``row`` stands in ``said``; what overlaps counts once."""
    found: list[int] = []
    for at in range(len(said) - len(row) + 1):
        if tuple(said[at : at + len(row)]) == tuple(row) and (not found or at >= found[-1] + len(row)):
            found.append(at)
    return found
