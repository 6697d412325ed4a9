"""Dates counted from another: "tomorrow", "in two weeks", "three days ago", "a week from tuesday"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ivr.understanding.calendar_words import word_at
from ivr.understanding.dated import Dated, Pattern, days_on, months_on
from ivr.understanding.month_days import day_by_name, day_then_month, month_then_day
from ivr.understanding.numerals import cardinal
from ivr.understanding.weekdays import weekday
from ivr.understanding.wording import word_lists

_DAYS = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}

_NEAR = dict(
    zip(
        word_lists(
            "the day after tomorrow;day after tomorrow;the day before yesterday;day before yesterday;tomorrow;"
            "yesterday;today;tonight;this morning;this afternoon;this evening;right now;same day"
        ),
        (2, 2, -2, -2, 1, -1, 0, 0, 0, 0, 0, 0, 0),
        strict=True,
    )
)
"""Days from today; longer phrases before shorter ones."""

_HEDGES = frozenset(("about", "around", "like", "roughly", "exactly", "maybe"))

_Span = tuple[int, int, int]
"""Days, months, and the index of the word after them."""


def near(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "tomorrow", "the day after tomorrow", "today"."""
    for phrase, days in _NEAR.items():
        if tuple(said[index : index + len(phrase)]) == phrase:
            return Dated(days_on(today, days), index, index + len(phrase), complete=True)
    return None


def from_today(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "in two weeks", "two weeks from now", "three days ago"."""
    start = index + (word_at(said, index) in ("in", "within"))
    start += start > index and word_at(said, start) in _HEDGES
    span = _span(said, start)
    if span is None:
        return None
    days, months, end = span
    after = (word_at(said, end), word_at(said, end + 1))
    if after[0] == "ago":
        return Dated(_moved(today, -days, -months), index, end + 1, complete=True)
    if after in (("from", "now"), ("from", "today"), ("after", "today")):
        return Dated(_moved(today, days, months), index, end + 2, complete=True)
    if start > index:
        return Dated(_moved(today, days, months), index, end + (after[0] in ("time", "from")), complete=True)
    return None


def from_a_day(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "a week from tuesday", "two days after christmas", "a week before june third", "a week tomorrow"."""
    span = _span(said, index)
    if span is None:
        return None
    days, months, end = span
    way = word_at(said, end)
    at = end + (way in ("from", "after", "before", "on"))
    base = next((one for pattern in _BASES if (one := pattern(said, at, today))), None)
    if base is None or base.value is None or base.start != at:
        return None
    sign = -1 if way == "before" else 1
    return Dated(_moved(base.value, sign * days, sign * months), index, base.end, complete=True)


def _span(said: Sequence[str], index: int) -> _Span | None:
    """How much time: "two weeks", "a couple of days", "a fortnight"."""
    word = word_at(said, index)
    if word == "the" and word_at(said, index + 2) in ("before", "after"):
        amount, after = 1, index + 1
    elif word in ("a", "an", "one"):
        amount, after = 1, index + 1
        if word_at(said, after) == "couple":
            amount, after = 2, after + 1 + (word_at(said, after + 1) == "of")
    else:
        counted = cardinal(said, index) if index < len(said) else None
        if counted is None:
            return None
        amount, after = counted
    unit = word_at(said, after)
    if unit in _DAYS:
        return amount * _DAYS[unit], 0, after + 1
    return (0, amount * _MONTHS[unit], after + 1) if unit in _MONTHS else None


def _moved(start: date, days: int, months: int) -> date | None:
    month = months_on(start, months)
    return days_on(month, days) if month else None


_BASES: tuple[Pattern, ...] = (near, day_by_name, day_then_month, month_then_day, weekday)
PATTERNS: tuple[Pattern, ...] = (near, from_today, from_a_day)
