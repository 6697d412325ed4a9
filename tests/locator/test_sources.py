from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ivr.locator.great_circle import distance_km
from ivr.locator.places import Places
from ivr.locator.sources import SOURCES, source_at
from ivr.locator.sources.canned import Canned
from ivr.locator.sources.csv_file import CsvFile
from ivr.locator.sources.feed import Feed
from ivr.locator.states import STATES
from ivr.locator.store import COLUMNS, Store, StoreSource
from ivr.ports import Fetched

Row = dict[str, str]
Open = Callable[[Sequence[Row]], StoreSource]

GOOD: Row = {
    "id": "NW1",
    "name": "Downtown Portland",
    "address": "1 Main Street, Suite 2",
    "city": "Portland",
    "state": "OR",
    "zip": "97201",
    "lat": "45.5078",
    "lon": "-122.6897",
    "phone": "(503) 555-0101",
    "hours": "Mo-Sa 09:00-20:00",
    "services": "rentals|pickup",
}

OTHER: Row = {**GOOD, "id": "NW2", "name": "Lloyd Center", "address": "2 Main Street", "lat": "45.53"}


@pytest.fixture(params=sorted(SOURCES))
def open_source(request: pytest.FixtureRequest, places: Places, tmp_path: Path) -> Open:
    """Every kind of source, given the same rows."""

    def canned(rows: Sequence[Row]) -> StoreSource:
        return Canned(rows, places)

    def from_csv(rows: Sequence[Row]) -> StoreSource:
        with (tmp_path / "stores.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return CsvFile(tmp_path / "stores.csv", places)

    def from_geojson(rows: Sequence[Row]) -> StoreSource:
        text = json.dumps({"type": "FeatureCollection", "features": [feature(row) for row in rows]}, indent=1)
        (tmp_path / "stores.geojson").write_text(text, "utf-8")
        return source_at(tmp_path / "stores.geojson", places)

    def from_folder(rows: Sequence[Row]) -> StoreSource:
        (tmp_path / "stores").mkdir()
        for number, row in enumerate(rows):
            (tmp_path / "stores" / f"{number}.json").write_text(json.dumps(row), "utf-8")
        return source_at(tmp_path / "stores", places)

    def from_feed(rows: Sequence[Row]) -> StoreSource:
        from_csv(rows)
        body = (tmp_path / "stores.csv").read_bytes()
        feed = Feed("https://x.example/stores.csv", tmp_path / "kept", places, lambda *marks: Fetched(body))
        feed.kept.parent.mkdir()
        feed.kept.write_bytes(body)  # what a mistaken answer would not become, so that its mistakes can be told
        return feed

    openers: dict[str, Open] = {
        "canned": canned,
        "csv": from_csv,
        "geojson": from_geojson,
        "folder": from_folder,
        "feed": from_feed,
    }
    return openers[request.param]


def feature(row: Row) -> dict[str, object]:
    """A row as GeoJSON has it: numbers where they are numbers, else what was written."""

    def number(text: str) -> object:
        try:
            return float(text) if text and text != "nan" else text
        except ValueError:
            return text

    properties = {name: value for name, value in row.items() if name not in ("lat", "lon")}
    point = [number(row["lon"]), number(row["lat"])]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}


def test_a_source_tells_its_stores(open_source: Open) -> None:
    stock = open_source([GOOD]).read()
    assert stock.problems == ()
    assert stock.stores == (
        Store(
            id="NW1",
            name="Downtown Portland",
            lat=45.5078,
            lon=-122.6897,
            address="1 Main Street, Suite 2",
            city="Portland",
            state="OR",
            zip="97201",
            phone="+15035550101",
            hours="Mo-Sa 09:00-20:00",
            services=("rentals", "pickup"),
            timezone="America/Los_Angeles",
        ),
    )


