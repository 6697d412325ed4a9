"""A store as the locator knows it, and where stores come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.flows.problems import Place, Problem

COLUMNS = (
    "id",
    "name",
    "address",
    "city",
    "state",
    "zip",
    "lat",
    "lon",
    "phone",
    "hours",
    "services",
    "neighborhood",
    "landmarks",
)
"""The fields of a store in any source."""

NEEDED = ("id", "name", "lat", "lon")
"""Fields that cannot be empty; without the others a store can still be found."""


@dataclass(frozen=True, slots=True)
class Store:
    """One store. ``phone`` is E.164, ``hours`` are in OpenStreetMap syntax; empty where not known.

    ``neighborhood`` and ``landmarks`` are names callers may give instead of a city: the airport, the old mill.
    """

    id: str
    name: str
    lat: float
    lon: float
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phone: str = ""
    hours: str = ""
    services: tuple[str, ...] = ()
    neighborhood: str = ""
    landmarks: tuple[str, ...] = ()
    timezone: str = ""
    country: str = "US"


@dataclass(frozen=True, slots=True)
class Stock:
    """What a source holds: the stores that can be used and everything that is wrong with the others."""

    stores: tuple[Store, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one store as text, and where each is written."""

    fields: Mapping[str, str]
    place: Callable[[str], Place]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a source has written of its stores, and what could not even be told apart."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


class StoreSource(Protocol):
    """Where stores come from."""

    def read(self) -> Stock:
        """All stores. Mistakes are values, never raised; a store with an error among them is left out."""
        ...

    def sheet(self) -> Sheet:
        """The same before anything is checked: to mend it, and to show what a new list would change."""
        ...
