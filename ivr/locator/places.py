"""Where a caller is: ZIP codes, cities and points, from a table that needs no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ivr.locator.abroad import Abroad, AbroadRow, apart_km
from ivr.locator.alike import Alike
from ivr.locator.city_words import cities_said, meaningful, split_state, state_said, which
from ivr.locator.great_circle import distance_km
from ivr.locator.nearest import Nearest
from ivr.locator.places_table import CityRow, Table, ZipRow, load_table, middle, plain
from ivr.locator.states import STATES, spoken_city

DWARFS = 3
"""A city this many times larger than its namesakes is the one meant. Guess: Portland, Oregon is 3.5 times Maine's."""

DWARFS_SMALL = 6
"""The same for small ones, of which ZIP codes say little: Newport, Kentucky has seven, that of Rhode Island two."""

SAME_AREA_KM = 40.0
"""Namesakes this close need no question: both Kansas Cities have the same nearest stores. A guess."""

LONGEST = 200
"""Letters; nobody needs more to name a place."""

HOME = "US"
"""The country of the table."""

MOST_ASKED = 4
"""Places named in a question."""

BIG = 10
"""A city of this many ZIPs may share its name with a state and still be meant: New York, Washington."""

ZIP = re.compile(r"\b(\d{5})(?:-?\d{4})?\b")
POINT = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d*)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d*)?)\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map. ``exact`` is False when it was guessed from something alike; ``name`` is spoken."""

    name: str
    lat: float
    lon: float
    city: str = ""
    state: str = ""
    zip: str = ""
    timezone: str = ""
    exact: bool = True
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several places are meant; ``ask`` is the question that settles it."""

    ask: str
    places: tuple[Place, ...] = ()


class Places:
    """The table of places of the USA, and what a company adds of other countries."""

    def __init__(self, table: Table, abroad: Abroad | None = None) -> None:
        self._table = table
        self.abroad = abroad or Abroad()

    def with_abroad(self, abroad: Abroad) -> Places:
        """The same with places of other countries."""
        return Places(self._table, abroad)

    @classmethod
    def load(cls, cache: Path | None = None) -> Places:
        """The offline table, kept compact in the folder ``cache`` (0.1 s; without it 2 to 3 s)."""
        return cls(load_table(cache))

    def find_place(self, text: str, *, guess: bool = True) -> Place | Ambiguous | None:
        """The place ``text`` names: ``94107``, ``portland``, ``st paul minnesota`` or ``45.5,-122.6``.

        Without ``guess`` names must be right to the letter, and the answer takes microseconds.
        """
        if len(text) > LONGEST:
            return None
        point = POINT.fullmatch(text)
        if point and not re.fullmatch(r"[\d\s]+", text):
            return self._point(float(point[1]), float(point[2]))
        digits = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", text)
        if any(letter.isdigit() for letter in digits):
            there = self._abroad_by_code(text)
            if there:
                return there
            code = ZIP.search(digits)
            return self.zip(code[1]) if code else None
        return self._city(text, guess)

    def codes(self) -> Sequence[str]:
        """Every ZIP code that is known."""
        return tuple(self._table.zips)

    def points(self) -> Iterator[tuple[float, float]]:
        """The point of every ZIP code."""
        for line in self._table.zips.values():
            row = ZipRow.read(line)
            yield row.lat, row.lon

    def zip(self, code: str) -> Place | None:
        """The place of a ZIP code; of its first three digits (a sorting centre's area) when it is not known."""
        there = self.abroad.code(code)
        if there:
            return _abroad_place(there, code)
        row = self._table.zip(code)
        if row:
            return _zip_place(code, row)
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            return None
        lines = self._table.zips.items()
        near = [ZipRow.read(line) for known, line in lines if known.startswith(code[:3])]
        if not near:
            return None
        lat, lon = middle((row.lat, row.lon) for row in near)
        # the code nearest to that middle stands for the area: its state and time zone are real ones
        row = min(near, key=lambda row: distance_km(lat, lon, row.lat, row.lon))
        return Place(STATES[row.state], lat, lon, "", row.state, code, row.zone, exact=False)

    def size(self, place: Place) -> int:
        """How many ZIP codes carry the name of a city; what a company lists of other countries is large to it."""
        if place.country != HOME:
            return BIG
        return max((row.zips for row in self._table.city(plain(place.city)) if row.state == place.state), default=0)

    def around(self, lat: float, lon: float) -> Place:
        """The ZIP code nearest to a point, or the place of another country if that is nearer."""
        codes, index = self._map
        ((nearest, away_km),) = index.nearest(lat, lon, 1)
        there = self.abroad.around(lat, lon)
        if there and apart_km(there, lat, lon) < away_km:
            return _abroad_place(there, there.code)
        return _zip_place(codes[nearest], ZipRow.read(self._table.zips[codes[nearest]]))

    def _point(self, lat: float, lon: float) -> Place | None:
        if abs(lat) > 90 or abs(lon) > 180:
            return None
        town = self.around(lat, lon)
        return Place(town.name, lat, lon, town.city, town.state, town.zip, town.timezone, country=town.country)

    def region(self, text: str) -> str:
        """The region of a store as it is kept: two letters of a state, another country's in full; else empty."""
        return text.upper() if text.upper() in STATES else self.abroad.region(text)

    def _abroad_by_code(self, text: str) -> Place | Ambiguous | None:
        """By a postal code of another country, written or as the keys of a telephone that carry its letters."""
        there = self.abroad.code(text)
        if there:
            return _abroad_place(there, text)
        keyed = self.abroad.keyed(re.sub(r"[\s-]", "", text))
        return _one_of([_abroad_place(row, row.code) for row in keyed]) if keyed else None

    def _city(self, text: str, guess: bool) -> Place | Ambiguous | None:
        there, region_was_said = self.abroad.cities_said(text)
        rows = [] if region_was_said else cities_said(text, self._table)
        if there:
            known = [_abroad_place(row) for row in there]
            return _one_of([*known, *(_city_place(row, exact=True) for row in rows[:1] if row.zips >= BIG)])
        region = self.abroad.region_said(text)
        if region:
            return Ambiguous(f"Which city in {region}?")
        state = state_said(text)
        if state and not (rows and rows[0].zips >= BIG):
            return Ambiguous(f"Which city in {STATES[state]}?")
        if rows:
            return _choose(rows, exact=True)
        there = self.abroad.city(self._names.best(meaningful(text))) if guess and self.abroad.rows else []
        if there:
            return _one_of([_abroad_place(row, exact=False) for row in there])
        rows = self._alike(text) if guess else []
        return _choose(rows, exact=False) if rows else None

    def _alike(self, text: str) -> list[CityRow]:
        """The places whose name is most like ``text``."""
        said = split_state(text)
        if said.state:
            there = f"\t{said.state}\t"
            among = [name for name, lines in self._table.cities.items() if there in lines]
            found = self._table.city(self._names.best_of(said.city, among))
            if found:
                return [row for row in found if row.state == said.state]
        return self._table.city(self._names.best(meaningful(text)))

    @cached_property
    def _names(self) -> Alike:
        first = ((name, lines.partition("\n")[0]) for name, lines in self._table.cities.items())
        return Alike({name: CityRow.read(line).zips for name, line in first} | dict.fromkeys(self.abroad.names, BIG))

    @cached_property
    def _map(self) -> tuple[list[str], Nearest]:
        rows = [ZipRow.read(line) for line in self._table.zips.values()]
        return list(self._table.zips), Nearest([row.lat for row in rows], [row.lon for row in rows])


