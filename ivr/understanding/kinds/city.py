"""``city``: a town the caller names, in the form the locator knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ivr.flows.skills import KindOptions
from ivr.understanding.wording import COURTESIES, is_negated, without_noise, word_set, words

IsPlace = Callable[[str], str | None]
"""The known place a text names ("Portland, Oregon", or a ZIP), or None."""

_AROUND = word_set(
    "i i'm am in near at around by from live living city town of the to close it's it is that's that my me we "
    "we're looking for store stores shop shops one a an somewhere just outside say said no yes yeah and am is "
    "nearest closest find want there here not sorry wait actually mean area downtown zip code on be would like "
    "need are who how do does can could get go going right"
)
_LONGEST_NAME = 6
"""Words in "salt lake city utah" and longer."""
_MOST_WORDS = 24


class City:
    """A place by name; ``place_words`` are the names a recogniser should listen for."""

    name: str = "city"

    def __init__(self, is_place: IsPlace, place_words: tuple[str, ...]) -> None:
        self.closed = bool(place_words)
        self._is_place = is_place
        self._place_words = place_words

    def hear(self, text: str, options: KindOptions) -> str | None:
        place = self._find(without_noise(words(text)))
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

    def _find(self, said: Sequence[str]) -> str | None:
        """The place named by the longest part of ``said``; of equally long ones the last (a correction)."""
        said = said[-_MOST_WORDS:]
        for size in range(min(_LONGEST_NAME, len(said)), 0, -1):
            for start in range(len(said) - size, -1, -1):
                part = said[start : start + size]
                if _cannot_be_name(part):
                    continue
                place = None if is_negated(said, start) else self._is_place(" ".join(part))
                if place:
                    return place
        return None


def _cannot_be_name(part: Sequence[str]) -> bool:
    """Names do not begin or end with the words around them; "the dalles" and "live oak" are exceptions."""
    begins = part[0] not in _AROUND or (len(part) > 1 and part[0] in ("the", "live"))
    ends = part[-1] not in _AROUND or (len(part) > 1 and part[-1] == "city")
    return not begins or not ends or all(word in COURTESIES for word in part)
