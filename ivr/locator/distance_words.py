"""Distances as people say them: nobody wants to hear "117.4 miles"."""

from __future__ import annotations

KM_PER = {"miles": 1.609344, "kilometers": 1.0}
"""Units a distance can be spoken in. The international mile is 1,609.344 m exactly (1959 agreement)."""

SINGULAR = {"miles": "mile", "kilometers": "kilometer"}


IN_MILES = ("US", "GB", "LR", "MM")
"""Countries whose people think in miles."""


def unit_of(country: str) -> str:
    """The unit that people of a country expect."""
    return "miles" if country in IN_MILES else "kilometers"


def distance_words(distance_km: float, unit: str = "miles") -> str:
    """``distance_km`` in ``unit``, rounded the coarser the farther.

    >>> [distance_words(km) for km in (0.4, 1.7, 3.3, 75.0, 193.0, 4100.0)]
    ['less than a mile', '1 mile', '2 miles', 'about 45 miles', 'about 120 miles', 'about 2500 miles']
    """
    length = distance_km / KM_PER[unit]
    if length < 0.95:
        return f"less than a {SINGULAR[unit]}"
    if length < 19.5:
        whole = round(length)
        return f"{whole} {SINGULAR[unit] if whole == 1 else unit}"
    step = 5 if length < 97.5 else 10 if length < 995 else 100
    return f"about {round(length / step) * step} {unit}"
