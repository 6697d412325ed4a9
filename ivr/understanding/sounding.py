"""How alike two phrases sound when nobody knows how they are pronounced: spelling becomes sounds.

English only, and rough on purpose: sounds that the telephone blurs (``s`` and ``z``, ``m`` and
``n``) are one letter here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz

from ivr.understanding.wording import words

RULES: tuple[tuple[str, str], ...] = (
    (r"^(?:kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^wh", "w"),
    (r"mb$", "m"),
    (r"tion|sion|cian", "Sn"),
    (r"tch|ch", "C"),
    (r"sh", "S"),
    (r"th", "T"),
    (r"ph", "f"),
    (r"igh", "Y"),
    (r"gh(?=t)", ""),
    (r"gh$", "f"),
    (r"dge|ge(?=s?$)", "J"),
    (r"ck|q(?:u(?=e$))?|c(?![eiy])", "k"),
    (r"qu", "kw"),
    (r"c(?=[eiy])|z|s", "s"),
    (r"x", "ks"),
    (r"ee|ea|ie(?=.)|ey$|y$", "i"),
    (r"ai|ay|ei|a(?=[^aeiou]e)", "A"),
    (r"oa|ow|o(?=[^aeiou]e)|oe", "O"),
    (r"oo|ou|ew|ue|u(?=[^aeiou]e)", "U"),
    (r"i(?=[^aeiou]e)", "Y"),
    (r"(?<=[^aeiouAOUY])e$|(?<=\w[^aeiou])e(?=s$)", ""),
    (r"[mn]", "n"),
    (r"(.)\1+", r"\1"),
)
"""From spelling to sounds, in this order; an end of a word is ``$``. Enough to compare, not to pronounce."""
VOWELS = re.compile(r"[aeiouyAOUY]")
SHORTEST_SHARE = 0.5
"""One phrase at least half as long as the other, or they cannot be taken for each other."""


def sounds_alike(one: str, other: str) -> float:
    """0 (nothing in common) to 1 (the same sounds). Words that both begin or end with are left out of account.

    >>> sounds_alike("sales", "sails")
    1.0
    >>> sounds_alike("talk to sales", "talk to support") < 0.5
    True
    """
    left, right = different(words(one), words(other))
    if not left or not right:
        return float(left == right)
    return _alike(tuple(left), tuple(right))


@lru_cache(maxsize=50_000)
def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    sounds = "".join(map(_sounds, left)), "".join(map(_sounds, right))
    short, long = sorted(map(len, sounds))
    if not long or short < SHORTEST_SHARE * long:
        return 0.0
    spelt = fuzz.ratio(*sounds) / 100
    vowels = fuzz.ratio(*(VOWELS.sub("a", text) for text in sounds)) / 100
    bones = fuzz.ratio("".join(map(_bones, left)), "".join(map(_bones, right))) / 100
    return round((2 * spelt + vowels + bones) / 4, 3)


def different(one: Sequence[str], other: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What is left of both without the words that both begin and end with."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


@lru_cache(maxsize=8192)
def _sounds(word: str) -> str:
    for pattern, sound in RULES:
        word = re.sub(pattern, sound, word)
    return word


@lru_cache(maxsize=8192)
def _bones(word: str) -> str:
    """Its consonants, as a well-known code has them."""
    return jellyfish.metaphone(word)
