"""Where a caller is, by all that can be said: a ZIP code, a town, a landmark of a store, or a store's own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.locator.great_circle import distance_km
from ivr.locator.places import BIG, SAME_AREA_KM, Ambiguous, Place, Places
from ivr.locator.states import spoken_city
from ivr.locator.store import Store
from ivr.locator.store_names import Called, StoreNames

MOST_NAMED = 3
"""So many places are named in a question."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, and the stores that were named if it was their name that was said."""

    place: Place
    own: bool = False


class Whereabouts:
    """Places of the world, and those that only the company knows."""

    def __init__(self, places: Places, stores: Sequence[Store]) -> None:
        self.places = places
        self._names = StoreNames(stores, lambda name: places.find_place(name, guess=False) is not None)

    def find(self, text: str, *, guess: bool = True) -> Spot | Ambiguous | None:
        """The place that ``text`` names. What the company's own list knows goes before a small town of the name."""
        said = self.places.find_place(text, guess=False)
        if isinstance(said, Place) and (said.zip or not said.city or self.places.size(said) >= BIG):
            return Spot(said)
        called = self._names.find(text)
        if called:
            return _spot(called)
        if said is not None or not guess:
            return Spot(said) if isinstance(said, Place) else said
        called = self._names.guess(text)
        if called:
            return _spot(called)
        guessed = self.places.find_place(text)
        return Spot(guessed) if isinstance(guessed, Place) else guessed

    def heard(self, text: str) -> str | None:
        """The place that ``text`` names to the letter, as a question keeps it: what is open stays as it was said."""
        found = self.find(text, guess=False)
        if isinstance(found, Ambiguous):
            return text.title()
        return (found.place.zip or found.place.name) if found and found.place.exact else None

    def guessed(self, text: str) -> str | None:
        """``text``, if it is like a place: which one is asked about before anything is done with it."""
        return text.title() if self.find(text) is not None else None


def _spot(called: Called) -> Spot | Ambiguous:
    """The place of the stores; those far from each other must be told apart."""
    first = called.stores[0]
    spots = [first]
    for store in called.stores[1:]:
        if all(distance_km(store.lat, store.lon, one.lat, one.lon) > SAME_AREA_KM for one in spots):
            spots.append(store)
    if len(spots) == 1:
        return Spot(_place(called, first), called.own)
    towns = [spoken_city(store.city, store.state) or store.name for store in spots]
    more = "or somewhere else" if len(towns) > MOST_NAMED else f"or in {towns[-1]}"
    named = towns[:MOST_NAMED] if len(towns) > MOST_NAMED else towns[:-1]
    ask = f"{called.name} in {', in '.join(named)} {more}?"
    return Ambiguous(ask, tuple(_place(called, store) for store in spots))


def _place(called: Called, store: Store) -> Place:
    town = spoken_city(store.city, store.state)
    name = f"{called.name} in {town}" if called.shared and town else called.name
    return Place(name, store.lat, store.lon, store.city, store.state, "", store.timezone, exact=called.exact)
