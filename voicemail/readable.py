"""A transcript as people like to read it, made by rules from words and their times, and the number it names.

Only what words and times tell is written: a long pause ends a sentence, digits that were said one by one are figures,
sentences begin with a capital. There are no commas and no question marks: nobody heard them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ivr.flows.events import Word
from ivr.records.secrets import DIGITS, TIMES

PAUSE_S = 0.7
"""Between sentences people wait about so long, within them seldom. A guess: measure."""

DAYS = frozenset(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
"""Always written with a capital; months are not among them, as "may" and "march" are words as well."""

FEWEST_DIGITS = 3
"""Fewer may be words as well: "one or two", "oh"."""

NUMBER_DIGITS = range(7, 16)
"""A telephone number has so many (ITU-T E.164; seven within a town)."""


def readable(words: Sequence[Word], name: str = "") -> str:
    """The words with sentences and figures, ``name`` as names are written; empty when nothing was heard.

    >>> said = [("this", 0.0), ("is", 0.2), ("dana", 0.4), ("i'm", 1.9), ("at", 2.1), ("five", 2.3), ("oh", 2.5)]
    >>> readable([Word(text, at, at + 0.2, 1.0) for text, at in [*said, ("three", 2.7)]])
    "This is dana. I'm at 503."
    """
    written = (_named(" ".join(_figured(sentence)), name) for sentence in sentences(words))
    return " ".join(f"{sentence[:1].upper()}{sentence[1:]}." for sentence in written if sentence)


def _named(sentence: str, name: str) -> str:
    """The sentence with capitals where the name of the caller is said.

    >>> _named("this is dana reed calling", "Dana Reed"), _named("i read to danas", "Dana Reed")
    ('this is Dana Reed calling', 'i read to danas')
    """
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name, sentence, flags=re.IGNORECASE) if name else sentence


def number_named(words: Sequence[Word]) -> str:
    """The last telephone number that was said digit by digit, as figures; empty when none was.

    >>> digits = "call five five five oh one nine nine".split()
    >>> number_named([Word(text, at, at + 1.0, 1.0) for at, text in enumerate(digits)])
    '5550199'
    """
    found = [one for one in _figured(words) if one.isdigit() and len(one) in NUMBER_DIGITS]
    return found[-1] if found else ""


def sentences(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The words between long pauses."""
    start = 0
    for at, (before, after) in enumerate(pairwise(words), 1):
        # Who says a number waits between its groups: that ends no sentence.
        inside = before.text in DIGITS and after.text in DIGITS
        if after.start_s - before.end_s >= PAUSE_S and not inside:
            yield words[start:at]
            start = at
    yield words[start:]


def _figured(words: Sequence[Word]) -> Iterator[str]:
    """The words, with runs of digits as one figure each."""
    run: list[str] = []
    for word in [*(one.text for one in words), ""]:
        if word in TIMES or len(DIGITS.get(word, "")) == 1:
            run.append(word)
            continue
        digits = _digits(run)
        yield from (digits,) if len(digits) >= FEWEST_DIGITS else map(_written, run)
        run = []
        if word:
            yield _written(word)


def _digits(run: Sequence[str]) -> str:
    """``double five`` is 55; a ``double`` with nothing after it makes it no number."""
    said, times = "", 1
    for word in run:
        if word in TIMES:
            times = TIMES[word]
        else:
            said, times = said + DIGITS[word] * times, 1
    return said if times == 1 else ""


def _written(word: str) -> str:
    if word in DAYS:
        return word.capitalize()
    return f"I{word[1:]}" if word == "i" or word.startswith("i'") else word
