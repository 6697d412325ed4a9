"""Opening hours in OpenStreetMap syntax: open or not at a moment, until when, and when next.

Public holidays (``PH``) come from the ``holidays`` package, by state: the calendar inside the parser knows only the
day an office has off (3 July 2026), not the holiday itself. They and single exceptional days are written behind the
given rules as rules of their own, where the syntax lets the last one win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets the error

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

BACK = timedelta(days=2)
"""How far back we look for the beginning of what is open now."""

AHEAD = timedelta(days=400)
"""How far ahead we look: a season comes once a year."""

HOLIDAY_RULE = re.compile(r"^(?P<days>(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|SH|PH|-),?)*?\bPH\b[A-Za-z,-]*)\s+(?P<times>.*)$")
"""A rule such as ``Su,PH off``: days of the week and ``PH`` in one list."""


class HoursError(ValueError):
    """Opening hours we cannot read; the message says what is wrong, where, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Status:
    """What holds at ``now``: when open, ``until`` is the end (None: for ever); ``opens`` is the next opening."""

    now: datetime
    open: bool
    until: datetime | None
    opens: datetime | None


def check_hours(text: str) -> str | None:
    """What is wrong with opening hours, in one sentence with its column; None when nothing is.

    >>> check_hours("Mo-Fr 09:00-17:00") is None
    True
    >>> check_hours("Mo-Xx 09:00-17:00")
    "column 4: a day of the week expected at 'Xx 09:00-17:00'. Write for example Mo-Fr 09:00-17:00; Sa 10:00-14:00."
    """
    try:
        OpeningHours(text, auto_country=False, auto_timezone=False)
    except ParserError as error:
        return _explain(text, str(error))
    return None


EXPECTED = {"wday": "a day of the week", "timespan": "a time such as 09:00-17:00"}
"""The parser's words in ours; what it could not place at all is days or times."""


def _explain(text: str, error: str) -> str:
    place = re.search(r"-->\s*\d+:(\d+)", error)
    column = int(place[1]) if place else 1
    found = [words for key, words in EXPECTED.items() if re.search(rf"expected .*\b{key}", error)]
    wanted = found[0] if found else "days such as Mo-Fr or times such as 09:00-17:00"
    rest = text[column - 1 :]
    at = f"at {rest!r}" if rest.strip() else "at the end"
    return f"column {column}: {wanted} expected {at}. Write for example Mo-Fr 09:00-17:00; Sa 10:00-14:00."


@dataclass(frozen=True, slots=True)
class _Change:
    """Open ``ends``, or else begins, ``at``; None is beyond what we look at."""

    ends: bool
    at: datetime | None


