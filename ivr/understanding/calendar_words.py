"""The words dates are made of: months, days of the week, ordinal numbers, years, and days with a name of their own."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.understanding.numerals import DIGITS, TEENS, TENS, cardinal
from ivr.understanding.wording import word_lists, word_row

Reading = tuple[int, int]
"""A number and the index of the word after it."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
"""Monday is 0, as in the ISO calendar."""

_ONES = word_row("first second third fourth fifth sixth seventh eighth ninth")
_TEENTHS = word_row(
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ORDINALS = {word: number for number, word in enumerate((*_ONES, *_TEENTHS), 1)}
ORDINALS |= {
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
    "ninetieth": 90,
}
_SUFFIXES = frozenset(("st", "nd", "rd", "th"))

DAYS_BY_NAME = dict(
    zip(
        word_lists(
            "new year's eve;new year's day;new year's;new years eve;new years day;christmas eve;christmas day;"
            "christmas;boxing day;halloween;valentine's day;saint patrick's day;independence day"
        ),
        (
            *((12, 31), (1, 1), (1, 1), (12, 31), (1, 1), (12, 24), (12, 25), (12, 25)),
            *((12, 26), (10, 31), (2, 14), (3, 17), (7, 4)),
        ),
        strict=True,
    )
)
"""Days with the same date every year, as month and day; longer names before shorter ones."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
_YEARS_AHEAD = 20
"""A year of two digits is in this century up to so many years from now: '46 is 2046 in 2026, and '47 is 1947."""


def word_at(said: Sequence[str], index: int) -> str:
    """The word at ``index``, empty past the end."""
    return said[index] if 0 <= index < len(said) else ""


def ordinal(said: Sequence[str], index: int) -> Reading | None:
    """An ordinal number: "twenty third", "third", "23rd".

    >>> ordinal("the twenty third of june".split(), 1)
    (23, 3)
    """
    word, after = word_at(said, index), word_at(said, index + 1)
    if word in TENS and after in _ONES:
        return TENS[word] + ORDINALS[after], index + 2
    if word.isdecimal() and len(word) <= 3 and after in _SUFFIXES:
        return int(word), index + 2
    return (ORDINALS[word], index + 1) if word in ORDINALS else None


def small_number(said: Sequence[str], index: int) -> Reading | None:
    """A number below 100, also with a leading zero: "twenty three", "oh six"; of "thirty two thousand" the thirty."""
    if DIGITS.get(word_at(said, index)) == 0:
        unit = DIGITS.get(word_at(said, index + 1), 0)
        return (unit, index + 2) if unit else None
    one = cardinal(said, index) if index < len(said) else None
    if one and one[0] >= 1000 and said[index] in TENS and said[index + 1] in DIGITS:
        return TENS[said[index]], index + 1
    return one if one and one[0] < 100 else None


def year(said: Sequence[str], index: int, this_year: int) -> Reading | None:
    """A year: "twenty twenty seven", "two thousand and five", "nineteen oh one", "2027", "eighty four", "next year"."""
    named = {"this": 0, "next": 1, "last": -1}.get(word_at(said, index))
    if named is not None and word_at(said, index + 1) == "year":
        return this_year + named, index + 2
    whole = cardinal(said, index) if index < len(said) else None
    if whole is None:
        return None
    if whole[0] in (19, 20):
        rest = small_number(said, whole[1])
        if rest and (rest[0] > 9 or rest[1] == whole[1] + 2):
            return whole[0] * 100 + rest[0], rest[1]
    if FIRST_YEAR <= whole[0] <= LAST_YEAR:
        return whole
    return _short_year(said, index, this_year)


def _short_year(said: Sequence[str], index: int, this_year: int) -> Reading | None:
    """The last two digits of a year: "eighty four", "oh five", "26". Teens are left to the hours of the day."""
    two = small_number(said, index)
    if two is None or not (two[0] >= 20 or len(word_at(said, index)) == 2 or two[1] == index + 2):
        return None
    if two[1] < len(said) and (said[two[1]] in TEENS or small_number(said, two[1])):
        return None
    century = this_year - this_year % 100
    full = century + two[0]
    return (full if full <= this_year + _YEARS_AHEAD else full - 100), two[1]
