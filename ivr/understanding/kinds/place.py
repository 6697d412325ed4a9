"""``place``: where the caller is, by ZIP code or by city."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.kinds.city import City, IsPlace
from ivr.understanding.kinds.zip import Zip


class Place:
    """A ZIP (said or keyed), or else a city: whichever the caller gives."""

    name: str = "place"

    def __init__(self, is_place: IsPlace, place_words: tuple[str, ...]) -> None:
        self._zip, self._city = Zip(), City(is_place, place_words)
        self.closed = self._city.closed

    def hear(self, text: str, options: KindOptions) -> str | None:
        return self._zip.hear(text, options) or self._city.hear(text, options)

    def key(self, keys: str, options: KindOptions) -> str | None:
        return self._zip.key(keys, options)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*self._zip.words(options), *self._city.words(options))

    def max_keys(self, options: KindOptions) -> int:
        return self._zip.max_keys(options)

    def finished(self, text: str, options: KindOptions) -> bool:
        return self._zip.finished(text, options) or self._city.finished(text, options)

    def speak(self, value: str) -> str:
        return self._zip.speak(value) if value.isdecimal() else value