@pytest.mark.parametrize(
    ("field", "value", "code", "told"),
    [
        ("lat", "", "S101", "no lat"),
        ("name", " ", "S101", "no name"),
        ("lat", "95", "S103", "no latitude"),
        ("lon", "nan", "S103", "no longitude"),
        ("lon", "west", "S103", "no longitude"),
        ("hours", "Mo-Xx 09:00-17:00", "S104", "column 4"),
        ("phone", "12", "S105", "no phone number"),
        ("zip", "9720", "S106", "no ZIP code"),
        ("zip", "94107", "S107", "San Francisco"),
        ("state", "ZZ", "S108", "no state"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_the_store_left_out(
    field: str, value: str, code: str, told: str, open_source: Open
) -> None:
    stock = open_source([{**GOOD, field: value}, OTHER]).read()
    assert [store.id for store in stock.stores] == ["NW2"]
    (problem,) = stock.problems
    assert problem.code == code
    assert told in problem.what
    assert problem.instead


def test_all_mistakes_are_told_at_once(open_source: Open) -> None:
    rows = [{**GOOD, "lat": "95", "hours": "soon", "phone": "12"}, {**GOOD, "lon": ""}, {**OTHER, "id": ""}]
    problems = open_source(rows).read().problems
    assert sorted(problem.code for problem in problems) == ["S101", "S101", "S102", "S103", "S104", "S105"]
    assert list(problems) == sorted(problems)


def test_what_may_be_empty_may_be_empty(open_source: Open) -> None:
    bare = {name: value if name in ("id", "name", "lat", "lon") else "" for name, value in GOOD.items()}
    stock = open_source([bare]).read()
    assert stock.problems == ()
    assert stock.stores[0].timezone == "America/Los_Angeles"


def test_a_mistake_in_a_file_has_the_line_and_column_an_editor_shows(places: Places, tmp_path: Path) -> None:
    text = (
        'id,name,address,lat,lon,hours\nA,One,"1 Main Street,\nSuite 2",45.5,-122.6,\nB,"Two ""B""",,45.5,-122.6,9am\n'
    )
    (tmp_path / "stores.csv").write_text(text, "utf-8")
    stock = CsvFile(tmp_path / "stores.csv", places, "stores.csv").read()
    assert [store.address for store in stock.stores] == ["1 Main Street,\nSuite 2"]
    (problem,) = stock.problems
    assert str(problem.place) == "stores.csv:4:28"
    assert text.splitlines()[3][problem.place.column - 1 :] == "9am"


def test_a_comma_without_quotes_is_told_as_that(places: Places, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text("id,name,lat,lon\nA,One,45.5,-122.6,Suite 2\n", "utf-8")
    (problem,) = CsvFile(tmp_path / "stores.csv", places).read().problems
    assert (problem.code, problem.place.line, problem.place.column) == ("S109", 2, 19)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"id,name\nA,One\n", "no column lat and no column lon"),
        (b"id;name;lat;lon\n", "no column"),
        (b"id,name,lat,lon\n\xff\n", "not UTF-8"),
        (b"PK\x03\x04\x00", "no text"),
        (b'id,name,lat,lon\n"A,One,45,-122\n', "no CSV"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, told: str, places: Places, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_bytes(content)
    stock = CsvFile(tmp_path / "stores.csv", places).read()
    assert stock.stores == ()
    assert told in stock.problems[0].what
    assert stock.problems[0].instead


def test_a_file_from_a_spreadsheet_is_read(places: Places, tmp_path: Path) -> None:
    text = "\ufeffID,Name,Lat,Lon\r\nA,One,45.5,-122.6\r\n,,,\r\n"
    (tmp_path / "stores.csv").write_bytes(text.encode("utf-8"))
    stock = CsvFile(tmp_path / "stores.csv", places).read()
    assert (len(stock.stores), stock.problems) == (1, ())


def test_a_missing_file_is_a_mistake_and_no_exception(places: Places, tmp_path: Path) -> None:
    (problem,) = CsvFile(tmp_path / "none.csv", places).read().problems
    assert "cannot be read" in problem.what


def test_our_own_stores_are_in_order_and_all_over_the_country(our_stores: tuple[Store, ...], places: Places) -> None:
    assert CsvFile(Path(__file__).parents[2] / "stores.csv", places).read().problems == ()
    assert len(our_stores) == 300
    assert {store.state for store in our_stores} == set(STATES) - {"AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
    assert len({store.name for store in our_stores}) == len({store.phone for store in our_stores}) == 300


def test_our_own_stores_are_near_their_zip_and_have_fictional_numbers(
    our_stores: tuple[Store, ...], places: Places
) -> None:
    for store in our_stores:
        there = places.zip(store.zip)
        assert there is not None
        assert distance_km(store.lat, store.lon, there.lat, there.lon) < 5
        assert re.fullmatch(r"\+1[2-9]\d\d55501\d\d", store.phone)


def test_the_same_store_under_two_ids_is_told_once(open_source: Open) -> None:
    stock = open_source([GOOD, {**GOOD, "id": "NW9", "lat": "45.5079"}]).read()
    assert [store.id for store in stock.stores] == ["NW1"]
    assert [problem.code for problem in stock.problems] == ["S110"]


def test_zero_zero_is_no_place_for_a_store(open_source: Open) -> None:
    stock = open_source([{**GOOD, "lat": "0", "lon": "0", "zip": ""}]).read()
    assert [problem.code for problem in stock.problems] == ["S111"]
    assert "Portland" in stock.problems[0].instead


def test_a_mistake_in_json_has_the_line_of_its_field(places: Places, tmp_path: Path) -> None:
    text = json.dumps(
        {"x": [1, {"features": 0}], "features": [feature(GOOD), feature({**OTHER, "phone": "12"})]}, indent=2
    )
    (tmp_path / "a.geojson").write_text(text, "utf-8")
    (problem,) = source_at(tmp_path / "a.geojson", places).read().problems
    assert problem.code == "S105"
    assert '"phone": "12"' in text.splitlines()[problem.place.line - 1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "empty"),
        ("{", "no JSON"),
        ("[1]", "no collection"),
        ('{"features": 3}', "no collection"),
        ('{"features": [3]}', "no properties"),
        ('{"features": [{"properties": {}, "geometry": {"type": "Polygon"}}]}', "no point"),
        ('{"features": [{"properties": {}, "geometry": {"type": "Point", "coordinates": [1]}}]}', "two coordinates"),
        ("[" * 100_000, "deep"),
    ],
)
def test_geojson_that_cannot_be_used_says_why(content: str, told: str, places: Places, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(content, "utf-8")
    stock = source_at(tmp_path / "a.geojson", places).read()
    assert stock.stores == ()
    assert told in stock.problems[0].what


def test_a_file_of_a_folder_that_is_broken_leaves_the_others(places: Places, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", "utf-8")
    (tmp_path / "b.json").write_text(json.dumps([GOOD, OTHER, 7]), "utf-8")
    stock = source_at(tmp_path, places, "stores").read()
    assert [store.id for store in stock.stores] == ["NW1", "NW2"]
    assert [(problem.place.file, problem.code) for problem in stock.problems] == [
        ("stores/a.json", "S001"),
        ("stores/b.json", "S112"),
    ]
