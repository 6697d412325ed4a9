"""The opening hours of the business by name, as a flow file gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.locator.hours_sentences import open_until, opens_again
from ivr.locator.opening_times import HoursError, OpeningTimes, check_hours, zone_of

__all__ = ["BusinessHours", "HoursError", "OpeningTimes", "check_hours", "open_until", "opens_again"]


class BusinessHours:
    """Implements ``ivr.flows.skills.Hours``; a name nobody gave is always closed."""

    def __init__(self, settings: Mapping[str, Mapping[str, Any]], timezone: str) -> None:
        """``settings`` by name: ``open`` (OpenStreetMap syntax), ``holidays`` (``US-OR``), ``except`` (date: hours).

        Raises:
            HoursError: with every mistake, one a line, each with its name.
        """
        zone_of(timezone)
        problems = []
        self._times: dict[str, OpeningTimes] = {}
        for name, given in settings.items():
            try:
                self._times[name] = _times(given, timezone)
            except HoursError as error:
                problems.append(f"hours.{name}: {error}")
        if problems:
            raise HoursError("\n".join(problems))

    def is_open(self, name: str, at_s: float) -> bool:
        """Whether ``name`` is open."""
        return name in self._times and self._times[name].is_open(at_s)

    def is_holiday(self, name: str, at_s: float) -> bool:
        """Whether it is a public holiday for ``name``."""
        return name in self._times and self._times[name].is_holiday(at_s)

    def next_open(self, name: str, at_s: float) -> str:
        """``We open again on Monday at 9 AM.`` While open: until when. Empty when never."""
        return opens_again(self._times[name].status(at_s)) if name in self._times else ""


def _times(given: Mapping[str, Any], timezone: str) -> OpeningTimes:
    return OpeningTimes(
        str(given.get("open") or ""),
        timezone,
        holidays=str(given.get("holidays") or ""),
        closed_on_holidays=True,
        exceptions={str(day): str(hours) for day, hours in (given.get("except") or {}).items()},
    )