class OpeningTimes:
    """The opening times of one place."""

    def __init__(
        self,
        hours: str,
        timezone: str,
        *,
        holidays: str = "",
        closed_on_holidays: bool = False,
        exceptions: Mapping[str, str] | None = None,
        point: tuple[float, float] | None = None,
    ) -> None:
        """``holidays`` is a region (``US-OR``) for ``PH``; ``exceptions`` are dates (``2026-12-24``) with their hours.

        With ``closed_on_holidays`` the place is closed on these days unless ``hours`` speak of ``PH`` themselves.
        ``point`` (latitude, longitude) is for hours such as ``sunrise-sunset``.

        Raises:
            HoursError: when something cannot be read.
        """
        problem = check_hours(hours)
        if problem:
            raise HoursError(problem)
        self._zone = zone_of(timezone)
        self._region = holidays
        self._point = point
        self._plain, self._holiday_rules = _part_holidays(hours)
        if holidays and closed_on_holidays and not re.search(r"\bPH\b", hours):
            self._holiday_rules = ("off",)
        self._exceptions = tuple(_exception_rule(day, text) for day, text in sorted((exceptions or {}).items()))
        if self._holiday_rules:
            public_holidays(holidays or "US", 2000)  # an unknown region is a mistake now, not during a call
        self._parsed: dict[int, OpeningHours] = {}
        self._latest: tuple[float, float, _Change] = (0.0, 0.0, _Change(False, None))
        try:
            self._rules(2000)
        except ParserError:  # a use of PH we cannot take apart (``PH -1 day``): the parser's own calendar has to do
            self._plain, self._holiday_rules = hours, ()

    def is_open(self, at_s: float) -> bool:
        """Whether the place is open at ``at_s``."""
        return self.status(at_s).open

    def on(self, day: date) -> list[tuple[datetime, datetime]]:
        """When the place is open on a day: each time with its end, which may be in the night after."""
        midnight = datetime.combine(day, datetime.min.time(), self._zone)
        next_day = midnight + timedelta(days=1)
        found = []
        for start, end in self._spans(midnight + timedelta(hours=12)):
            if start >= next_day:
                break
            last = end or next_day
            if start >= midnight:
                found.append((start, last))
            elif last >= next_day:  # what ends this morning belongs to the night before
                found.append((midnight, next_day))
        return found

    def status(self, at_s: float) -> Status:
        """What holds at ``at_s``."""
        now = datetime.fromtimestamp(at_s, self._zone)
        from_s, until_s, change = self._latest
        if not from_s <= at_s < until_s:
            change = self._change(now, at_s)
            if change.at:  # until then nothing changes: who asks about many places at once asks often
                self._latest = at_s, change.at.timestamp(), change
        return Status(now, change.ends, change.at if change.ends else None, None if change.ends else change.at)

    def is_holiday(self, at_s: float) -> bool:
        """Whether ``at_s`` is on a public holiday of the region; without a region there are none."""
        day = datetime.fromtimestamp(at_s, self._zone).date()
        return bool(self._region) and day in public_holidays(self._region, day.year)

    def _change(self, now: datetime, at_s: float) -> _Change:
        """The first change after ``at_s``, which is ``now``."""
        for start, end in self._spans(now):
            if end is not None and end.timestamp() <= at_s:
                continue
            return _Change(True, end) if start.timestamp() <= at_s else _Change(False, start)
        return _Change(False, None)

    def _spans(self, now: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """When the place is open, from a little before ``now``; an end of None is beyond what we look at."""
        last = now + AHEAD
        begun: datetime | None = None
        for start, _, state, _ in self._rules(now.year).intervals(now - BACK, last):
            if state == State.OPEN:
                begun = begun or start
            elif begun:
                yield begun, start
                begun = None
        if begun:
            yield begun, None

    def _rules(self, year: int) -> OpeningHours:
        """The parsed rules with the holidays of the years around ``year`` written out."""
        key = year if self._holiday_rules else 0
        if key not in self._parsed:
            rules = [self._plain] if self._plain else []
            days = _dates(day for y in (key - 1, key, key + 1, key + 2) for day in self._holidays(y))
            rules += [f"{days} {times}" for times in self._holiday_rules if days]
            text = "; ".join([*rules, *self._exceptions]) or "off"
            self._parsed[key] = OpeningHours(
                text, timezone=self._zone, country="US", coords=self._point, auto_country=False, auto_timezone=False
            )
        return self._parsed[key]

    def _holidays(self, year: int) -> tuple[date, ...]:
        return public_holidays(self._region or "US", year) if self._holiday_rules else ()


def zone_of(timezone: str) -> ZoneInfo:
    """The time zone called ``timezone``.

    Raises:
        HoursError: when there is none of that name.
    """
    try:
        return ZoneInfo(timezone)
    except (ValueError, OSError, KeyError) as error:
        raise HoursError(f"{timezone!r} is not a time zone. Write for example America/Los_Angeles.") from error


@lru_cache(maxsize=512)
def public_holidays(region: str, year: int) -> tuple[date, ...]:
    """The public holidays of a country or state (``US``, ``US-OR``), with the days they are observed on.

    Raises:
        HoursError: when the region is not known.
    """
    import holidays

    country, _, part = region.partition("-")
    try:
        return tuple(sorted(holidays.country_holidays(country, subdiv=part or None, years=year)))
    except NotImplementedError as error:
        raise HoursError(f"{region!r} has no holiday calendar. Write for example US-OR.") from error


def _part_holidays(hours: str) -> tuple[str, tuple[str, ...]]:
    """``hours`` without ``PH`` where that stands in a list of days, and what applies on public holidays."""
    plain, on_holidays = [], []
    for rule in hours.split(";") if '"' not in hours else [hours]:
        found = HOLIDAY_RULE.match(rule.strip())
        if not found:
            plain.append(rule.strip())
            continue
        on_holidays.append(found["times"])
        days = [day for day in found["days"].split(",") if day != "PH"]
        if days:
            plain.append(f"{','.join(days)} {found['times']}")
    return "; ".join(plain), tuple(on_holidays)


def _exception_rule(day: str, hours: str) -> str:
    """One exceptional day as a rule of the syntax."""
    try:
        when = date.fromisoformat(day)
    except ValueError as error:
        raise HoursError(f"{day!r} is not a date. Write for example 2026-12-24.") from error
    times = {"closed": "off", "open": "00:00-24:00"}.get(hours.strip().lower(), hours.strip())
    if not re.match(r"\d|off$|sun|dawn|dusk|\(", times) or not times or _is_bad(f"{_dates([when])} {times}"):
        raise HoursError(f"{hours!r} are not the hours of one day. Write for example 09:00-14:00, or closed.")
    return f"{_dates([when])} {times}"


def _is_bad(rule: str) -> bool:
    try:
        OpeningHours(rule, auto_country=False, auto_timezone=False)
    except ParserError:
        return True
    return False


def _dates(days: Iterator[date] | list[date]) -> str:
    """Dates in the syntax of the rules."""
    return ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day:02}" for day in days)
