"""``city``: a town the caller names, in the form the locator knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from ivr.flows.skills import KindOptions
from ivr.understanding.numerals import is_number_word
from ivr.understanding.wording import CORRECTIONS, COURTESIES, is_negated, without_noise, word_set, words

IsPlace = Callable[[str], str | None]
"""The known place a text names ("Portland, Oregon", or a ZIP), or None."""

_AROUND = word_set(
    "i i'm am in near at around by from live living city town of the to close it's it is that's that my me we "
    "we're looking for store stores shop shops one a an somewhere just outside say said no yes yeah and am is "
    "nearest closest find want there here not sorry wait actually mean area downtown zip code on be would like "
    "need are make who how do does can could get go going right"
)
_NO_NAME = word_set("you don't know what how who why when did does have help person people operator agent menu")
"""Words of no town, so that what is said to a person is not looked up as a place."""

_BEFORE_NAMES = (
    word_set("in near at around by from to of outside is it's said mean not downtown") | CORRECTIONS | COURTESIES
)
"""After these a name may begin in the middle of a sentence; elsewhere "start over" would be the town of Over."""

_AFTER_NAMES = word_set("in near at around by is not please area and or") | CORRECTIONS | COURTESIES
"""Before these a name may end."""

_LONGEST_NAME = 6
"""Words in "salt lake city utah" and longer."""

_MOST_WORDS = 24
_REMEMBERED = 1024


class City:
    """A place by name; ``place_words`` are the names a recogniser should listen for."""

    name: str = "city"

    def __init__(self, is_place: IsPlace, place_words: tuple[str, ...]) -> None:
        self.closed = bool(place_words)
        self._is_place = lru_cache(_REMEMBERED)(is_place)
        self._place_words = place_words

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = without_noise(words(text))
        place = self._find(said)
        if place and "or" in said[:-1] and len(self._places_between(said)) > 1:
            return None  # "seattle or portland"
        return None if place is None or place.isdecimal() else place

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return self._place_words

    def max_keys(self, options: KindOptions) -> int:
        """One: a city cannot be keyed, so any key is a command and acts at once."""
        return 1

    def finished(self, text: str, options: KindOptions) -> bool:
        """When the state has been named too: "portland" may go on with "maine"."""
        said = [word for word in without_noise(words(text)) if word not in COURTESIES]
        _, _, state = (self.hear(text, options) or "").partition(", ")
        ending = words(state)
        return bool(ending) and said[-len(ending) :] == ending and len(said) > len(ending)

    def speak(self, value: str) -> str:
        return value

    def _places_between(self, said: Sequence[str]) -> set[str]:
        """The places named before, after and between every "or"."""
        parts = [list(part) for is_or, part in groupby(said, lambda word: word == "or") if not is_or]
        return {place for part in parts if (place := self._find(part))}

    def _find(self, said: Sequence[str]) -> str | None:
        """The place named by the longest part of ``said``; of equally long ones the last (a correction)."""
        said = said[-_MOST_WORDS:]
        for start, end in sorted(_spans(said), key=lambda span: (span[0] - span[1], -span[0])):
            part = said[start:end]
            place = None if _cannot_be_name(part) or is_negated(said, start) else self._is_place(" ".join(part))
            if place:
                return place
        return None


def _spans(said: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a name can stand: between the words people put around one, numbers and the ends of the sentence."""
    first = next((index for index, word in enumerate(said) if word not in _AROUND), 0)
    starts = {0, first} | {
        index + 1 for index, word in enumerate(said) if word in _BEFORE_NAMES or is_number_word(word)
    }
    refused = [index for index, word in enumerate(said) if word == "not"]
    starts |= {index + size for index in refused for size in (2, 3)}  # "not portland seattle": the next name
    ends = {len(said)} | {index for index, word in enumerate(said) if word in _AFTER_NAMES or is_number_word(word)}
    return ((start, end) for start in starts for end in ends if 0 < end - start <= _LONGEST_NAME)


def _cannot_be_name(part: Sequence[str]) -> bool:
    """Names do not begin or end with the words around them; "the dalles" and "live oak" are exceptions."""
    begins = part[0] not in _AROUND or (len(part) > 1 and part[0] in ("the", "live"))
    ends = part[-1] not in _AROUND or (len(part) > 1 and part[-1] == "city")
    return not begins or not ends or all(word in COURTESIES for word in part) or not _NO_NAME.isdisjoint(part)
