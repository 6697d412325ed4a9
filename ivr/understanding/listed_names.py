"""Which name of a list was said, be it four colours or a directory of thousands.

A list is prepared once and kept: its names by their first word, its words by how they sound. What nobody says exactly
is compared by words, each weighted by how few names have it, so that "porter" is Sam Porter where there is only one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from ivr.understanding.calendar_words import ordinal
from ivr.understanding.meant import meant
from ivr.understanding.numerals import spelled_figures
from ivr.understanding.phrases import key_said, sound, wording
from ivr.understanding.wording import COURTESIES, is_corrected, is_negated, without_noise, word_set, words

_MOST_WORDS = 40
"""Words looked at, from the end; it bounds the time a text can cost."""

_MOST_COMPARED = 8
_MOST_BY_PLACE = 12
"""So many names callers can count: "the second one"."""

_LEAST_ALIKE = 75.0
"""Letters alike (0 to 100) from which a word may be a misheard other one."""

_LEAST_SCORE, _LEAST_SAID, _MARGIN = 0.6, 0.7, 0.08
"""How much of a name must be said, how much of what was said must belong to it, and how far others must be behind."""

_LEAST_SOUND, _LEAST_SOUND_OF_MANY, _FEW = 80.0, 90.0, 50
"""How alike the whole must sound: more in a list of many names, where some are always near. Measured on 4,000 names
with one letter wrong (299 of 300 found) and with another last name (292 of 300 refused)."""

_SOUND_MARGIN, _FEWEST_SOUNDS = 8.0, 4
_FILLERS = word_set("speak talk talking transfer connect put through reach mr mrs ms miss thing maybe think guess said")
_LISTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Spot:
    """A name said from ``start`` to before ``end``."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class ListedNames:
    """A list of names in the forms that are compared; ``spoken`` are the ways to say ``names``, one each."""

    spoken: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def forms(self) -> tuple[tuple[str, ...], ...]:
        """The words of each way."""
        return tuple(tuple(spelled_figures(words(way.replace("_", " ")))) for way in self.spoken)

    @cached_property
    def _first_words(self) -> Mapping[str, list[int]]:
        """Names by their first word, longer ones first."""
        found: dict[str, list[int]] = defaultdict(list)
        for index in sorted(range(len(self.forms)), key=lambda at: -len(self.forms[at])):
            if self.forms[index]:
                found[self.forms[index][0]].append(index)
        return found

    @cached_property
    def _by_word(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, form in enumerate(self.forms):
            for word in dict.fromkeys(form):
                found[word].append(index)
        return found

    @cached_property
    def _vocabulary(self) -> list[str]:
        return list(self._by_word)

    @cached_property
    def _by_sound(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            found[sound([word])].append(word)
        return found

    @cached_property
    def _sounds(self) -> list[str]:
        return [sound(form) for form in self.forms]

    def hear(self, text: str) -> str | None:
        """The name that was said; None when there is none, or more than one."""
        said = spelled_figures(without_noise(words(text)))[-_MOST_WORDS:]
        spots = self._spots(said)
        if spots:
            one = meant(said, spots)
            return one.value if one else None
        rest = _after_correction(said)
        content = [word for word in wording(" ".join(rest)).content if word not in _FILLERS and word not in COURTESIES]
        found = self._by_place(rest)
        if found is None and content:
            found = self._by_words(content[:_MOST_COMPARED], said)
            found = self._by_whole_sound(content) if found is None else found
        return None if found is None else self.names[found]

    def finished(self, text: str) -> bool:
        """Whether ``text`` is one name and nothing else, and no other goes on from it."""
        said = tuple(word for word in spelled_figures(without_noise(words(text))) if word not in COURTESIES)
        forms = [self.forms[index] for index in self._first_words.get(said[0], ())] if said else []
        return said in forms and not any(len(form) > len(said) and form[: len(said)] == said for form in forms)

    def _spots(self, said: Sequence[str]) -> list[_Spot]:
        """The names that stand in ``said`` as whole words, the longest at each place."""
        found: list[_Spot] = []
        index = 0
        while index < len(said):
            near = self._first_words.get(said[index], ())
            one = next((at for at in near if tuple(said[index : index + len(self.forms[at])]) == self.forms[at]), None)
            if one is not None:
                found.append(_Spot(self.names[one], index, index + len(self.forms[one])))
            index = index + 1 if one is None else found[-1].end
        return found

    def _by_place(self, said: Sequence[str]) -> int | None:
        """As in "the second one", "number three", "two"."""
        if len(self.names) > _MOST_BY_PLACE:
            return None
        rest = [word for word in said if word not in COURTESIES and word not in ("the", "one", "choice", "option")]
        rank = ordinal(rest, 0) if rest else None
        if rank and rank[1] == len(rest):
            place = rank[0]
        elif rest == ["last"]:
            place = len(self.names)
        else:
            place = int(key_said(wording(" ".join(said)).bare) or 0) if _is_figure(said) else 0
        return place - 1 if 0 < place <= len(self.names) else None

    def _by_words(self, content: Sequence[str], said: Sequence[str]) -> int | None:
        """The name with most of the words in ``content``, if no other has nearly as many."""
        alike = [self._alike(word) for word in content]
        scores: dict[int, float] = {}
        for index in {index for near in alike for word in near for index in self._by_word[word]}:
            form = self.forms[index]
            weights = [self._weight(word) for word in form]
            best = [max(near.get(word, 0.0) for near in alike) for word in form]
            recall = sum(one * weight for one, weight in zip(best, weights, strict=True)) / sum(weights)
            precision = sum(max(near.get(word, 0.0) for word in form) for near in alike) / len(alike)
            if precision >= _LEAST_SAID:
                scores[index] = (recall + precision) / 2
        return None if _is_refused(said, self.forms, scores) else self._clear_best(scores, _LEAST_SCORE, _MARGIN)

    def _by_whole_sound(self, content: Sequence[str]) -> int | None:
        """The name that sounds like all of ``content``, however that is parted into words."""
        whole = sound(content)
        if len(whole) < _FEWEST_SOUNDS:
            return None
        least = _LEAST_SOUND if len(self.names) <= _FEW else _LEAST_SOUND_OF_MANY
        near = process.extract(whole, self._sounds, scorer=fuzz.ratio, score_cutoff=least, limit=3)
        return self._clear_best({index: score for _, score, index in near}, least, _SOUND_MARGIN)

    def _clear_best(self, scores: Mapping[int, float], least: float, margin: float) -> int | None:
        """The best of ``scores``, unless it is below ``least`` or another name is within ``margin``."""
        order = sorted(scores, key=lambda index: (-scores[index], index))
        if not order or scores[order[0]] < least:
            return None
        other = next((index for index in order if self.names[index] != self.names[order[0]]), None)
        return order[0] if other is None or scores[order[0]] - scores[other] >= margin else None

    def _alike(self, word: str) -> dict[str, float]:
        """The words of the list that ``word`` may be, each with how surely."""
        if word in self._by_word:
            found = {word: 1.0}
        else:
            near = process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE, limit=5)
            found = {other: 0.9 * score / 100 for other, score, _ in near}
        for other in self._by_sound.get(sound([word]), ()):
            found[other] = max(found.get(other, 0.0), 0.5 + 0.4 * fuzz.ratio(word, other) / 100)
        return found

    def _weight(self, word: str) -> float:
        return math.log(1 + len(self.names) / len(self._by_word[word]))


@lru_cache(maxsize=_LISTS_KEPT)
def listed_names(names: tuple[str, ...], ways: tuple[tuple[str, str], ...] = ()) -> ListedNames:
    """``names`` prepared for comparing, with other ``ways`` to say some; the same list is prepared once."""
    return ListedNames((*names, *(way for way, _ in ways)), (*names, *(name for _, name in ways)))


def _after_correction(said: Sequence[str]) -> list[str]:
    """What is said after the last "no", "sorry" or "actually" with something behind it."""
    starts = [at + 1 for at, word in enumerate(said[:-1]) if is_corrected([word])]
    return list(said[max(starts, default=0) :])


def _is_figure(said: Sequence[str]) -> bool:
    """Whether a key may be named: "one" in "the red one" is none."""
    return not (len(said) > 1 and said[-1] == "one" and said[-2] not in ("number", "option", "press"))


def _is_refused(said: Sequence[str], forms: Sequence[tuple[str, ...]], scores: Mapping[int, float]) -> bool:
    """Whether a word of the best name is said only to be refused."""
    best = max(scores, key=lambda index: scores[index], default=None)
    if best is None:
        return False
    places = [at for at, word in enumerate(said) if word in forms[best]]
    return bool(places) and all(is_negated(said, at) for at in places)
