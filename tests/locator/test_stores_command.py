from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.stores import stores
from ivr.flows.problems import FlowFileError
from ivr.settings import Settings
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class JustSettings:
    """Parts of a service whose flow file cannot be used: the locator must work all the same."""

    settings: Settings

    @property
    def book(self) -> None:
        raise FlowFileError([])


@pytest.fixture
def parts(data_folder: Path) -> JustSettings:
    return JustSettings(Settings.from_env({**SHARED, "IVR_DATA": str(data_folder)}, ROOT))


def ivr_stores(parts: JustSettings, *words: str) -> Result:
    return CliRunner().invoke(stores, words, obj=parts, catch_exceptions=False)


@pytest.mark.parametrize(
    "place", [["94107"], ["nine", "four", "one", "oh", "seven"], ["san", "francisco"], ["37.76,-122.39"]]
)
def test_a_zip_spoken_or_written_a_city_and_a_point_lead_to_the_same_store(
    place: list[str], parts: JustSettings
) -> None:
    result = ivr_stores(parts, "nearest", *place, "-n", "1", "--json")
    assert result.exit_code == 0
    (store,) = json.loads(result.stdout)["stores"]
    assert store["name"] == "Northwind Outfitters Downtown San Francisco"


def test_the_table_for_people_names_the_stores(parts: JustSettings) -> None:
    result = ivr_stores(parts, "nearest", "portland oregon")
    assert result.exit_code == 0
    assert "Northwind Outfitters Downtown Portland" in result.stdout


def test_a_place_that_is_not_found_exits_with_one_and_says_what_to_write(parts: JustSettings) -> None:
    unknown = ivr_stores(parts, "nearest", "nowhereville")
    assert unknown.exit_code == 1
    assert "ZIP code" in unknown.stdout
    assert ivr_stores(parts, "nearest", "aurora").stdout == "Aurora, Colorado or Aurora, Illinois?\n"
    assert ivr_stores(parts, "nearest").exit_code == 2


def test_our_own_file_has_no_mistakes(parts: JustSettings) -> None:
    result = ivr_stores(parts, "check", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"stores": 300, "problems": []})


def test_every_mistake_of_a_file_is_shown_and_the_exit_code_is_one(parts: JustSettings, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("id,name,lat,lon,hours\nA,One,95,-122.6,9am\n", "utf-8")
    result = ivr_stores(parts, "check", str(file))
    assert result.exit_code == 1
    assert f"{file}:2:7: lat '95' is no latitude." in result.stdout
    assert f"{file}:2:17: the hours '9am' cannot be read" in result.stdout
    assert len(json.loads(ivr_stores(parts, "check", str(file), "--json").stdout)["problems"]) == 2


def test_stores_without_coordinates_get_those_of_their_zip_or_city_and_nothing_else_changes(
    parts: JustSettings, tmp_path: Path
) -> None:
    file, out = tmp_path / "bare.csv", tmp_path / "full.csv"
    file.write_text(
        "id,name,city,state,zip,lat,lon,manager\n"
        "A,One,,,97201,,,Ann\nB,Two,Denver,CO,,0,0,\nC,Three,Nowhere,OR,,,,\nD,Four,,,,45.5,-122.6,\n",
        "utf-8",
    )
    before = ivr_stores(parts, "check", str(file))
    assert f"{file}:2:15: this store has no lat.\n    Around Portland, Oregon 97201 it is 45." in before.stdout
    result = ivr_stores(parts, "check", str(file), "--fix", "-o", str(out), "--json")
    assert result.exit_code == 1
    assert "2 stores got coordinates, 1 did not" in result.stderr
    assert json.loads(result.stdout)["stores"] == 3
    rows = {row["id"]: row for row in csv.DictReader(out.read_text("utf-8").splitlines())}
    assert rows["A"]["lat"].startswith("45.5")
    assert (rows["A"]["manager"], rows["B"]["lon"][:4], rows["C"]["lat"]) == ("Ann", "-104", "")
    assert file.read_text("utf-8").startswith("id,name,city")
    assert ivr_stores(parts, "check", str(file), "--fix").exit_code == 2


def test_geojson_is_checked_as_well(parts: JustSettings, tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"
    file.write_text('{"type": "FeatureCollection",\n "features": [{"properties": {"id": "A"}}]}', "utf-8")
    result = ivr_stores(parts, "check", str(file))
    assert (result.exit_code, f"{file}:2:" in result.stdout) == (1, True)
