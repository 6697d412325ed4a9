"""Answers "where is your nearest store?" in words that can be spoken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache

from ivr.flows.skills import Found
from ivr.locator.distance_words import distance_words, unit_of
from ivr.locator.great_circle import direction
from ivr.locator.hours_sentences import on_day, open_until
from ivr.locator.nearest import Nearest
from ivr.locator.opening_times import OpeningTimes, zone_of
from ivr.locator.places import HOME, Ambiguous, Place, Places
from ivr.locator.states import spoken_city
from ivr.locator.store import Store
from ivr.locator.whereabouts import Whereabouts

ASSOCIATED = ("FM", "MH", "PW")
"""States in free association: they have ZIP codes, but no calendar among those of the USA."""

ZIP_VAGUE_KM, TOWN_VAGUE_KM = 3.0, 10.0
"""Nearer stores may lie on any side of a caller who named a ZIP code, or a town. Guesses."""

NO_HOURS = "I do not know when it is open."


class StoreFinder:
    """The stores of a company on the map of the USA."""

    def __init__(self, stores: Sequence[Store], places: Places, unit: str = "") -> None:
        """``unit`` is ``miles`` or ``kilometers``; by itself the one of the caller's country."""
        ordered = sorted(stores, key=lambda store: store.id)  # so that ties go by id
        self._stores = [store if store.timezone else _with_zone(store, places) for store in ordered]
        self._index = Nearest([store.lat for store in self._stores], [store.lon for store in self._stores])
        self.where = Whereabouts(places, self._stores)
        self._unit = unit
        # the holiday calendar takes a third of a second to come: now, and not while the first caller waits
        next((_times(store) for store in self._stores if "PH" in store.hours), None)

    def locate(self, near: str, count: int, at_s: float, *, open_at: str = "", service: str = "") -> Found:
        """The ``count`` stores nearest to ``near`` as of ``at_s``; if asked, only those open or with a service.

        Implements ``ivr.flows.skills.Locate``.
        """
        spot = self.where.find(near)
        if spot is None:
            return Found("unknown")
        if isinstance(spot, Ambiguous):
            return Found("ambiguous", ask=spot.ask)
        place = spot.place
        stores: list[dict[str, str]] = []
        for store, away_km in self._outwards(place, max(1, count)):
            if service and service.lower() not in (word.lower() for word in store.services):
                continue
            if open_at and not _is_open(store, open_at, at_s):
                continue
            stores.append(self._tell(store, place, away_km, at_s))
            if len(stores) >= max(1, count):
                break
        return Found(
            "found" if stores else "none", place.name, "", tuple(stores), place.exact or bool(place.zip), spot.own
        )

    def open_on(self, store: Mapping[str, str], day: str) -> str:
        """A sentence about the hours of a store that was found, on a date. Implements ``Skills.open_on``."""
        known = next((one for one in self._stores if one.id == store.get("id")), None)
        try:
            return on_day(_times(known).on(date.fromisoformat(day)), date.fromisoformat(day)) if known else ""
        except ValueError:
            return ""

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
        distance = distance_words(away_km, self._unit or unit_of(place.country))
        towards = direction(place.lat, place.lon, store.lat, store.lon)
        return {
            "id": store.id,
            "name": store.name,
            "address": store.address,
            "city": store.city,
            "state": store.state,
            "zip": store.zip,
            "address_spoken": ", ".join(part for part in (store.address, spoken_city(store.city, store.state)) if part),
            "phone": store.phone,
            "distance": distance,
            "away": f"{distance} {towards}" if towards and away_km >= _vague_km(place) else distance,
            "distance_km": f"{away_km:.1f}",
            "direction": towards,
            "open": "yes" if status and status.open else "no",
            "open_until": open_until(status) if status else NO_HOURS,
            "services": _list(store.services),
            "neighborhood": store.neighborhood,
            "hours": store.hours,
            "timezone": store.timezone,
            "lat": str(store.lat),
            "lon": str(store.lon),
        }


def _is_open(store: Store, open_at: str, at_s: float) -> bool:
    """Whether a store is open at a time of its own clock: ``now``, ``18:00``, ``2026-12-24`` or ``2026-12-24 18:00``.

    What cannot be read leaves nobody out: it is better to be told of a store than of none.
    """
    if not store.hours:
        return False
    times = _times(store)
    if open_at == "now":
        return times.is_open(at_s)
    today = datetime.fromtimestamp(at_s, zone_of(store.timezone))
    day, _, clock = open_at.rpartition(" ") if ":" in open_at else (open_at, "", "12:00")
    try:
        when = datetime.combine(
            date.fromisoformat(day) if day else today.date(), time.fromisoformat(clock), today.tzinfo
        )
    except ValueError:
        return True
    return times.is_open(when.timestamp())


def _vague_km(place: Place) -> float:
    """From where on a direction is true of wherever in a place somebody is; a town is wider than a ZIP code."""
    return ZIP_VAGUE_KM if place.zip or not place.city else TOWN_VAGUE_KM


def _with_zone(store: Store, places: Places) -> Store:
    near = places.around(store.lat, store.lon)
    return replace(store, timezone=near.timezone, country=near.country)


@lru_cache(maxsize=1024)
def _times(store: Store) -> OpeningTimes:
    region = f"US-{store.state}" if store.state and store.state not in ASSOCIATED else "US"
    if store.country != HOME:
        region = store.country  # its holidays as a whole: those of a region are written into the hours
    return OpeningTimes(store.hours, store.timezone, holidays=region, point=(store.lat, store.lon))


def _list(words: Sequence[str]) -> str:
    """``rentals, repairs and pickup``."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
