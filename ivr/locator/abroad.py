"""Places of other countries, from the files a company adds: postal codes of any shape, and towns with their region."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ivr.locator.city_words import meaningful, plain_words, spans
from ivr.locator.great_circle import distance_km
from ivr.locator.nearest import Nearest
from ivr.locator.places_table import plain

SHORTEST_AREA = 3
"""Characters of a code that stand for an area: of K1A 0B1 the first three."""

LONGEST_CODE = 10

KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""The key of a telephone that carries a letter (ITU-T E.161)."""


@dataclass(frozen=True, slots=True)
class AbroadRow:
    """One line of a places file. ``code`` is as written (``K1A 0B1``, an area such as ``K1A``, or empty)."""

    country: str
    code: str
    city: str
    region: str
    short: str
    lat: float
    lon: float
    zone: str

    @property
    def name(self) -> str:
        return ", ".join(part for part in (self.city, self.region) if part)


def bare(code: str) -> str:
    """A postal code as codes are compared.

    >>> bare("k1a-0b1"), bare("K1A 0B1")
    ('K1A0B1', 'K1A0B1')
    """
    return re.sub(r"[\s-]", "", code).upper()


class Abroad:
    """All the places files of a company together."""

    def __init__(self, rows: Sequence[AbroadRow] = ()) -> None:
        self.rows = tuple(rows)
        self._codes: dict[str, AbroadRow] = {}
        self._keyed: dict[str, list[AbroadRow]] = defaultdict(list)
        self._cities: dict[str, list[AbroadRow]] = defaultdict(list)
        self._regions: dict[str, str] = {}
        for row in rows:
            code = bare(row.code)
            if code and code not in self._codes:
                self._codes[code] = row
                self._keyed[code.translate(KEYS)].append(row)
            if all(_key(row) != _key(one) for one in self._cities[plain(row.city)]):
                self._cities[plain(row.city)].append(row)
            for name in filter(None, (plain(row.region), plain(row.short))):
                self._regions[name] = row.region

    @property
    def names(self) -> tuple[str, ...]:
        """Every town, plain."""
        return tuple(self._cities)

    @property
    def longest_code(self) -> int:
        """Characters; an area is taken for the beginning of a longer code, so that it is not cut short."""
        return max(map(len, self._codes), default=0)

    @property
    def has_letters(self) -> bool:
        return any(not code.isdecimal() for code in self._codes)

    def code(self, text: str) -> AbroadRow | None:
        """The place of a postal code; of the area it begins with when only that is listed."""
        wanted = bare(text)
        if not (SHORTEST_AREA <= len(wanted) <= LONGEST_CODE and wanted.isascii() and wanted.isalnum()):
            return None
        if wanted in self._codes or wanted.isdecimal():
            return self._codes.get(wanted)
        areas = (wanted[:size] for size in range(len(wanted) - 1, SHORTEST_AREA - 1, -1))
        return next((self._codes[area] for area in areas if area in self._codes and re.search(r"\d", wanted)), None)

    def keyed(self, keys: str) -> list[AbroadRow]:
        """The towns whose code is on these keys of a telephone; of the areas they begin with when none is."""
        sizes = range(len(keys), SHORTEST_AREA - 1, -1) if keys.isdecimal() and self.has_letters else ()
        found: list[AbroadRow] = next((self._keyed[keys[:n]] for n in sizes if keys[:n] in self._keyed), [])
        return list({_key(row): row for row in found}.values())

    def region(self, text: str) -> str:
        """The region in full, by its name or short form; empty when it is none."""
        return self._regions.get(plain(text), "")

    def region_said(self, text: str) -> str:
        """The region when ``text`` names one and nothing else."""
        said = meaningful(text)
        full = ((name, region) for name, region in self._regions.items() if len(name) > 2)  # "on" is a word too
        return next((region for name, region in full if meaningful(name) == said), "")

    def city(self, name: str) -> list[AbroadRow]:
        """The towns called ``name`` (plain)."""
        return list(self._cities.get(name, ()))

    def cities_said(self, text: str) -> tuple[list[AbroadRow], bool]:
        """The towns named in ``text`` with nothing else but fillers and their region, and whether that was said."""
        said = plain_words(text) if self.rows else []
        for start, end in spans(len(said)):
            rows = self.city(" ".join(said[start:end]))
            rest = meaningful(" ".join((*said[:start], *said[end:]))).replace(" ", "")  # "b c" is BC
            there = [row for row in rows if rest in ("", _run_together(row.region), _run_together(row.short))]
            if there:
                return there, bool(rest)
        return [], False

    def around(self, lat: float, lon: float) -> AbroadRow | None:
        """The listed place nearest to a point."""
        return self.rows[self._map.nearest(lat, lon, 1)[0][0]] if self.rows else None

    @cached_property
    def _map(self) -> Nearest:
        return Nearest([row.lat for row in self.rows], [row.lon for row in self.rows])


def _run_together(name: str) -> str:
    """A region as it is compared: what is left of it without fillers, which "and" is one of."""
    return meaningful(name).replace(" ", "")


def _key(row: AbroadRow) -> tuple[str, str, str]:
    return row.country, row.region, row.city


def apart_km(row: AbroadRow, lat: float, lon: float) -> float:
    """How far a listed place is from a point."""
    return distance_km(row.lat, row.lon, lat, lon)
