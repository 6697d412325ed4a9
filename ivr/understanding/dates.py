"""Dates in speech: "twenty third of june", "next tuesday", "in two weeks", "six twenty three".

A date without a year is the next such date. "Next tuesday" is the Tuesday of next week (weeks begin on Monday), a bare
"tuesday" the first one after today. A day that does not exist is said, but is no date: its value is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ivr.understanding import date_figures, month_days, relative_dates, weekdays
from ivr.understanding.dated import Dated, Pattern, day_or_none
from ivr.understanding.wording import is_corrected

_BOUNDS = frozenset(("after", "before", "since"))
"""After these words a date says only where the wanted one lies."""

_WORDED = (*weekdays.PATTERNS, *relative_dates.PATTERNS, *month_days.PATTERNS)


def dates(said: Sequence[str], today: date) -> list[Dated]:
    """All dates in ``said``, in order. Dates in bare figures count only when there are no others.

    >>> [str(one.value) for one in dates("june third no the fourth".split(), date(2026, 6, 10))]
    ['2027-06-03', '2027-06-04']
    """
    kept: list[Dated] = []
    for one in _scan(said, today, _WORDED) or _scan(said, today, date_figures.PATTERNS):
        before = kept[-1] if kept else None
        both = _together(before, one, corrected=is_corrected(said[before.end : one.start])) if before else None
        if both:
            kept[-1:] = both
        else:
            kept.append(one)
    return kept


def _scan(said: Sequence[str], today: date, patterns: Sequence[Pattern]) -> list[Dated]:
    """The longest reading at each place."""
    found: list[Dated] = []
    index = 0
    while index < len(said):
        readings = [one for pattern in patterns if (one := pattern(said, index, today))]
        if readings:
            best = max(readings, key=lambda one: one.end)
            found.append(replace(best, value=None) if index and said[index - 1] in _BOUNDS else best)
        index = found[-1].end if readings else index + 1
    return found


def _together(before: Dated, one: Dated, *, corrected: bool) -> tuple[Dated, ...]:
    """Two dates as one where they agree ("the fourth, a thursday"); a corrected day stays in its month."""
    if before.value is None or one.value is None:
        return ()
    if corrected and one.by == "day" and before.by != "weekday":
        return before, replace(one, value=day_or_none(before.value.year, before.value.month, one.value.day))
    if not corrected and before.value.weekday() == one.value.weekday():
        if one.by == "weekday":
            return (replace(before, end=one.end),)
        if before.by == "weekday":
            return (replace(one, start=before.start),)
    return ()
