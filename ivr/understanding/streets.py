"""Street addresses in speech: "twelve fifty main street", "one two three north oak avenue apartment four b"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ivr.understanding.calendar_words import ORDINALS, ordinal, word_at
from ivr.understanding.letters import spelled
from ivr.understanding.numerals import TENS, is_number_word, runs
from ivr.understanding.street_names import DIRECTIONS, NUMBERED, SMALL, TYPES, UNITS
from ivr.understanding.wording import CORRECTIONS, COURTESIES, as_name, word_set

_MOST_NAME_WORDS = 5
_MOST_FIGURES = 6
_LONGEST_DIRECTION = len("nw")
_LONGEST_INITIALS = 3
"""Letters spelled up to which they are initials ("m l k boulevard") and no name ("m a p l e street")."""

_NO_NAME = word_set(
    "i i'm you it it's is are was am my your that that's what which who want need have has can will would people "
    "dollars days weeks hours minutes o'clock am pm times miles or not stores order orders items thing things"
)
"""Words of no street, so that "two people" is not read as one."""

_TYPES_BY_NUMBER = frozenset(("county", "state", "us", "old"))


@dataclass(frozen=True, slots=True)
class Address:
    """A street address said from ``start`` to before ``end``."""

    value: str
    start: int
    end: int


_Part = tuple[str, int]
"""What is written, and the index of the word after it."""


def addresses(said: Sequence[str]) -> list[Address]:
    """All street addresses in ``said``.

    >>> [one.value for one in addresses("i live at twelve fifty main street apartment four b".split())]
    ['1250 Main Street Apartment 4B']
    """
    found: list[Address] = []
    index = 0
    while index < len(said):
        one = _box(said, index) or _address(said, index)
        if one:
            found.append(one)
        index = one.end if one else _past_number(said, index)
    return found


def _past_number(said: Sequence[str], index: int) -> int:
    while index + 1 < len(said) and is_number_word(said[index]) and is_number_word(said[index + 1]):
        index += 1
    return index + 1


def _box(said: Sequence[str], index: int) -> Address | None:
    """As in "p o box four five six"."""
    if tuple(said[index : index + 3]) == ("p", "o", "box"):
        at = index + 3
    elif tuple(said[index : index + 2]) == ("po", "box"):
        at = index + 2
    else:
        return None
    number = _number(said, at)
    return Address(f"PO Box {number[0]}", index, number[1]) if number else None


def _address(said: Sequence[str], index: int) -> Address | None:
    number = _house_number(said, index)
    if number is None:
        return None
    ahead = _direction(said, number[1])
    street = _street(said, ahead[1], ranked=bool(ahead[0]))
    if street is None:
        return None
    behind = _direction(said, street[1])
    unit = _unit(said, behind[1])
    return Address(" ".join(filter(None, (number[0], ahead[0], street[0], behind[0], unit[0]))), index, unit[1])


def _number(said: Sequence[str], index: int) -> _Part | None:
    """A number as it is read on a door: "twelve fifty" is 1250."""
    end = index
    while end < len(said) and _counts(said, end, index) and not (end > index and ordinal(said, end)):
        end += 1
    if end == index + 1 and word_at(said, end) in TENS and word_at(said, end + 1) in ORDINALS:
        end += 1  # "three fifty fifth avenue" is 350 5th: a house is seldom number 3
    found = [run for run in runs(said[index:end]) if run.readings]
    if not found or len(found[0].readings[0]) > _MOST_FIGURES:
        return None
    return found[0].readings[0], end


def _counts(said: Sequence[str], index: int, start: int) -> bool:
    """Whether the word is part of a number that began at ``start``: also "a hundred", "hundred and five"."""
    if index == start and said[index] == "a":
        return word_at(said, index + 1) == "hundred"
    joins = said[index] == "and" and index > start and said[index - 1] in ("hundred", "thousand")
    return is_number_word(said[index]) or (joins and is_number_word(word_at(said, index + 1)))


def _house_number(said: Sequence[str], index: int) -> _Part | None:
    """The number of the house, with its letter: "two twenty one b"."""
    number = None if ordinal(said, index) else _number(said, index)
    if number is None:
        return None
    letter, after = word_at(said, number[1]), word_at(said, number[1] + 1)
    initial = len(letter) == 1 and letter.isalpha() and letter not in DIRECTIONS
    if initial and len(after) != 1 and after not in TYPES:
        return number[0] + letter.upper(), number[1] + 1
    return number


def _is_type(said: Sequence[str], index: int) -> bool:
    return word_at(said, index) in TYPES


def _direction(said: Sequence[str], index: int) -> _Part:
    """As in "north", "north west", "n w": nothing when the word is the street's own name ("north street")."""
    first, second = word_at(said, index), word_at(said, index + 1)
    if first not in DIRECTIONS or _is_type(said, index + 1) or _is_spelled(said, index):
        return "", index
    joined = (DIRECTIONS[first] + DIRECTIONS.get(second, "")).lower()
    if second in DIRECTIONS and joined in DIRECTIONS:
        return DIRECTIONS[joined], index + 2
    return DIRECTIONS[first], index + 1


