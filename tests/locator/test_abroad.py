"""Places of other countries: postal codes of any shape, by speech and by keys, and towns with their region."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.flows import FlowFileError, read_flows
from ivr.flows.skills import Kind, KindOptions
from ivr.locator.abroad import Abroad
from ivr.locator.finder import StoreFinder
from ivr.locator.places import Ambiguous, Place, Places
from ivr.locator.places_file import read_places_file
from ivr.locator.sources.canned import Canned
from ivr.locator.whereabouts import Whereabouts
from ivr.skillset import SkillMaker
from ivr.understanding.kinds import make_kinds
from ivr.understanding.postal_codes import PostalCodes
from tests.conftest import Caller

ROOT = Path(__file__).resolve().parents[2]
CANADA = ROOT / "docs/places/canada.csv"
HEADER = "country,postal_code,city,region,region_code,latitude,longitude,timezone\n"
STORES = """id,name,address,city,state,zip,lat,lon,phone,hours
1,North Toronto,1 Front Street,Toronto,ON,M5V 2T6,43.6450,-79.3900,+14165550123,Mo-Su 09:00-21:00; PH off
2,North Ottawa,2 Bank Street,Ottawa,Ontario,K1P,45.4210,-75.6990,+16135550123,Mo-Su 09:00-21:00
3,South Portland,3 Pine Street,Portland,OR,97201,45.5080,-122.6900,+15035550123,Mo-Su 09:00-21:00
"""
FLOW = """
company: North
timezone: America/Toronto
lines: {"+15035550100": main}
stores: {file: stores.csv, places: [canada.csv]}
slots:
  where: {kind: place, ask: Where are you?}
flows:
  main:
    - collect: where
    - find_store: {near: "{where}"}
    - hangup:
