"""How a value is spoken: what stands behind the bar in ``{order|digits}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def _digits(value: str) -> str:
    return " ".join(character for character in value if not character.isspace())


def _spell(value: str) -> str:
    """With commas, or a voice reads a lone "a" as an article."""
    return ", ".join(character for character in value if not character.isspace())


def _phone(value: str) -> str:
    """A phone number in groups: +15035550100 is ``5 0 3, 5 5 5, 0 1 0 0``."""
    digits = re.sub(r"\D", "", value)
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    groups = [digits[:3], digits[3:6], digits[6:]] if len(digits) == 10 else [digits]
    return ", ".join(" ".join(group) for group in groups if group)


def _money(value: str) -> str:
    """An amount in words that a voice reads well: 12.50 is ``12 dollars and 50 cents``."""
    match = re.fullmatch(r"\s*\$?([0-9][0-9,]*)(?:\.([0-9]{1,2})[0-9]*)?\s*", value)
    if match is None:
        return value
    whole, cents = match[1].strip(","), int((match[2] or "0").ljust(2, "0"))
    parts = [f"{whole} dollar{'' if whole == '1' else 's'}"] if whole != "0" or not cents else []
    parts += [f"{cents} cent{'' if cents == 1 else 's'}"] if cents else []
    return " and ".join(parts)


def _date(value: str) -> str:
    """A date, or the date of a moment, as it is said; what is no date stays as it is.

    >>> _date("2026-11-23"), _date("2024-02-29T08:00:00Z"), _date("2026-02-29")
    ('Monday, November 23rd, 2026', 'Thursday, February 29th, 2024', '2026-02-29')
    """
    match = re.fullmatch(r"\s*(\d{4})-(\d{2})-(\d{2})(?:[T ].{0,40})?\s*", value, re.ASCII)
    if match is None:
        return value
    year, month, day = (int(part) for part in match.groups())
    if not (year and 1 <= month <= 12 and 1 <= day <= _length(year, month)):
        return value
    weekday = WEEKDAYS[_weekday(year, month, day)]
    return f"{weekday}, {MONTHS[month - 1]} {day}{SUFFIXES.get(day, 'th')}, {year}"


def _length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _weekday(year: int, month: int, day: int) -> int:
    """0 for Monday. Source: T. Sakamoto's method, comp.lang.c 1993."""
    year -= month < 3
    shift = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)[month - 1]
    return (year + year // 4 - year // 100 + year // 400 + shift + day - 1) % 7


def _time(value: str) -> str:
    """A time of day, or that of a moment as it is written there, as it is said; what is none stays as it is.

    >>> _time("14:30"), _time("2026-11-23T09:00:00-08:00"), _time("00:05"), _time("25:00")
    ('2:30 PM', '9 AM', '12:05 AM', '25:00')
    """
    match = re.fullmatch(r"\s*(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):(\d{2})(?:[:.+Z-].{0,30})?\s*", value, re.ASCII)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return value
    hour, minute = int(match[1]), match[2]
    return f"{hour % 12 or 12}{'' if minute == '00' else f':{minute}'} {'AM' if hour < 12 else 'PM'}"


FILTERS: Mapping[str, Callable[[str], str]] = {
    "digits": _digits,
    "spell": _spell,
    "phone": _phone,
    "money": _money,
    "date": _date,
    "time": _time,
    "lower": str.lower,
}