def _choose(rows: Sequence[CityRow], *, exact: bool) -> Place | Ambiguous:
    """The one place meant among namesakes (largest first), or the question which."""
    top = rows[0]
    dwarfs = DWARFS if top.zips >= BIG else DWARFS_SMALL
    rivals = [row for row in rows[1:] if row.zips * dwarfs > top.zips and _apart(row, top)]
    if rivals:
        namesakes = [top, *rivals]
        return Ambiguous(which(namesakes), tuple(_city_place(row, exact=exact) for row in namesakes))
    return _city_place(top, exact=exact)


def _one_of(places: Sequence[Place]) -> Place | Ambiguous:
    """The one place meant, or the question which; those close to each other need none."""
    top = places[0]
    rivals = [one for one in places[1:] if distance_km(one.lat, one.lon, top.lat, top.lon) > SAME_AREA_KM]
    if not rivals:
        return top
    names = [one.name for one in (top, *rivals)][:MOST_ASKED]
    return Ambiguous(f"{', '.join(names[:-1])} or {names[-1]}?", (top, *rivals))


def _apart(one: CityRow, other: CityRow) -> bool:
    return distance_km(one.lat, one.lon, other.lat, other.lon) > SAME_AREA_KM


def _city_place(row: CityRow, *, exact: bool) -> Place:
    return Place(spoken_city(row.name, row.state), row.lat, row.lon, row.name, row.state, "", row.zone, exact)


def _zip_place(code: str, row: ZipRow) -> Place:
    return Place(spoken_city(row.city, row.state), row.lat, row.lon, row.city, row.state, code, row.zone)


def _abroad_place(row: AbroadRow, code: str = "", *, exact: bool = True) -> Place:
    return Place(row.name, row.lat, row.lon, row.city, row.region, code.upper(), row.zone, exact, row.country)
