"""Dates by month and day: "twenty third of june", "june third twenty twenty seven", "the third", "christmas eve"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ivr.understanding.calendar_words import DAYS_BY_NAME, MONTHS, Reading, ordinal, small_number, word_at, year
from ivr.understanding.dated import Dated, Pattern, day_or_none, latest_date, month_end, month_start, next_date
from ivr.understanding.numerals import DIGITS, SOUND_ALIKES
from ivr.understanding.wording import COURTESIES, word_set

_NO_DAYS = word_set(
    "one ones option options available time times thing appointment opening slot choice date person half hour minute "
    "street avenue floor"
)
"""Before these words "the first" counts something else."""

_COUNTING = word_set("a an one just every each")
_WHICH = word_set("last next this")
_MONTHS_ON = {"this": 0, "the": 0, "next": 1, "last": -1}


def month_then_day(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "june twenty third", "june the third twenty twenty seven". A month and a year alone are no date."""
    at = index + (word_at(said, index) in _WHICH)
    month = MONTHS.get(word_at(said, at))
    start = at + 1 + (word_at(said, at + 1) == "the")
    day = (ordinal(said, start) or small_number(said, start) or _misheard_day(said, start)) if month else None
    if month is None or day is None or day[0] > 31:
        return None
    found = in_its_year(said, (index, day[1], day[1]), (month, day[0]), today)
    only_year = year(said, start, today.year)
    if only_year and only_year[1] > day[1] and only_year[1] >= found.end:
        return Dated(None, index, only_year[1])
    return found


def _misheard_day(said: Sequence[str], index: int) -> Reading | None:
    """A day's number as it may be misheard, where it is the last word: "august ate"."""
    alike = SOUND_ALIKES.get(word_at(said, index), "a")
    ends = all(word in COURTESIES for word in said[index + 1 :])
    return (DIGITS[alike], index + 1) if ends and alike in DIGITS else None


def day_then_month(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "the twenty third of june", "third june", "five june"."""
    start = index + (word_at(said, index) == "the")
    ranked = ordinal(said, start)
    day = ranked or small_number(said, start)
    of = 1 if day and word_at(said, day[1]) == "of" else 0
    month = MONTHS.get(word_at(said, day[1] + of)) if day else None
    if day is None or month is None:
        return None
    after = day[1] + of + 1
    if not ranked and not of and ordinal(said, after + (word_at(said, after) == "the")):
        return None  # "at four june third"
    return in_its_year(said, (index, after, after), (month, day[0]), today)


def day_of_a_month(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "the fifth of next month", "the last day of june"."""
    start = index + (word_at(said, index) == "the")
    ends = 2 * (tuple(said[start : start + 2]) == ("last", "day")) or int(word_at(said, start) == "end")
    is_last = bool(ends)
    day = (0, start + ends) if is_last else ordinal(said, start)
    if day is None or word_at(said, day[1]) != "of":
        return None
    first, end = a_month(said, day[1] + 1, today, by_name=is_last)
    if first is None:
        return None
    if said[day[1] + 1] == "the" and not is_last:
        return Dated(_coming(day[0], today), index, end, complete=True)
    return Dated(month_end(first) if is_last else day_or_none(first.year, first.month, day[0]), index, end, True)


def a_month_then_day(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "next month on the fifth"."""
    first, end = a_month(said, index, today, by_name=False)
    end += word_at(said, end) == "on"
    day = ordinal(said, end + (word_at(said, end) == "the")) if first else None
    return Dated(day_or_none(first.year, first.month, day[0]), index, day[1], True) if first and day else None


def a_month(said: Sequence[str], index: int, today: date, *, by_name: bool) -> tuple[date | None, int]:
    """The first day of "this month", "next month", "the month" or a month by name, and where the words end."""
    which = word_at(said, index)
    if word_at(said, index + 1) == "month" and which in _MONTHS_ON:
        return month_start(today, _MONTHS_ON[which]), index + 2
    if by_name and which in MONTHS:
        return month_start(today, (MONTHS[which] - today.month) % 12), index + 1
    return None, index


def year_then_day(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "nineteen eighty four march fifth"."""
    in_year = year(said, index, today.year)
    if in_year is None or not (in_year[1] > index + 1 or len(said[index]) == len("2026")):
        return None
    rest = month_then_day(said, in_year[1], today) or day_then_month(said, in_year[1], today)
    if rest is None or rest.value is None or rest.complete:
        return None
    return replace(rest, start=index, value=day_or_none(in_year[0], rest.value.month, rest.value.day), complete=True)


def day_by_name(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "christmas eve", "new year's day twenty twenty eight"."""
    start = index + (word_at(said, index) in _WHICH)
    for name, month_day in DAYS_BY_NAME.items():
        end = start + len(name)
        if tuple(said[start:end]) == name:
            return in_its_year(said, (index, end, end), month_day, today)
    return None


def bare_day(said: Sequence[str], index: int, today: date) -> Dated | None:
    """As in "the third": of this month, or of the next one in which that day is still to come."""
    start = index + (word_at(said, index) == "the")
    day = ordinal(said, start)
    if day is None or word_at(said, day[1]) in _NO_DAYS or (start == index and word_at(said, index - 1) in _COUNTING):
        return None
    return Dated(_coming(day[0], today), index, day[1], by="day")


def _coming(day: int, today: date) -> date | None:
    """The next such day of a month, in this month or one of the two after it."""
    firsts = (month_start(today, ahead) for ahead in range(3))
    days = (one for first in firsts if (one := day_or_none(first.year, first.month, day)) and one >= today)
    return next(days, None)


def in_its_year(said: Sequence[str], place: tuple[int, int, int], month_day: tuple[int, int], today: date) -> Dated:
    """The date ``month_day`` in the year said after it, or else the next such date ("last june third": the latest).

    ``place`` is where the date begins, where it ends, and where a year would begin.
    """
    start, end, after = place
    in_year = year(said, after + (word_at(said, after) in ("of", "in")), today.year)
    if in_year:
        may_go_on = in_year[0] % 100 == 20 and said[in_year[1] - 1] == "twenty"
        return Dated(day_or_none(in_year[0], *month_day), start, in_year[1], complete=not may_go_on)
    if word_at(said, start) == "last":
        return Dated(latest_date(*month_day, today), start, end)
    return Dated(next_date(*month_day, today), start, end)


PATTERNS: tuple[Pattern, ...] = (
    month_then_day,
    day_then_month,
    day_of_a_month,
    a_month_then_day,
    year_then_day,
    day_by_name,
    bare_day,
)
