"""Opening times as sentences that can be spoken, such as ``It is open until 8 PM tonight``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ivr.locator.opening_times import Status

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

EVENING_HOUR = 18
"""Later closing times than this are ``tonight``."""

MORNING_HOUR = 6
"""Closing before this is felt to belong to the night before."""


def open_until(status: Status, subject: str = "It is") -> str:
    """How long a place is open, or when it opens."""
    if not status.open:
        who = subject.split(maxsplit=1)[0]
        if status.opens is None:
            return f"{subject} closed for now."
        return f"{who} {'opens' if who == 'It' else 'open'} {opening(status.opens, status.now)}."
    if status.until is None or _days(status.now, status.until) > 7:
        return f"{subject} open around the clock."
    return f"{subject} open until {closing(status.until, status.now)}."


def opens_again(status: Status) -> str:
    """When a business opens again, in its own words; empty when never."""
    if status.open:
        return open_until(status, "We are")
    return f"We open again {_again(status.opens, status.now)}." if status.opens else ""


def on_day(spans: Sequence[tuple[datetime, datetime]], of: date) -> str:
    """The hours of a day, such as ``On Sunday, November 29 it is open from 10 AM to 6 PM``."""
    when = f"On {DAYS[of.weekday()]}, {MONTHS[of.month - 1]} {of.day}"
    if not spans:
        return f"{when} it is closed."
    if any(end - start >= timedelta(hours=24) for start, end in spans):
        return f"{when} it is open around the clock."
    told = [f"from {clock(start)} to {clock(end)}" for start, end in spans]
    return f"{when} it is open {' and '.join(told)}."


def clock(moment: datetime) -> str:
    """A time of day: ``9 AM``, ``9:30 PM``, ``noon``, ``midnight``."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "noon" if moment.hour else "midnight"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes} {'AM' if moment.hour < 12 else 'PM'}"


def opening(moment: datetime, now: datetime) -> str:
    """When something opens: ``at 9 AM tomorrow``, ``on Monday at 9 AM``."""
    days = _days(now, moment)
    if days > 1:
        return f"on {day(moment, now)} at {clock(moment)}"
    return f"at {clock(moment)} {'tomorrow' if days else 'today'}"


def closing(moment: datetime, now: datetime) -> str:
    """When something closes: ``8 PM tonight``, ``6 PM``, ``2 AM``, ``6 PM on Monday``."""
    of_night = moment - timedelta(hours=MORNING_HOUR)  # 2 AM is still the night before
    days = _days(now, of_night) if moment.hour < MORNING_HOUR else _days(now, moment)
    if days <= 0:
        late = moment.hour > EVENING_HOUR or (moment.hour == EVENING_HOUR and moment.minute > 0)
        at_midnight = moment.hour == 0 and moment.minute == 0
        return f"{clock(moment)} tonight" if late or at_midnight else clock(moment)
    if days == 1:
        return f"{clock(moment)} tomorrow"
    return f"{clock(moment)} on {day(of_night if moment.hour < MORNING_HOUR else moment, now)}"


def day(moment: datetime, now: datetime) -> str:
    """A day within the week by its name, a later one by its date."""
    if _days(now, moment) < 7:
        return DAYS[moment.weekday()]
    return f"{MONTHS[moment.month - 1]} {moment.day}"


def _again(moment: datetime, now: datetime) -> str:
    """``today at 1 PM``, ``tomorrow at 9 AM``, ``on Monday at 9 AM``."""
    days = _days(now, moment)
    when = ("today", "tomorrow")[days] if days < 2 else f"on {day(moment, now)}"
    return f"{when} at {clock(moment)}"


def _days(start: datetime, end: datetime) -> int:
    """Midnights between two moments of one time zone."""
    return (end.date() - start.date()).days
