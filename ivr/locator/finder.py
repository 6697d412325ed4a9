"""Answers "where is your nearest store?" in words that can be spoken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from ivr.flows.skills import Found
from ivr.locator.distance_words import distance_words
from ivr.locator.great_circle import direction
from ivr.locator.hours_sentences import open_until
from ivr.locator.nearest import Nearest
from ivr.locator.opening_times import OpeningTimes
from ivr.locator.places import Ambiguous, Place, Places
from ivr.locator.states import spoken_city
from ivr.locator.store import Store

ASSOCIATED = ("FM", "MH", "PW")
"""States in free association: they have ZIP codes, but no calendar among those of the USA."""

NO_HOURS = "I do not know when it is open."


class StoreFinder:
    """The stores of a company on the map of the USA."""

    def __init__(self, stores: Sequence[Store], places: Places, unit: str = "miles") -> None:
        """``unit`` is ``miles`` or ``kilometers``."""
        ordered = sorted(stores, key=lambda store: store.id)  # so that ties go by id
        self._stores = [store if store.timezone else _with_zone(store, places) for store in ordered]
        self._index = Nearest([store.lat for store in self._stores], [store.lon for store in self._stores])
        self._places = places
        self._unit = unit
        # the holiday calendar takes a third of a second to come: now, and not while the first caller waits
        next((_times(store) for store in self._stores if "PH" in store.hours), None)

    def locate(self, near: str, count: int, at_s: float, *, open_now: bool = False, service: str = "") -> Found:
        """The ``count`` stores nearest to ``near`` as of ``at_s``: only open ones, only with a ``service``, if asked.

        Implements ``ivr.flows.skills.Locate``.
        """
        place = self._places.find_place(near)
        if place is None:
            return Found("unknown")
        if isinstance(place, Ambiguous):
            return Found("ambiguous", ask=place.ask)
        stores: list[dict[str, str]] = []
        for store, away_km in self._outwards(place, max(1, count)):
            if service and service.lower() not in (word.lower() for word in store.services):
                continue
            told = self._tell(store, place, away_km, at_s)
            if not open_now or told["open"] == "yes":
                stores.append(told)
            if len(stores) >= max(1, count):
                break
        return Found("found" if stores else "none", place.name, "", tuple(stores))

    def _outwards(self, place: Place, count: int) -> Iterator[tuple[Store, float]]:
        """Stores from the nearest outwards, with their distance; more are looked up only when they are needed."""
        done = 0
        while done < len(self._stores):
            nearest = self._index.nearest(place.lat, place.lon, max(count, done * 4))
            for index, away_km in nearest[done:]:
                yield self._stores[index], away_km
            done = len(nearest)

    def _tell(self, store: Store, place: Place, away_km: float, at_s: float) -> dict[str, str]:
        """Everything about a store as texts."""
        status = _times(store).status(at_s) if store.hours else None
        return {
            "id": store.id,
            "name": store.name,
            "address": store.address,
            "city": store.city,
            "state": store.state,
            "zip": store.zip,
            "address_spoken": ", ".join(part for part in (store.address, spoken_city(store.city, store.state)) if part),
            "phone": store.phone,
            "distance": distance_words(away_km, self._unit),
            "distance_km": f"{away_km:.1f}",
            "direction": direction(place.lat, place.lon, store.lat, store.lon),
            "open": "yes" if status and status.open else "no",
            "open_until": open_until(status) if status else NO_HOURS,
            "services": _list(store.services),
            "hours": store.hours,
            "timezone": store.timezone,
            "lat": str(store.lat),
            "lon": str(store.lon),
        }


def _with_zone(store: Store, places: Places) -> Store:
    return replace(store, timezone=places.around(store.lat, store.lon).timezone)


@lru_cache(maxsize=1024)
def _times(store: Store) -> OpeningTimes:
    region = f"US-{store.state}" if store.state and store.state not in ASSOCIATED else "US"
    return OpeningTimes(store.hours, store.timezone, holidays=region, point=(store.lat, store.lon))


def _list(words: Sequence[str]) -> str:
    """``rentals, repairs and pickup``."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
