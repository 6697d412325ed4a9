"""A store as the locator knows it, and where stores come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ivr.flows.problems import Problem

COLUMNS = ("id", "name", "address", "city", "state", "zip", "lat", "lon", "phone", "hours", "services")
"""The fields of a store in any source."""

NEEDED = ("id", "name", "lat", "lon")
"""Fields that cannot be empty; without the others a store can still be found."""


@dataclass(frozen=True, slots=True)
class Store:
    """One store. ``phone`` is E.164, ``hours`` are in OpenStreetMap syntax; empty where not known."""

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
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What a source holds: the stores that can be used and everything that is wrong with the others."""

    stores: tuple[Store, ...]
    problems: tuple[Problem, ...] = ()


class StoreSource(Protocol):
    """Where stores come from."""

    def read(self) -> Stock:
        """All stores. Mistakes are values, never raised; a store with an error among them is left out."""
        ...