def _is_spelled(said: Sequence[str], index: int) -> bool:
    """Whether letters go on, so that "w e i r lane" is no west."""
    letters = takewhile(lambda word: len(word) == 1 and word.isalpha(), said[index:])
    return sum(1 for _ in letters) > _LONGEST_DIRECTION


def _street(said: Sequence[str], start: int, *, ranked: bool) -> _Part | None:
    """The name of the street and what kind it is; with ``ranked`` "third" alone will do."""
    names: list[str] = []
    index = start
    while index < len(said) and len(names) <= _MOST_NAME_WORDS and not _stops(said, index, start):
        word = said[index]
        if _is_type(said, index) and names and not _is_type(said, index + 1) and not _is_saint(said, index, start):
            return _with_its_number(said, index, names)
        name, index = _name_word(said, index, first=index == start)
        names.append(name)
        if word in _TYPES_BY_NUMBER and _is_type(said, index) and index == start + 1:
            return _with_its_number(said, index, names)
    whole = bool(names) and len(names) <= _MOST_NAME_WORDS and (ranked or not names[0][:1].isdecimal())
    return (" ".join(names), index) if whole else None


def _is_saint(said: Sequence[str], index: int, start: int) -> bool:
    return said[index] == "st" and index == start


def _with_its_number(said: Sequence[str], index: int, names: Sequence[str]) -> _Part:
    kind = TYPES[said[index]]
    number = _number(said, index + 1) if kind in NUMBERED else None
    words = (*names, kind, number[0]) if number else (*names, kind)
    return " ".join(words), number[1] if number else index + 1


def _stops(said: Sequence[str], index: int, start: int) -> bool:
    """Whether no name goes on here: courtesies, the number of a home, verbs; directions after a name."""
    word = said[index]
    after_name = index > start
    return (
        word in _NO_NAME
        or word in COURTESIES
        or word in CORRECTIONS
        or (word in UNITS and after_name)
        or (is_number_word(word) and not ordinal(said, index) and not _is_highway(said, index, start))
    )


def _is_highway(said: Sequence[str], index: int, start: int) -> bool:
    """Whether the number at ``index`` is the name of a highway: "highway twenty six"."""
    return index == start + 1 and TYPES.get(said[start]) in NUMBERED


def _name_word(said: Sequence[str], index: int, *, first: bool) -> _Part:
    """One word of a name as it is written; ordinals in figures, spelled names joined."""
    word = said[index]
    rank = ordinal(said, index)
    if rank:
        return _ranked(rank[0]), rank[1]
    number = _number(said, index)
    if number:
        return number
    letters = next((one for one in spelled(said[index:], code_words=False, signs=False) if one.start == 0), None)
    if letters and letters.value.isalpha():
        is_short = len(letters.value) <= _LONGEST_INITIALS
        return letters.value.upper() if is_short else as_name([letters.value]), index + letters.end
    if word == "st" and first:
        return "St", index + 1
    if word in TYPES:
        return TYPES[word], index + 1
    if word in SMALL and not first:
        return word, index + 1
    return DIRECTIONS.get(word, as_name([word])) if len(word) > 1 else word.upper(), index + 1


def _ranked(number: int) -> str:
    """42 as 42nd."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _unit(said: Sequence[str], index: int) -> _Part:
    """As in "apartment four b", "suite three hundred", "unit number b"."""
    name = UNITS.get(word_at(said, index))
    at = index + 1
    if name and said[index] != "number" and word_at(said, at) == "number":
        at += 1
    if name is None:
        return "", index
    number = _number(said, at)
    end = number[1] if number else at
    letter = word_at(said, end)
    has_letter = len(letter) == 1 and letter.isalpha()
    if number is None and not has_letter:
        return "", index
    after_letter = _number(said, end + 1) if has_letter and number is None else None
    text = (number[0] if number else "") + (letter.upper() if has_letter else "")
    return f"{name} {text}{after_letter[0] if after_letter else ''}", (
        after_letter[1] if after_letter else end + has_letter
    )
