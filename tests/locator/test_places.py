from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.locator.places import Ambiguous, Place, Places
from ivr.locator.places_table import build_table, load_table


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("94107", "San Francisco, California"),
        ("9 4 1 0 7", "San Francisco, California"),
        ("97201-1234", "Portland, Oregon"),
        ("my zip code is 97201 please", "Portland, Oregon"),
        ("02134", "Allston, Massachusetts"),
        ("portland", "Portland, Oregon"),
        ("Portland, Oregon", "Portland, Oregon"),
        ("portland or", "Portland, Oregon"),
        ("portland maine", "Portland, Maine"),
        ("portland me", "Portland, Maine"),
        ("i'm in portland maine please", "Portland, Maine"),
        ("saint paul", "Saint Paul, Minnesota"),
        ("st. paul, mn", "Saint Paul, Minnesota"),
        ("springfield illinois", "Springfield, Illinois"),
        ("springfield oregon", "Springfield, Oregon"),
        ("new york", "New York, New York"),
        ("new york new york", "New York, New York"),
        ("manhattan", "Manhattan, New York"),
        ("washington", "Washington, D.C."),
        ("washington d c", "Washington, D.C."),
        ("kansas city", "Kansas City, Missouri"),
        ("kansas city kansas", "Kansas City, Kansas"),
        ("oklahoma city", "Oklahoma City, Oklahoma"),
        ("anchorage", "Anchorage, Alaska"),
        ("hilo hawaii", "Hilo, Hawaii"),
    ],
)
def test_a_place_is_found_however_it_is_said(said: str, meant: str, places: Places) -> None:
    place = places.find_place(said)
    assert isinstance(place, Place)
    assert (place.name, place.exact) == (meant, True)
    assert places.find_place(said, guess=False) == place


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("springfield", "Which Springfield: Illinois, Massachusetts, Missouri or another state?"),
        ("aurora", "Aurora, Colorado or Aurora, Illinois?"),
        ("fairview", "Which state is Fairview in?"),
        ("oregon", "Which city in Oregon?"),
        ("washington state", "Which city in Washington?"),
    ],
)
def test_what_could_be_several_places_is_asked_back(said: str, ask: str, places: Places) -> None:
    place = places.find_place(said)
    assert isinstance(place, Ambiguous)
    assert place.ask == ask


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("filadelphia", "Philadelphia, Pennsylvania"),
        ("pittsburg pennsylvania", "Pittsburgh, Pennsylvania"),
        ("seatle", "Seattle, Washington"),
        ("san fransisco", "San Francisco, California"),
        ("los angelos california", "Los Angeles, California"),
        ("albakerky new mexico", "Albuquerque, New Mexico"),
        ("sent louis missouri", "Saint Louis, Missouri"),
        ("minniapolis", "Minneapolis, Minnesota"),
        ("boys idaho", "Boise, Idaho"),
        ("coeur d'alene idaho", "Coeur D Alene, Idaho"),
    ],
)
def test_a_name_misheard_is_guessed_and_marked_as_a_guess(heard: str, meant: str, places: Places) -> None:
    place = places.find_place(heard)
    assert isinstance(place, Place)
    assert (place.name, place.exact) == (meant, False)
    assert places.find_place(heard, guess=False) is None


@pytest.mark.parametrize(
    "said",
    [
        *("", "hello", "okay", "yes please", "near me", "sales", "operator", "message", "track an order"),
        *("repeat that", "i would like to speak to an agent", "00000", "2134", "91,0", "45,-181"),
        *("x" * 5000, "a " * 3000, "\u0663" * 5),
    ],
)
def test_what_names_no_place_is_no_place(said: str, places: Places) -> None:
    assert places.find_place(said) is None


def test_a_point_is_itself_and_named_after_the_town_there(places: Places) -> None:
    place = places.find_place("45.5,-122.6")
    assert isinstance(place, Place)
    assert (place.lat, place.lon, place.name) == (45.5, -122.6, "Portland, Oregon")


def test_an_unknown_zip_is_placed_by_its_first_three_digits(places: Places) -> None:
    unknown = next(code for code in (f"972{number:02}" for number in range(100)) if code not in places._table.zips)
    place = places.zip(unknown)
    assert place is not None
    assert (place.state, place.timezone, place.exact) == ("OR", "America/Los_Angeles", False)
    assert abs(place.lat - 45.5) < 0.5


def test_every_zip_has_a_place_in_the_right_hemisphere_and_a_time_zone(places: Places) -> None:
    rows = [places.zip(code) for code in places._table.zips]
    assert len(rows) > 41_000
    assert not [row for row in rows if row is None or (row.lat, row.lon) == (0.0, 0.0) or "/" not in row.timezone]


RECORD = {
    "zip_code": "97201",
    "city": "Portland",
    "acceptable_cities": [],
    "unacceptable_cities": ["Pdx"],
    "state": "OR",
    "timezone": "America/Los_Angeles",
    "lat": "45.5078",
    "long": "-122.6897",
}


def test_the_cache_is_used_when_it_is_there_and_made_anew_when_it_is_torn(tmp_path: Path) -> None:
    table = load_table(tmp_path / "cache", lambda: [RECORD])
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_text("utf-8")
    assert load_table(tmp_path / "cache", list) == table
    for torn in (whole[: len(whole) // 2], "[]", "{}", ""):
        file.write_text(torn, "utf-8")
        assert load_table(tmp_path / "cache", lambda: [RECORD]) == table
        assert [one.read_text("utf-8") for one in (tmp_path / "cache").iterdir()] == [whole]


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file, not a folder", "utf-8")
    place = Places(load_table(in_the_way, lambda: [RECORD])).find_place("portland")
    assert isinstance(place, Place)
    assert place.name == "Portland, Oregon"


def test_a_zip_without_a_point_is_put_among_its_neighbours() -> None:
    table = build_table([RECORD, {**RECORD, "zip_code": "97299", "lat": "0", "long": "0.0000"}])
    row = table.zip("97299")
    assert row is not None
    assert (row.lat, row.lon) == (45.5078, -122.6897)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    said=st.text(max_size=60)
    | st.lists(st.sampled_from(["new", "york", "or", "in", "97", "0", "st", "d", "c"])).map(" ".join)
)
def test_nothing_a_caller_says_can_raise(said: str, places: Places) -> None:
    assert isinstance(places.find_place(said), Place | Ambiguous | None)
