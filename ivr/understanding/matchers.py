"""The ways a listed phrase can be recognised in what was said, surest first. A new way is a new line in MATCHERS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from ivr.understanding.phrases import Phrase, Wording, sound
from ivr.understanding.wording import CORRECTIONS, is_corrected, is_negated, stands_at

LEAST_ALIKE = 82.0
"""Letters alike (0 to 100) from which a phrase counts as said; on tests/gold/menu.jsonl 66 to 86 do the same."""

LEAST_SOUND_ALIKE = 90.0
"""The same for how it sounds; then the letters must still be LEAST_SPELT_ALIKE, or "bowling" would be "billing"."""

LEAST_SPELT_ALIKE = 72.0
_LEAST_LETTERS = 4
_LEAST_SOUNDS = 3
_LONG_ENOUGH_TO_STAND_OUT = 8
"""Letters a phrase needs to be found, misheard, inside a longer sentence."""


_NOT = (0.0, "")


@dataclass(frozen=True, slots=True)
class Match:
    """A choice that may be meant, how surely (0 to 1), and why."""

    choice: str
    score: float
    how: str


_Spot = tuple[int, int, Phrase]
"""Where a phrase begins and ends in what was said."""

Matcher = Callable[[Wording, Sequence[Phrase]], list[Match]]


def exact(said: Wording, listed: Sequence[Phrase]) -> list[Match]:
    """The phrase and nothing else, apart from courtesies."""
    return [
        Match(phrase.choice, 1.0, f"said '{phrase.text}'")
        for phrase in listed
        if phrase.wording.full in (said.full, said.bare) or phrase.wording.bare == said.bare
    ]


def contained(said: Wording, listed: Sequence[Phrase]) -> list[Match]:
    """The phrase stands in the sentence as whole words. Phrases inside a longer one do not count."""
    spots = [(start, start + len(form), phrase) for phrase in listed for start, form in _spots(said, phrase)]
    kept = [spot for spot in spots if not any(_outdone(spot, other) for other in spots)]
    kept = [spot for spot in kept if spot[0] == 0 or not _only_corrects(spot[2])]
    kept.sort(key=lambda spot: spot[0])
    if len(kept) > 1 and is_corrected(said.full[kept[-2][1] : kept[-1][0]]):
        kept = kept[-1:]
    return [
        Match(phrase.choice, min(0.95, 0.85 + 0.02 * (end - start)), f"said '{phrase.text}'")
        for start, end, phrase in kept
    ]


def same_words(said: Wording, listed: Sequence[Phrase]) -> list[Match]:
    """All words of a phrase in another order or with others between: "which shop is nearest" for "nearest shop"."""
    heard = set(said.content)
    return [
        Match(phrase.choice, 0.8, f"said the words of '{phrase.text}'")
        for phrase in listed
        if len(phrase.wording.content) > 1 and heard.issuperset(phrase.wording.content)
        if len(said.content) <= 3 * len(phrase.wording.content)
    ]


def part_of(said: Wording, listed: Sequence[Phrase]) -> list[Match]:
    """Only words of a phrase, and at least half of them: "my order" for "track an order"."""
    heard = set(said.content)
    return [
        Match(phrase.choice, 0.7, f"said '{' '.join(said.content)}', as in '{phrase.text}'")
        for phrase in listed
        if heard.issubset(phrase.wording.content) and 2 * len(heard) >= len(phrase.wording.content)
    ]


def alike(said: Wording, listed: Sequence[Phrase]) -> list[Match]:
    """Nearly the same letters, or the same sounds: what a recogniser makes of a phrase."""
    found = []
    parts = cache(lambda size: _parts(said, size))
    for phrase in listed:
        stands_out = len(phrase.wording.glued) >= _LONG_ENOUGH_TO_STAND_OUT
        candidates = parts(len(phrase.wording.content) if stands_out else 0)
        score, how = max(
            (_likeness(part, letters, phrase) for part, letters in _near(candidates, phrase)), default=_NOT
        )
        if score:
            found.append(Match(phrase.choice, score, f"{how} '{phrase.text}'"))
    return found


MATCHERS: tuple[Matcher, ...] = (exact, contained, same_words, part_of, alike)
LITERAL: tuple[Matcher, ...] = (exact, contained)
"""Those that find a phrase as it is; the others find something like it."""


def occurs(said: Wording, phrase: Phrase) -> bool:
    """Whether ``phrase`` stands in ``said`` as whole words and is meant."""
    return any(not is_negated(said.full, start) for start, _ in _spots(said, phrase))


def refused(said: Wording, phrase: Phrase) -> bool:
    """Whether ``phrase`` is named only to be refused: "not sales"."""
    spots = list(_spots(said, phrase))
    return bool(spots) and all(is_negated(said.full, start) for start, _ in spots)


def _spots(said: Wording, phrase: Phrase) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where the phrase stands, in full or without what is said around a wish."""
    for form in (phrase.wording.full, phrase.wording.bare):
        start = stands_at(form, said.full)
        if start >= 0:
            yield start, form
            return


def _outdone(spot: _Spot, other: _Spot) -> bool:
    """Whether ``spot`` lies in a longer phrase, or is the "no" before something else that was listed."""
    inside = other[0] <= spot[0] and spot[1] <= other[1] and spot[1] - spot[0] < other[1] - other[0]
    return inside or (_only_corrects(spot[2]) and not _only_corrects(other[2]))


def _only_corrects(phrase: Phrase) -> bool:
    """A phrase like "no": an answer by itself or in front, but part of any sentence."""
    return all(word in CORRECTIONS for word in phrase.wording.bare)


def _parts(said: Wording, size: int) -> list[tuple[str, ...]]:
    """The whole answer, and with ``size`` also stretches of it of about so many words."""
    parts = [said.content]
    if size and len(said.content) > size:
        for width in (size, size + 1):
            parts += [said.content[start : start + width] for start in range(len(said.content) - width + 1)]
    return parts


def _near(parts: Sequence[tuple[str, ...]], phrase: Phrase) -> Iterator[tuple[tuple[str, ...], float]]:
    """The parts with enough letters of the phrase, and how many (0 to 100)."""
    glued = ["".join(part) for part in parts]
    if len(phrase.wording.glued) >= _LEAST_LETTERS:
        near = process.extract(phrase.wording.glued, glued, scorer=fuzz.ratio, score_cutoff=LEAST_SPELT_ALIKE)
        yield from ((parts[index], letters) for text, letters, index in near if len(text) >= _LEAST_LETTERS)


def _likeness(part: Sequence[str], letters: float, phrase: Phrase) -> tuple[float, str]:
    if letters >= LEAST_ALIKE:
        return 0.9 * letters / 100, "close to"
    if len(phrase.sound) >= _LEAST_SOUNDS:
        sounds = fuzz.ratio(sound(part), phrase.sound, score_cutoff=LEAST_SOUND_ALIKE)
        return 0.75 * sounds / 100, "sounds like"
    return _NOT