"""


@pytest.fixture(scope="module")
def canada(places: Places) -> Places:
    rows, problems = read_places_file(CANADA)
    assert not problems
    return places.with_abroad(Abroad(rows))


@pytest.fixture(scope="module")
def asked(canada: Places) -> Kind:
    where = Whereabouts(canada, ())
    return make_kinds(where.heard, (), where.guessed, PostalCodes(6, has_letters=True))["place"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("k one a zero b one", "K1A0B1"),
        ("m five v three l nine", "M5V3L9"),
        ("mike five victor three lima nine", "M5V3L9"),
        ("kilo one alpha oh bravo one", "K1A0B1"),
        ("it's k as in kilo one a zero b one please", "K1A0B1"),
        ("m five v", "M5V"),
        ("toronto", "Toronto, Ontario"),
        ("vancouver british columbia", "Vancouver, British Columbia"),
        ("victoria b c", "Victoria, British Columbia"),
        ("i am in saint john's newfoundland and labrador", "St. John's, Newfoundland and Labrador"),
        ("vancouver washington", "Vancouver, Washington"),
        ("nine four one oh seven", "94107"),
        ("zed nine zed nine zed nine", None),
        ("fuck you", None),
    ],
)
def test_codes_and_towns_of_both_countries_are_heard(asked: Kind, said: str, kept: str | None) -> None:
    assert asked.hear(said, KindOptions()) == kept


@pytest.mark.parametrize(
    ("keys", "kept"), [("512021", "K1A 0B1"), ("658359", "M5V 3L9"), ("94107", "94107"), ("999999", None)]
)
def test_the_keys_that_carry_the_letters_are_a_postal_code(asked: Kind, keys: str, kept: str | None) -> None:
    assert asked.max_keys(KindOptions()) == len("512021")
    assert asked.key(keys, KindOptions()) == kept


def test_a_postal_code_is_read_back_a_character_at_a_time(asked: Kind) -> None:
    assert asked.speak("K1A 0B1") == "K 1 A 0 B 1"


def test_a_namesake_across_the_border_is_asked_about(canada: Places) -> None:
    found = canada.find_place("vancouver")
    assert isinstance(found, Ambiguous)
    assert found.ask == "Vancouver, British Columbia or Vancouver, Washington?"


def test_a_region_alone_asks_for_the_town(canada: Places) -> None:
    assert canada.find_place("british columbia") == Ambiguous("Which city in British Columbia?")


def test_a_town_misheard_is_a_guess(canada: Places) -> None:
    found = canada.find_place("missisauga")
    assert isinstance(found, Place)
    assert (found.name, found.exact) == ("Mississauga, Ontario", False)


def test_without_places_files_nothing_abroad_is_known(places: Places) -> None:
    assert places.find_place("K1A 0B1") is None


def test_stores_of_both_countries_are_checked_and_told_in_the_unit_of_the_caller(canada: Places) -> None:
    header, *lines = STORES.splitlines()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    stock = Canned(rows, canada).read()
    assert not stock.problems
    assert [(store.state, store.country) for store in stock.stores] == [("Ontario", "CA")] * 2 + [("OR", "US")]
    finder = StoreFinder(stock.stores, canada)
    north = finder.locate("L5B", 1, 0.0).stores[0]  # noon in Toronto or not: only the words matter
    assert north["name"] == "North Toronto"
    assert north["distance"].endswith("kilometers")
    assert finder.locate("97201", 1, 0.0).stores[0]["distance"].endswith(("mile", "miles"))


@pytest.mark.parametrize(
    ("line", "column", "told"),
    [
        ("CAN,K1A,Ottawa,,,45,-75,America/Toronto", 1, "country"),
        ("US,94107,San Francisco,,,37,-122,America/Los_Angeles", 1, "country"),
        ("CA,K1,Ottawa,,,45,-75,America/Toronto", 4, "postal code"),
        ("CA,K1A,,,,45,-75,America/Toronto", 8, "no city"),
        ("CA,K1A,Ottawa,,,95,-75,America/Toronto", 17, "latitude"),
        ("CA,K1A,Ottawa,,,45,nan,America/Toronto", 20, "longitude"),
        ("CA,K1A,Ottawa,,,45,-75,America/Ottawa", 24, "time zone"),
    ],
)
def test_a_wrong_line_is_told_with_its_place(tmp_path: Path, line: str, column: int, told: str) -> None:
    file = tmp_path / "canada.csv"
    file.write_text(HEADER + "CA,M5V,Toronto,,,43.6,-79.4,America/Toronto\n" + line + "\n", "utf-8")
    rows, (problem,) = read_places_file(file, "canada.csv")
    assert [row.city for row in rows] == ["Toronto"]
    assert (problem.place.file, problem.place.line, problem.place.column) == ("canada.csv", 3, column)
    assert told in problem.what


@pytest.mark.parametrize("text", ["", HEADER, "town,lat\nOttawa,45\n", 'country,city\n"CA'])
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "canada.csv"
    file.write_text(text, "utf-8")
    rows, problems = read_places_file(file)
    assert not rows
    assert [problem.code for problem in problems] == ["S001"]


@pytest.fixture
def north(tmp_path: Path, skills: SkillMaker) -> SkillMaker:
    (tmp_path / "canada.csv").write_bytes(CANADA.read_bytes())
    (tmp_path / "stores.csv").write_text(STORES, "utf-8")
    own = SkillMaker(replace(skills.settings, flows=tmp_path / "flows.yaml"))
    own.__dict__["places"] = skills.places
    return own


def test_a_caller_in_canada_is_told_the_nearest_store(north: SkillMaker) -> None:
    caller = Caller(read_flows(FLOW, north)).rings()
    caller.says("m five v three l nine")
    assert caller.heard.startswith("North Toronto, less than a kilometer away, at 1 Front Street. It is open")


def test_a_postal_code_is_keyed_and_a_namesake_settled(north: SkillMaker) -> None:
    caller = Caller(read_flows(FLOW, north)).rings()
    assert "North Ottawa" in caller.presses("512021").heard
    other = Caller(read_flows(FLOW, north)).rings().says("vancouver")
    assert other.heard == "Vancouver, British Columbia or Vancouver, Washington?"
    assert "South Portland" in other.says("washington").heard


def test_a_place_that_nobody_lists_is_told(north: SkillMaker) -> None:
    caller = Caller(read_flows(FLOW, north)).rings().says("zed nine zed nine zed nine")
    assert "North" not in caller.heard


def test_a_flow_file_with_a_broken_places_file_is_refused_with_the_line(north: SkillMaker) -> None:
    (north.folder / "canada.csv").write_text(HEADER + "CA,K1A,Ottawa,,,95,-75,America/Toronto\n", "utf-8")
    with pytest.raises(FlowFileError, match=r"canada\.csv:2"):
        read_flows(FLOW, north)


def test_a_places_file_that_changes_is_read_again(north: SkillMaker) -> None:
    company = read_flows(FLOW, north).company
    before, known = north.stamp(company), north.places_of(company)
    assert isinstance(known.find_place("K1P"), Place)
    (north.folder / "canada.csv").write_text(HEADER + "CA,T2P,Calgary,,,51,-114,America/Edmonton\n", "utf-8")
    assert north.stamp(company) != before
    assert north.places_of(company).find_place("K1P") is None
