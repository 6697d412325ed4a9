"""Coordinates for stores that have none or wrong ones, from their ZIP code or else their city; never their address."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.locator.places import Place, Places
from ivr.locator.store import COLUMNS

ROUND = 4
"""Decimals of a degree that are written: ten metres, far better than the middle of a ZIP code deserves."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A table with the coordinates filled in; ``stores`` are the ids of those that got some, ``left`` of those not."""

    csv: str
    stores: tuple[str, ...]
    left: tuple[str, ...]


def whereabouts(fields: Mapping[str, str], places: Places) -> Place | None:
    """About where a store must be, by its ZIP code, else by its city and state; None when neither says."""
    code = fields.get("zip", "").strip()
    there = places.zip(code) if code else None
    if there is not None and there.exact:
        return there
    town = " ".join(fields.get(name, "").strip() for name in ("city", "state")).strip()
    found = places.find_place(town, guess=False) if fields.get("city", "").strip() else None
    return found if isinstance(found, Place) else None


def has_point(fields: Mapping[str, str]) -> bool:
    """Whether the coordinates of a store are degrees that can be."""
    try:
        lat, lon = float(fields.get("lat", "")), float(fields.get("lon", ""))
    except ValueError:
        return False
    return abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0.0, 0.0)


def mended(rows: Iterable[Mapping[str, str]], places: Places) -> Mended:
    """All ``rows`` as a CSV text, with coordinates where there were none; nothing else is changed."""
    told: list[dict[str, str]] = []
    stores: list[str] = []
    left: list[str] = []
    extra: dict[str, None] = {}
    for row in rows:
        fields = dict(row)
        extra.update(dict.fromkeys(name for name in fields if name and name not in COLUMNS))
        if not has_point(fields):
            there = whereabouts(fields, places)
            if there:
                fields |= {"lat": f"{there.lat:.{ROUND}f}", "lon": f"{there.lon:.{ROUND}f}"}
            (stores if there else left).append(fields.get("id", "").strip() or "?")
        told.append(fields)
    out = io.StringIO()
    writer = csv.DictWriter(out, [*COLUMNS, *extra], restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(told)
    return Mended(out.getvalue(), tuple(stores), tuple(left))
