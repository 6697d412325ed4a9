"""A date found in a sentence, and the sums of the calendar that are not in the standard library."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_LEAP_YEARS_APART = 8
"""Years until the next 29 February at the latest."""

_MOST_DAYS = 150 * 366
"""Further than this from today no caller has business."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A date said from ``start`` to before ``end``; ``value`` is None for a day that does not exist.

    ``complete``: nothing that follows can make it another. ``by``: "day" when only the day of the month was said,
    "weekday" when only the day of the week was.
    """

    value: date | None
    start: int
    end: int
    complete: bool = False
    by: str = ""


Pattern = Callable[[Sequence[str], int, date], Dated | None]
"""Reads one way of saying a date at an index of a sentence, given today."""


def day_or_none(in_year: int, month: int, day: int) -> date | None:
    """The date, or None when there is no such day."""
    try:
        return date(in_year, month, day)
    except ValueError:
        return None


def next_date(month: int, day: int, today: date) -> date | None:
    """The first such date from today on; None when there is none."""
    years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
    return next((one for in_year in years if (one := day_or_none(in_year, month, day)) and one >= today), None)


def latest_date(month: int, day: int, today: date) -> date | None:
    """The last such date before today; None when there is none."""
    years = range(today.year, today.year - _LEAP_YEARS_APART - 1, -1)
    return next((one for in_year in years if (one := day_or_none(in_year, month, day)) and one < today), None)


def months_on(start: date, months: int) -> date | None:
    """The same day so many months on (or back), or the last day of a month that is too short."""
    in_year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= in_year <= date.max.year:
        return None
    return date(in_year, month + 1, min(start.day, monthrange(in_year, month + 1)[1]))


def days_on(start: date, days: int) -> date | None:
    """So many days on (or back); None when that is out of all bounds."""
    return start + timedelta(days) if abs(days) <= _MOST_DAYS else None


def month_start(today: date, months: int) -> date:
    """The first day of the month so many months on."""
    return months_on(today.replace(day=1), months) or today.replace(day=1)


def month_end(of: date) -> date:
    """The last day of the month of ``of``."""
    return of.replace(day=monthrange(of.year, of.month)[1])
