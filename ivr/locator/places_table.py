"""The offline table of US places, made compact once and kept as a file.

The ``zipcodes`` package holds 42,000 ZIP codes and takes about a second to unpack them; what the locator needs of it
is a megabyte of JSON that loads in a fraction. The file is only a cache: when it is missing, torn or of another
version it is made again, and when it cannot be written the table is used without.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import zipcodes

FORMAT = 2
"""Counts up when the rows below change."""

NOT_IN_THE_USA = {"AE", "AP", "AA"}
"""Military post offices: their post is American, the place is not known."""

LONGER = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
"""Written short, spoken long. Both sides of a comparison go through this."""


OFTEN = 5
"""An unofficial name counts when that many ZIPs of a state carry it: ``NYC`` does, a housing estate does not."""


@dataclass(frozen=True, slots=True)
class ZipRow:
    """One ZIP code's point, post town and time zone."""

    lat: float
    lon: float
    city: str
    state: str
    zone: str

    def line(self) -> str:
        return f"{self.lat}\t{self.lon}\t{self.city}\t{self.state}\t{self.zone}"

    @classmethod
    def read(cls, line: str) -> ZipRow:
        """The inverse of :meth:`line`."""
        lat, lon, city, state, zone = line.split("\t")
        return cls(float(lat), float(lon), city, state, zone)


@dataclass(frozen=True, slots=True)
class CityRow:
    """One of the places of a name; ``zips`` (codes that carry the name, apart from each other) is its prominence."""

    name: str
    state: str
    lat: float
    lon: float
    zone: str
    zips: int

    def line(self) -> str:
        return f"{self.name}\t{self.state}\t{self.lat}\t{self.lon}\t{self.zone}\t{self.zips}"

    @classmethod
    def read(cls, line: str) -> CityRow:
        """The inverse of :meth:`line`."""
        name, state, lat, lon, zone, zips = line.split("\t")
        return cls(name, state, float(lat), float(lon), zone, int(zips))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as lines of text, read when needed: that loads in a fifth of the time and a quarter of the memory.

    ``zips`` by code; ``cities`` by plain name, namesakes on lines of their own, the most prominent first.
    """

    zips: Mapping[str, str]
    cities: Mapping[str, str]

    def zip(self, code: str) -> ZipRow | None:
        line = self.zips.get(code)
        return ZipRow.read(line) if line else None

    def city(self, name: str) -> list[CityRow]:
        """The places called ``name`` (plain), the most prominent first."""
        lines = self.cities.get(name)
        return [CityRow.read(line) for line in lines.split("\n")] if lines else []


@lru_cache(maxsize=4096)  # neighbouring ZIPs share their names: the table is made in half the time
def plain(text: str) -> str:
    """``text`` as names are compared: lower case, no marks, ``st`` written out.

    >>> plain("St. Paul"), plain("Coeur d'Alene"), plain("Wilkes-Barre")
    ('saint paul', 'coeur dalene', 'wilkes barre')
    """
    words = re.sub(r"[^a-z0-9 ]", " ", text.lower().replace("'", "").replace("\u2019", "")).split()
    return " ".join(LONGER.get(word, word) for word in words)


Records: TypeAlias = Iterable[Mapping[str, Any]]
"""ZIP codes as the package tells them."""


def all_records() -> Records:
    """Every ZIP code of the package. Takes a second and, for a moment, a hundred megabytes."""
    records: list[dict[str, Any]] = zipcodes.filter_by(country="US")  # type: ignore[no-untyped-call]
    return records


def load_table(cache: Path | None, records: Callable[[], Records] = all_records) -> Table:
    """The table, from the folder ``cache`` where possible, else made from ``records``."""
    file = cache / f"places-{zipcodes.__version__}-{FORMAT}.json" if cache else None
    if file:
        try:
            data = json.loads(file.read_text("utf-8"))
            return Table(data["zips"], data["cities"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # none yet, or not one of ours: made anew
    table = build_table(records())
    if file:
        _keep(file, table)
    return table


def _keep(file: Path, table: Table) -> None:
    """Write whole or not at all; a folder that cannot be written costs a second at each start, nothing else."""
    text = json.dumps({"zips": table.zips, "cities": table.cities}, separators=(",", ":"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).replace(file)
    except OSError:
        return


def build_table(records: Records) -> Table:
    """The table from ``records`` of the package; ZIPs without coordinates get those of their neighbours."""
    rows = [row for row in records if row["state"] not in NOT_IN_THE_USA]
    zips = {row["zip_code"]: _zip_row(row) for row in rows if _is_located(row)}
    around: dict[tuple[str, str], list[ZipRow]] = defaultdict(list)
    for code, place in zips.items():
        around[code[:3], place.state].append(place)
    for row in rows:
        neighbours = around.get((row["zip_code"][:3], row["state"]))
        if neighbours and not _is_located(row):
            lat, lon = middle((place.lat, place.lon) for place in neighbours)
            zips[row["zip_code"]] = ZipRow(lat, lon, row["city"], row["state"], neighbours[0].zone)
    lines = {code: zips[code].line() for code in sorted(zips)}
    return Table(lines, _city_lines(row for row in rows if _is_located(row)))


def middle(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The median point: one wrong coordinate does not move it."""
    lats, lons = zip(*points, strict=True)
    return round(median(lats), 4), round(median(lons), 4)


def _is_located(row: Mapping[str, Any]) -> bool:
    return float(row["lat"]) != 0.0 or float(row["long"]) != 0.0


def _zip_row(row: Mapping[str, Any]) -> ZipRow:
    # the package's one misprint: a town's name in the column of time zones
    zone = row["timezone"] if "/" in row["timezone"] else "America/Anchorage"
    return ZipRow(float(row["lat"]), float(row["long"]), row["city"], row["state"], zone)


def _city_lines(rows: Records) -> dict[str, str]:
    """Every name a place goes by, with its places."""
    named: dict[tuple[str, str], list[ZipRow]] = defaultdict(list)
    written: dict[tuple[str, str], str] = {}
    official: set[tuple[str, str]] = set()
    for row in rows:
        place = _zip_row(row)
        for name in (row["city"], *row["acceptable_cities"], *row["unacceptable_cities"]):
            key = plain(name), row["state"]
            if place not in named[key][-1:]:  # one office with a dozen codes of its own is no larger town
                named[key].append(place)
            written.setdefault(key, name)
        for name in (row["city"], *row["acceptable_cities"]):
            official.add((plain(name), row["state"]))
        written[plain(row["city"]), row["state"]] = row["city"]
    cities: dict[str, list[CityRow]] = defaultdict(list)
    for key, places in named.items():
        if key[0] and (key in official or len(places) >= OFTEN):
            lat, lon = middle((place.lat, place.lon) for place in places)
            cities[key[0]].append(CityRow(written[key], key[1], lat, lon, places[0].zone, len(places)))
    return {
        name: "\n".join(row.line() for row in sorted(cities[name], key=lambda row: (-row.zips, row.state)))
        for name in sorted(cities)
    }
