"""``zip``: a five digit ZIP code."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.digit_strings import Pick, ends_with, of_length, pick
from ivr.understanding.numerals import NUMBER_WORDS, Run
from ivr.understanding.wording import words

LENGTH = 5
_WITH_PLUS_FOUR = 9

_SAID_AROUND = ("my zip is", "my zip code is", "the zip code is", "it's", "no i said", "please")
"""Without these in the grammar "my zip is" is decoded as "eighteen"."""

_five = of_length(LENGTH)


class Zip:
    """Exactly five digits; of a ZIP+4 the first five."""

    name: str = "zip"
    closed: bool = True

    def hear(self, text: str, options: KindOptions) -> str | None:
        found = _pick(text)
        return found.digits if found else None

    def key(self, keys: str, options: KindOptions) -> str | None:
        return keys if len(keys) == LENGTH and keys.isdecimal() and keys.isascii() else None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*NUMBER_WORDS, "thousand", *_SAID_AROUND)

    def max_keys(self, options: KindOptions) -> int:
        return LENGTH

    def finished(self, text: str, options: KindOptions) -> bool:
        found = _pick(text)
        return found is not None and ends_with(words(text), found.run)

    def speak(self, value: str) -> str:
        return " ".join(value)


def _pick(text: str) -> Pick | None:
    return pick(words(text), _fit)


def _fit(run: Run) -> str | None:
    five = _five(run)
    if five is None and run.readings and len(run.readings[0]) == _WITH_PLUS_FOUR:
        return run.readings[0][:LENGTH]
    return five
