from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.flows.skills import Found, Locate
from ivr.locator.finder import StoreFinder
from ivr.locator.great_circle import distance_km
from ivr.locator.places import Place, Places
from ivr.locator.states import STATES
from ivr.locator.store import Store

At = Callable[..., float]


def names(found: Found) -> list[str]:
    return [store["name"].removeprefix("Northwind Outfitters ") for store in found.stores]


def test_a_caller_in_portland_hears_the_store_of_portland_first(finder: StoreFinder, at: At) -> None:
    locate: Locate = finder.locate
    found = locate("portland oregon", 3, at("2026-06-23T12:00"))
    assert (found.outcome, found.place, len(found.stores)) == ("found", "Portland, Oregon", 3)
    assert names(found)[0] == "Downtown Portland"


def test_a_store_is_told_in_texts_only(finder: StoreFinder, at: At) -> None:
    (store,) = finder.locate("94107", 1, at("2026-06-23T12:00")).stores
    asked_for = {
        "name",
        "address",
        "city",
        "state",
        "zip",
        "phone",
        "distance",
        "distance_km",
        "direction",
        "lat",
        "lon",
    }
    assert asked_for | {"open", "open_until", "address_spoken"} <= store.keys()
    assert all(isinstance(value, str) for value in store.values())
    assert store["distance"] == "less than a mile"
    assert (store["open"], store["open_until"]) == ("yes", "It is open until 8 PM tonight.")
    assert store["address_spoken"].endswith("San Francisco, California")


def test_the_same_moment_is_morning_in_hawaii(finder: StoreFinder, at: At) -> None:
    (store,) = finder.locate("96814", 1, at("2026-06-23T13:00", "America/New_York")).stores
    assert (store["state"], store["open"]) == ("HI", "no")
    assert store["open_until"].endswith("today.")


def test_stores_come_nearest_first_and_agree_with_measuring_all(
    finder: StoreFinder, our_stores: tuple[Store, ...], places: Places, at: At
) -> None:
    for code in ("99501", "96720", "33040", "04609", "67202"):
        here = places.find_place(code)
        assert isinstance(here, Place)
        measured = sorted((distance_km(here.lat, here.lon, one.lat, one.lon), one.id) for one in our_stores)
        found = finder.locate(code, 5, at("2026-06-23T12:00"))
        assert [store["id"] for store in found.stores] == [store_id for _, store_id in measured[:5]]


def test_only_open_stores_are_told_when_asked_for(finder: StoreFinder, at: At) -> None:
    midnight = at("2026-06-23T23:59")
    found = finder.locate("97201", 3, midnight, open_at="now")
    assert {store["open"] for store in found.stores} == {"yes"}
    assert names(found)[0] == "Downtown Las Vegas"


def test_only_stores_with_the_service_are_told_when_asked_for(finder: StoreFinder, at: At) -> None:
    found = finder.locate("97201", 8, at("2026-06-23T12:00"), service="Repairs")
    assert len(found.stores) == 8
    assert all("repairs" in store["services"] for store in found.stores)
    assert finder.locate("97201", 3, at("2026-06-23T12:00"), service="haircuts").outcome == "none"


def test_a_place_nobody_knows_and_one_of_many_have_outcomes_of_their_own(finder: StoreFinder, at: At) -> None:
    now = at("2026-06-23T12:00")
    assert finder.locate("nowhereville", 3, now) == Found("unknown")
    asked = finder.locate("aurora", 3, now)
    assert (asked.outcome, asked.ask) == ("ambiguous", "Aurora, Colorado or Aurora, Illinois?")


def test_a_company_without_stores_finds_none(places: Places, at: At) -> None:
    assert StoreFinder([], places).locate("94107", 3, at("2026-06-23T12:00")).outcome == "none"


def test_stores_at_the_same_address_come_by_id(our_stores: tuple[Store, ...], places: Places, at: At) -> None:
    one = our_stores[0]
    twins = [replace(one, id="B"), replace(one, id="C"), replace(one, id="A")]
    found = StoreFinder(twins, places).locate("94107", 3, at("2026-06-23T12:00"))
    assert [store["id"] for store in found.stores] == ["A", "B", "C"]


def test_every_state_and_territory_has_its_public_holidays(
    our_stores: tuple[Store, ...], places: Places, at: At
) -> None:
    stores = [replace(our_stores[0], id=state, state=state, hours="Mo-Su 09:00-12:00; PH off") for state in STATES]
    found = StoreFinder(stores, places).locate("94107", 100, at("2026-12-25T10:00"))
    assert {store["state"]: store["open"] for store in found.stores} == dict.fromkeys(STATES, "no")


def test_a_store_without_a_time_zone_has_that_of_its_place(
    our_stores: tuple[Store, ...], places: Places, at: At
) -> None:
    hilo = Store("1", "Hilo", 19.72, -155.09, hours="Mo-Su 09:00-12:00")
    found = StoreFinder([hilo], places).locate("94107", 1, at("2026-06-23T09:00", "Pacific/Honolulu"))
    assert (found.stores[0]["timezone"], found.stores[0]["open"]) == ("Pacific/Honolulu", "yes")


def test_a_store_without_hours_is_not_said_to_be_open(our_stores: tuple[Store, ...], places: Places, at: At) -> None:
    found = StoreFinder([replace(our_stores[0], hours="")], places).locate("94107", 1, at("2026-06-23T12:00"))
    assert (found.stores[0]["open"], found.stores[0]["open_until"]) == ("no", "I do not know when it is open.")
