"""Dates in bare figures: "six twenty three", "zero six two three", "12/24/2026", "2026-06-23"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ivr.understanding.calendar_words import small_number, word_at, year
from ivr.understanding.dated import Dated, Pattern, day_or_none, next_date
from ivr.understanding.month_days import in_its_year
from ivr.understanding.numerals import figure, is_number_word

_GAPS = frozenset(("slash", "dash", "stroke"))
_BEFORE_TIMES = frozenset(("at", "around", "about"))
_AFTER_TIMES = frozenset(("am", "pm", "a", "p", "o'clock", "in"))
_LENGTHS = (4, 6, 8)
"""Figures in a date written without gaps: month and day, and none, two or four for the year."""


def joined(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "zero six two three", "06232026"."""
    digits, end = "", index
    while end < len(said) and (one := figure(said[end])):
        digits, end = digits + one, end + 1
    return keyed(digits, today, index, end) if end - index in (1, len(digits)) else None


def keyed(digits: str, today: date, start: int = 0, end: int = 0) -> Dated | None:
    """Month, day and perhaps the year in two figures each (four for the year)."""
    if len(digits) not in _LENGTHS:
        return None
    month, day, rest = int(digits[:2]), int(digits[2:4]), digits[4:]
    if not rest:
        return Dated(next_date(month, day, today), start, end)
    in_year = year([rest], 0, today.year)
    return Dated(day_or_none(in_year[0], month, day) if in_year else None, start, end, complete=len(rest) > 2)


def parted(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "six twenty three", "12/24/2026", "2026-06-23"; month before day, unless that cannot be."""
    written = len(word_at(said, index)) == 4 and said[index].isdecimal()
    in_year = year(said, index, today.year) if written else None
    first = small_number(said, in_year[1] if in_year else index)
    second = small_number(said, _past_gap(said, first[1])) if first else None
    if first is None or second is None:
        return None
    month, day = (second[0], first[0]) if first[0] > 12 else (first[0], second[0])
    if not (1 <= month <= 12 and 1 <= day <= 31) or _is_time(said, index, second[1]):
        return None
    if in_year:
        return Dated(day_or_none(in_year[0], month, day), index, second[1], complete=True)
    found = in_its_year(said, (index, second[1], _past_gap(said, second[1])), (month, day), today)
    more = is_number_word(word_at(said, index - 1)) or is_number_word(word_at(said, found.end))
    return None if more else found


def _past_gap(said: Sequence[str], index: int) -> int:
    return index + (word_at(said, index) in _GAPS)


def _is_time(said: Sequence[str], start: int, end: int) -> bool:
    return word_at(said, start - 1) in _BEFORE_TIMES or word_at(said, end) in _AFTER_TIMES


PATTERNS: tuple[Pattern, ...] = (joined, parted)
