"""``place``: where the caller is, by ZIP code or by city."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.kinds.city import City, IsPlace, nothing_like_it
from ivr.understanding.kinds.zip import Zip
from ivr.understanding.numerals import is_number_word
from ivr.understanding.wording import words

MANY_DIGITS = 2
"""So many number words are a misheard ZIP, not a city: "nine portland zero seven"."""


class Place:
    """A ZIP (said or keyed), or else a city: whichever the caller gives."""

    name: str = "place"

    def __init__(
        self, is_place: IsPlace, place_words: tuple[str, ...], is_like_place: IsPlace = nothing_like_it
    ) -> None:
        self._zip, self._city = Zip(), City(is_place, place_words, is_like_place)
        self.closed = self._city.closed

    def hear(self, text: str, options: KindOptions) -> str | None:
        return self._zip.hear(text, options) or (None if _mixes(text) else self._city.hear(text, options))

    def key(self, keys: str, options: KindOptions) -> str | None:
        return self._zip.key(keys, options)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*self._zip.words(options), *self._city.words(options))

    def max_keys(self, options: KindOptions) -> int:
        return self._zip.max_keys(options)

    def finished(self, text: str, options: KindOptions) -> bool:
        return self._zip.finished(text, options) or (not _mixes(text) and self._city.finished(text, options))

    def speak(self, value: str) -> str:
        return self._zip.speak(value) if value.isdecimal() else value


def _mixes(text: str) -> bool:
    return sum(is_number_word(word) for word in words(text)) >= MANY_DIGITS
