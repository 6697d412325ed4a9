"""Text as words: what a recogniser writes and what people type become one plain list of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise


def word_set(text: str) -> frozenset[str]:
    """The words of ``text``: how this package writes its word lists."""
    return frozenset(text.split())


def word_row(text: str) -> tuple[str, ...]:
    """The words of ``text`` in their order."""
    return tuple(text.split())


def word_lists(text: str) -> tuple[tuple[str, ...], ...]:
    """The phrases of ``text``, parted by semicolons, as words."""
    return tuple(tuple(phrase.split()) for phrase in text.split(";"))


LONGEST_TEXT = 1000
"""Characters looked at; nobody says more to one question, and it bounds the time a text can cost."""

UNKNOWN = "[unk]"
"""The recogniser's mark for a word outside its grammar."""

NOISE = frozenset((UNKNOWN, "uh", "um", "er", "erm", "ah", "hm", "hmm", "mm", "eh", "huh"))
"""Sounds that carry no meaning wherever they stand."""

COURTESIES = frozenset(("please", "thanks", "thank", "you", "okay", "ok", "well", "so", "hi", "hello", "hey", "bye"))
"""Words that may stand before or after an answer without changing it."""

CORRECTIONS = frozenset(("no", "nope", "sorry", "wait", "actually", "mean", "meant", "correction", "rather", "oops"))
"""Words after which the caller says it again, differently."""

_NEGATIONS = frozenset(("not", "don't", "dont", "isn't", "never", "without", "except", "wasn't", "didn't", "won't"))
_NEGATING_PAIRS = frozenset((("instead", "of"), ("rather", "than"), ("other", "than"), ("anything", "but")))
_LIGHT = word_set(
    "want need to the a an talk speak with for about in like looking calling interested my your any going go asking "
    "trying say said mean it's it is do on at"
)

_CAPITAL = re.compile(r"(?:^|(?<=[\s-])|(?<=')(?=\w\w))(\w)")
_MAC = re.compile(r"\bMc(\w)")

_WORD = re.compile(r"\[unk\]|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'"})


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case; figures of any script as 0-9; punctuation parts words.

    >>> words("My ZIP\u2019s ninety-seven, 2 O one [unk]")
    ['my', "zip's", 'ninety', 'seven', '2', 'o', 'one', '[unk]']
    """
    return list(_words(text[:LONGEST_TEXT]))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
        text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return tuple(_WORD.findall(text.lower()))


def without_noise(said: Iterable[str]) -> list[str]:
    """``said`` without unknown words and hesitation."""
    return [word for word in said if word not in NOISE]


def stands_at(phrase: Sequence[str], said: Sequence[str]) -> int:
    """Where ``phrase`` begins in ``said`` as whole words (the last place), or -1."""
    size, first = len(phrase), phrase[0] if phrase else ""
    if first not in said:
        return -1
    for start in range(len(said) - size, -1, -1):
        if said[start] == first and tuple(said[start : start + size]) == tuple(phrase):
            return start
    return -1


def is_negated(said: Sequence[str], start: int) -> bool:
    """Whether what begins at ``start`` is said to be not meant: "not", "i don't want", "instead of" before it.

    >>> is_negated("i do not want to talk to sales".split(), 7)
    True
    >>> is_negated("i do not know sales".split(), 4)
    False
    """
    for index in range(start - 1, max(-1, start - 7), -1):
        if said[index] in _NEGATIONS or (said[index - 1], said[index]) in _NEGATING_PAIRS:
            return True
        if said[index] not in _LIGHT and said[index] not in NOISE:
            return False
    return False


def negates(said: Sequence[str]) -> bool:
    """Whether anything in ``said`` may be said to be not meant."""
    return not _NEGATIONS.isdisjoint(said) or any(pair in _NEGATING_PAIRS for pair in pairwise(said))


def is_corrected(between: Sequence[str]) -> bool:
    """Whether the caller takes something back in ``between``."""
    return any(word in CORRECTIONS for word in between)


def as_name(said: Iterable[str]) -> str:
    """Words as a name is written.

    >>> as_name(["mary", "o'brien", "mcdonald"])
    "Mary O'Brien McDonald"
    """
    capital = _CAPITAL.sub(lambda first: first[1].upper(), " ".join(said))
    return _MAC.sub(lambda after: f"Mc{after[1].upper()}", capital)


def forget() -> None:
    """Read every text anew: for whoever measures what reading costs."""
    _words.cache_clear()
