"""``city``: a town the caller names, in the form the locator knows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from ivr.flows.skills import NEAR_ME, KindOptions
from ivr.understanding.numerals import is_number_word
from ivr.understanding.postal_codes import ZIPS, PostalCodes
from ivr.understanding.wording import CORRECTIONS, COURTESIES, is_negated, without_noise, word_row, word_set, words

IsPlace = Callable[[str], str | None]
"""The known place a text names ("Portland, Oregon", or a ZIP), or None."""

_AROUND = word_set(
    "i i'm am in near at around by from live living city town of the to close it's it is that's that my me we "
    "we're looking for store stores shop shops one a an somewhere just outside say said no yes yeah and am is "
    "nearest closest find want there here not sorry wait actually mean area downtown zip code on be would like "
    "need are make who how do does can could get go going right visiting staying called named think try what about "
    "small know until tomorrow today this week now"
)
_NO_NAME = word_set("you don't know what how who why when did does have help person people operator agent menu name")
"""Words of no town, so that what is said to a person is not looked up as a place."""

_NO_GUESS = _NO_NAME | word_set(
    "again idea order hours hour damn shit fuck fucking hell god crap ass asshole bitch bastard bullshit stupid robot "
    "machine cancel repeat refund package money english money human somebody nobody something anything nothing guess "
    "yes no yeah nope monday tuesday wednesday thursday friday saturday sunday goodbye sales"
)
"""Words of talk about other things, and of anger: they are like some town or other, and never meant as one."""

_BEFORE_NAMES = (
    word_set(
        "in near at around by from to of outside is it's said mean not downtown about try visiting staying called "
        "named think make that's through toward towards um uh"
    )
    | CORRECTIONS
    | COURTESIES
)
"""After these a name may begin in the middle of a sentence; elsewhere "start over" would be the town of Over."""

_AFTER_NAMES = (
    word_set("in near at around by is not please area and or until tomorrow today this right now for")
    | CORRECTIONS
    | COURTESIES
)
"""Before these a name may end."""

_NEAR_ME = frozenset(
    word_row(
        """here nearby close_by close_to_me close_to_here near_me near_here around_me around_here right_here by_me
        where_i_am where_i'm_at my_location my_current_location my_area my_neighborhood nearest_to_me closest_to_me
        nearest_to_where_i_am wherever_i_am my_house my_home where_i_live"""
    )
)
"""Names of the place where the caller is, as far as the telephone tells it."""
_ROUND_HERE = word_set(
    "to me the one ones somewhere in near at just please use you know store stores shop anything whatever's find by "
    "nearest closest to is it's for uh um around a"
)

_LONGEST_NAME = 6
"""Words in "salt lake city utah" and longer."""

_LONGEST_GUESS = 5
"""Words; more are a sentence about something else."""

_MOST_WORDS = 24
_REMEMBERED = 1024


def nothing_like_it(text: str) -> str | None:
    """No text is a place misheard, as far as anybody knows."""
    del text
    return None


class City:
    """A place by name; ``place_words`` are the names a recogniser should listen for."""

    name: str = "city"

    def __init__(
        self,
        is_place: IsPlace,
        place_words: tuple[str, ...],
        is_like_place: IsPlace = nothing_like_it,
        codes: PostalCodes = ZIPS,
    ) -> None:
        del codes  # a town has none
        self.closed = bool(place_words)
        self._is_place = lru_cache(_REMEMBERED)(is_place)
        self._is_like_place = lru_cache(_REMEMBERED)(is_like_place)
        self._place_words = place_words

    def hear(self, text: str, options: KindOptions) -> str | None:
        said = without_noise(words(text))
        if _is_near_me(said):
            return NEAR_ME
        place = self._find(said) or self._guess(said)
        if place and "or" in said[:-1] and len(self._places_between(said)) > 1:
            return None  # "seattle or portland"
        return None if place is None or place.isdecimal() else place

    def key(self, keys: str, options: KindOptions) -> str | None:
        return None

    def words(self, options: KindOptions) -> tuple[str, ...]:
        return (*self._place_words, *_HERE_HEARD) if self._place_words else ()

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

    def _guess(self, said: Sequence[str]) -> str | None:
        """What may be a place misheard: all that was said but the words around a name."""
        start = next((at for at, word in enumerate(said) if word not in _AROUND), len(said))
        end = next((at for at in range(len(said), start, -1) if said[at - 1] not in _AFTER_NAMES), start)
        part = said[start:end]
        if not 0 < len(part) <= _LONGEST_GUESS or is_negated(said, start) or not _NO_GUESS.isdisjoint(part):
            return None
        return None if any(is_number_word(word) for word in part) else self._is_like_place(" ".join(part))

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


_HERE_WORDS = tuple(sorted(name.replace("_", " ") for name in _NEAR_ME))
_HERE_HEARD = tuple(name for name in _HERE_WORDS if "to" not in name.split())
"""A recogniser that listens for "close to me" hears the two of a ZIP code as "to"."""


def _is_near_me(said: Sequence[str]) -> bool:
    """Whether nothing is named but the caller's own place: "somewhere near me please"."""
    text = " ".join(said)
    for name in _HERE_WORDS:
        if re.search(rf"\b{name}\b", text):
            rest = re.sub(rf"\b{name}\b", " ", text, count=1).split()
            if all(word in _ROUND_HERE for word in rest):
                return True
    return False
