"""Dates by the day of the week: "next tuesday", "tuesday the twenty third", "friday week", "the monday after next"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ivr.understanding.calendar_words import WEEKDAYS, ordinal, word_at
from ivr.understanding.dated import Dated, Pattern, day_or_none, days_on, month_end, month_start
from ivr.understanding.month_days import a_month, day_then_month, month_then_day
from ivr.understanding.wording import word_lists

_WEEK = 7
_SEARCHED_MONTHS = 14
"""Within so many months every day of the month but the last few is every day of the week."""

_WEEKS_ON = {"this": 0, "next": 1, "last": -1}
_NAMED_TWICE = (day_then_month, month_then_day)


def weekday(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "tuesday", "this coming tuesday", "next tuesday", "last tuesday"."""
    start = index + (word_at(said, index) == "the")
    which = word_at(said, start)
    start += which in _WEEKS_ON
    start += word_at(said, start) == "coming"
    number = WEEKDAYS.get(word_at(said, start))
    if number is None:
        return None
    if which == "next":
        value = _of_week(number, 1, today)
    elif which == "last":
        value = days_on(today, -(((today.weekday() - number - 1) % _WEEK) + 1))
    else:
        value = _coming(number, today, from_today=which == "this")
    bare = which not in ("next", "last")
    return Dated(value, index, start + 1, complete=not bare, by="weekday" if bare else "")


def weekday_of_a_week(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "tuesday next week", "tuesday of this week", "tuesday week", "the tuesday after next"."""
    start = index + (word_at(said, index) == "the")
    number = WEEKDAYS.get(word_at(said, start))
    if number is None:
        return None
    at = start + 1 + (word_at(said, start + 1) in ("of", "in"))
    which, week = word_at(said, at), word_at(said, at + 1)
    if which in _WEEKS_ON and week == "week":
        return Dated(_of_week(number, _WEEKS_ON[which], today), index, at + 2, complete=True)
    if which == "week":
        return Dated(_coming(number, today, weeks=1), index, at + 1, complete=True)
    if (which, week) == ("after", "next"):
        return Dated(_of_week(number, 2, today), index, at + 2, complete=True)
    return None


def week_then_weekday(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "next week tuesday", "next week on tuesday"."""
    weeks, after = _WEEKS_ON.get(word_at(said, index)), index + 2
    if tuple(said[index : index + 3]) == ("week", "after", "next"):
        weeks, after = 2, index + 3
    elif weeks is None or word_at(said, index + 1) != "week":
        return None
    at = after + (word_at(said, after) == "on")
    number = WEEKDAYS.get(word_at(said, at))
    if number is None or weeks is None:
        return None
    return Dated(_of_week(number, weeks, today), index, at + 1, complete=True)


def weekday_and_date(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "tuesday the twenty third", "tuesday june twenty third": both must be true."""
    start = index + (word_at(said, index) in ("this", "next"))
    number = WEEKDAYS.get(word_at(said, start))
    if number is None:
        return None
    rest = next((one for pattern in _NAMED_TWICE if (one := pattern(said, start + 1, today))), None)
    if rest:
        right = rest.value is not None and rest.value.weekday() == number
        return replace(rest, start=index, value=rest.value if right else None)
    at = start + 1 + (word_at(said, start + 1) == "the")
    day = ordinal(said, at)
    return Dated(_day_on(number, day[0], today), index, day[1]) if day else None


def nth_weekday(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "the second monday in july", "the last friday of the month"."""
    start = index + (word_at(said, index) == "the")
    rank = (0, start + 1) if word_at(said, start) == "last" else ordinal(said, start)
    number = WEEKDAYS.get(word_at(said, rank[1])) if rank else None
    if rank is None or number is None or word_at(said, rank[1] + 1) not in ("in", "of"):
        return None
    month, end = a_month(said, rank[1] + 2, today, by_name=True)
    if month is None:
        return None
    return Dated(_nth(number, rank[0], month, today), index, end, complete=True)


def feast(said: Sequence[str], index: int, today: date) -> Dated | None:
    """Days that are a certain weekday of a month: "thanksgiving", "labor day"."""
    start = index + (word_at(said, index) in ("this", "next"))
    for name, (month, number, rank) in _FEASTS.items():
        end = start + len(name)
        if tuple(said[start:end]) == name:
            return Dated(_nth(number, rank, month_start(today, (month - today.month) % 12), today), index, end, True)
    return None


_FEASTS = dict(
    zip(
        word_lists(
            "thanksgiving day;thanksgiving;labor day;labour day;memorial day;mother's day;father's day;"
            "martin luther king day;presidents day;president's day;columbus day"
        ),
        (
            *((11, 3, 4), (11, 3, 4), (9, 0, 1), (9, 0, 1), (5, 0, 0), (5, 6, 2), (6, 6, 3)),
            *((1, 0, 3), (2, 0, 3), (2, 0, 3), (10, 0, 2)),
        ),
        strict=True,
    )
)
"""Month, day of the week (Monday is 0) and which of the month (0 is the last)."""


def _nth(number: int, rank: int, month: date, today: date) -> date | None:
    """The weekday ``number`` for the ``rank``-th time (0: the last time) in ``month``; a year later if that is over."""
    for first in (month, month_start(month, 12)):
        if rank:
            ahead = (number - first.weekday()) % _WEEK + (rank - 1) * _WEEK
            found = day_or_none(first.year, first.month, 1 + ahead)
        else:
            last = month_end(first)
            found = days_on(last, -((last.weekday() - number) % _WEEK))
        if found and found >= today:
            return found
    return None


def _coming(number: int, today: date, *, weeks: int = 0, from_today: bool = False) -> date | None:
    ahead = (number - today.weekday()) % _WEEK
    return days_on(today, (ahead if ahead or from_today else _WEEK) + weeks * _WEEK)


def _of_week(number: int, weeks: int, today: date) -> date | None:
    return days_on(today, number - today.weekday() + weeks * _WEEK)


def _day_on(number: int, day: int, today: date) -> date | None:
    """The next such day of the month that is the weekday ``number``."""
    firsts = (month_start(today, ahead) for ahead in range(_SEARCHED_MONTHS))
    days = (one for first in firsts if (one := day_or_none(first.year, first.month, day)))
    return next((one for one in days if one >= today and one.weekday() == number), None)


PATTERNS: tuple[Pattern, ...] = (
    weekday,
    weekday_of_a_week,
    week_then_weekday,
    weekday_and_date,
    nth_weekday,
    feast,
)
