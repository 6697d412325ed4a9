"""The times that visitors may choose to be called at: whole hours of the next days, by the company's clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

HOUR_S = 3600
AHEAD_HOURS = 72
"""Three days: what is further away is better said in a call. A guess."""
MOST = 24


@dataclass(frozen=True, slots=True)
class Slot:
    """A time, and how it is shown."""

    at_s: float
    shown: str


def times_of(now_s: float, timezone: str, is_open: Callable[[float], bool]) -> list[Slot]:
    """The next hours at which somebody is there to call."""
    first_s = (int(now_s) // HOUR_S + 1) * HOUR_S
    hours = (float(first_s + HOUR_S * hour) for hour in range(AHEAD_HOURS))
    return [Slot(at_s, written_time(at_s, timezone)) for at_s in hours if is_open(at_s)][:MOST]


def written_time(at_s: float, timezone: str) -> str:
    """As a visitor reads it.

    >>> written_time(1_700_000_000, "America/Los_Angeles")
    'Tuesday, 14 November, 2:13 PM (PST)'
    """
    return datetime.fromtimestamp(at_s, ZoneInfo(timezone)).strftime("%A, %-d %B, %-I:%M %p (%Z)")
