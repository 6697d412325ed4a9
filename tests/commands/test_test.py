"""``ivr test`` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.test import test as command
from ivr.flows import FlowBook
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard, HungUp, Started
from ivr.flows.interpreter import step
from ivr.records import SqlCallRecords
from ivr.settings import Settings
from tests.conftest import CALLER, LINE, MONDAY_NOON, ROOT, opened_with_tables

GOES_WELL = "says goodbye:\n  call: [{hears: ...}, {says: goodbye}, {hears: ...}]\n  ends: finished\n"
GOES_WRONG = "says hello:\n  call:\n    - hears: Hello.\n    - hears: ...\n"


@dataclass
class Parts:
    book: FlowBook
    settings: Settings
    records: SqlCallRecords


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlCallRecords]:
    database = opened_with_tables(tmp_path / "ringdown.db")
    yield SqlCallRecords(database)
    database.close()


@pytest.fixture
def parts(shop: FlowBook, records: SqlCallRecords, tmp_path: Path) -> Parts:
    return Parts(shop, replace(Settings.from_env({}, ROOT), flows=tmp_path / "flows.yaml"), records)


def run(parts: Parts, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], obj=parts)


def written(folder: Path, **files: str) -> Path:
    calls = folder / "calls"
    calls.mkdir()
    for name, text in files.items():
        (calls / f"{name}.yaml").write_text(text, encoding="utf-8")
    return calls


def test_calls_beside_the_flow_file_are_had_and_counted(parts: Parts, tmp_path: Path) -> None:
    calls = written(tmp_path, a=GOES_WELL, b=GOES_WELL.replace("says goodbye:", "another:"))
    result = run(parts)
    assert result.exit_code == 0
    assert f"{calls / 'a.yaml'} ." in result.stdout.replace("\n", "")
    assert "2 calls, all as written" in result.stdout


def test_a_call_that_goes_otherwise_is_shown_and_fails(parts: Parts, tmp_path: Path) -> None:
    written(tmp_path, a=GOES_WELL + GOES_WRONG)
    result = run(parts)
    assert result.exit_code == 1
    assert ".F" in result.stdout
    assert "> Hello." in result.stdout
    assert "2 calls, 1 not as written" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_only_calls_with_the_word_are_had(parts: Parts, tmp_path: Path) -> None:
    written(tmp_path, a=GOES_WELL, b=GOES_WRONG)
    assert run(parts, "-k", "GOODBYE").exit_code == 0
    assert run(parts, "-k", "b.yaml").exit_code == 1
    nothing = run(parts, "-k", "purple")
    assert nothing.exit_code == 2
    assert "There is no call with 'purple' in its name" in nothing.stderr


def test_without_calls_or_with_a_path_that_is_none_the_usage_is_wrong(parts: Parts, tmp_path: Path) -> None:
    assert run(parts).exit_code == 2
    assert run(parts, tmp_path / "nowhere").exit_code == 2


def test_every_mistake_of_every_file_is_told_before_any_call(parts: Parts, tmp_path: Path) -> None:
    written(tmp_path, a=GOES_WELL + "b: {}\n", c="d: {call: [{sais: x}]}")
    result = run(parts)
    assert result.exit_code == 1
    assert "2 mistakes in the calls" in result.stdout
    assert "Did you mean 'says'?" in result.stdout
    assert "as written" not in result.stdout
    problems = json.loads(run(parts, "--json").stdout)["problems"]
    assert [(one["line"], one["code"]) for one in problems] == [(4, "T103"), (1, "T102")]


def test_the_result_is_data_when_asked(parts: Parts, tmp_path: Path) -> None:
    calls = written(tmp_path, a=GOES_WELL + GOES_WRONG)
    data = json.loads(run(parts, calls, "--json", "--coverage").stdout)
    assert [(one["name"], one["line"], one["passed"]) for one in data["calls"]] == [
        ("says goodbye", 1, True),
        ("says hello", 4, False),
    ]
    assert data["calls"][1]["difference"]["line"] == 6
    assert data["coverage"]["taken"] + len(data["coverage"]["untaken"]) == data["coverage"]["exits"]


def test_ways_nobody_took_fail_when_they_are_asked_for(parts: Parts, tmp_path: Path) -> None:
    written(tmp_path, a=GOES_WELL)
    assert run(parts).exit_code == 0
    result = run(parts, "--coverage")
    assert result.exit_code == 1
    assert "menu: the way 'talk to sales' to sales.0 was never taken" in " ".join(result.stdout.split())


def test_the_calls_that_ship_take_every_way(parts: Parts) -> None:
    result = run(parts, ROOT / "calls", "--coverage")
    assert result.exit_code == 0
    assert "exits taken (100.0 %)" in result.stdout


def test_a_call_on_record_becomes_a_file_that_passes(parts: Parts, tmp_path: Path) -> None:
    events: list[Event] = [
        Started(MONDAY_NOON, LINE, CALLER),
        Heard(MONDAY_NOON + 5, "leave a message", 0.9),
        HungUp(MONDAY_NOON + 9),
    ]
    call = Call("CA1")
    for event in events:
        call, _ = step(call, event, parts.book)
    parts.records.save_call(call, events)
    file = tmp_path / "new.yaml"
    result = run(parts, "--record", "CA1", "-o", file)
    assert result.exit_code == 0
    assert file.read_text(encoding="utf-8") == run(parts, "--record", "CA1").stdout
    assert run(parts, file).exit_code == 0
    again = run(parts, "--record", "CA1", "-o", file)
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_a_call_nobody_knows_cannot_be_recorded(parts: Parts) -> None:
    result = run(parts, "--record", "CA404")
    assert result.exit_code == 1
    assert "There is no call 'CA404'" in result.stderr
