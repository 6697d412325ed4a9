"""``place``: where the caller is, by ZIP code or by city."""

from __future__ import annotations

from ivr.flows.skills import KindOptions
from ivr.understanding.kinds.city import City, IsPlace, nothing_like_it
from ivr.understanding.kinds.zip import Zip
from ivr.understanding.letters import EXPLANATIONS, SPELLING_WORDS, spelled
from ivr.understanding.numerals import is_number_word
from ivr.understanding.postal_codes import ZIPS, PostalCodes
from ivr.understanding.wording import words

LONGEST_CODE = 10

MANY_DIGITS = 2
"""So many number words are a misheard ZIP, not a city: "nine portland zero seven"."""


class Place:
    """A ZIP (said or keyed), or else a city: whichever the caller gives."""

    name: str = "place"

    def __init__(
        self,
        is_place: IsPlace,
        place_words: tuple[str, ...],
        is_like_place: IsPlace = nothing_like_it,
        codes: PostalCodes = ZIPS,
    ) -> None:
        self._is_place, self._codes = is_place, codes
        self._zip, self._city = Zip(), City(is_place, place_words, is_like_place)
        self.closed = self._city.closed

    def hear(self, text: str, options: KindOptions) -> str | None:
        if self._codes.has_letters and (code := self._spelled(text)):
            return code
        return self._zip.hear(text, options) or (None if _mixes(text) else self._city.hear(text, options))

    def key(self, keys: str, options: KindOptions) -> str | None:
        if self._codes.characters > ZIPS.characters and len(keys) != ZIPS.characters:
            return self._is_place(keys)
        return self._zip.key(keys, options)

    def words(self, options: KindOptions) -> tuple[str, ...]:
        letters = (*SPELLING_WORDS, *EXPLANATIONS) if self._codes.has_letters else ()
        return (*self._zip.words(options), *letters, *self._city.words(options))

    def max_keys(self, options: KindOptions) -> int:
        return max(self._zip.max_keys(options), self._codes.characters)

    def finished(self, text: str, options: KindOptions) -> bool:
        return self._zip.finished(text, options) or (not _mixes(text) and self._city.finished(text, options))

    def speak(self, value: str) -> str:
        is_code = any(letter.isdecimal() for letter in value)
        return " ".join(value.replace(" ", "")) if is_code and len(value) <= LONGEST_CODE else value

    def _spelled(self, text: str) -> str | None:
        """A postal code with letters: "k one a zero b one". Never finished early: an area may go on."""
        for one in reversed(spelled(words(text), signs=False)):
            code = one.value.upper()
            if any(letter.isdecimal() for letter in code) and not code.isdecimal():
                known = self._is_place(code) or self._is_place(code.replace("O", "0"))  # "oh" between letters
                if known:
                    return known
        return None


def _mixes(text: str) -> bool:
    return sum(is_number_word(word) for word in words(text)) >= MANY_DIGITS
