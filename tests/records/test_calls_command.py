"""What the operator sees of the calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.calls import calls
from ivr.flows.call import Call
from ivr.flows.events import HungUp, Started
from ivr.records import SqlCallRecords
from tests.conftest import opened_with_tables

CALL = replace(
    Call("CA1", "+15035550100", "+15035550199", started_s=1000.0, now_s=1004.0).said("ivr", "How can I help?"),
    now_s=1007.5,
).said("caller", "a [bold]store[/bold]", 0.91)
CALL = replace(CALL.set("zip", "94107"), ended=True, now_s=1075.0, outcome="store found")


@dataclass
class Parts:
    records: SqlCallRecords


@pytest.fixture
def records(tmp_path: Path) -> Iterator[SqlCallRecords]:
    database = opened_with_tables(tmp_path / "ringdown.db")
    yield SqlCallRecords(database)
    database.close()


def run(records: SqlCallRecords, *arguments: str) -> Result:
    return CliRunner().invoke(calls, arguments, obj=Parts(records))


def test_the_list_shows_each_call_with_its_length_and_outcome(records: SqlCallRecords) -> None:
    records.save_call(CALL, [Started(1000.0, "+1", "+2")])
    records.save_call(replace(CALL, id="CA2", ended=False, outcome="", started_s=2000.0), [])
    header, newest, older = run(records, "list").stdout.splitlines()
    assert "outcome" in header
    assert "CA2" in newest
    assert "not ended" in newest
    for part in ("CA1", "+15035550199", "1:15", "store found"):
        assert part in older


def test_a_call_shows_what_was_said_when(records: SqlCallRecords) -> None:
    records.save_call(CALL, [])
    shown = run(records, "show", "CA1").stdout
    assert "    4.0 s     ivr: How can I help?" in shown
    assert "    7.5 s  caller: a [bold]store[/bold]  (0.91)" in shown
    assert "zip = 94107" in shown


def test_machines_get_the_record_with_its_events(records: SqlCallRecords) -> None:
    records.save_call(CALL, [HungUp(1075.0)])
    assert json.loads(run(records, "show", "CA1", "--json").stdout)["events"] == [{"event": "HungUp", "at_s": 1075.0}]
    assert [record["id"] for record in json.loads(run(records, "list", "--json").stdout)] == ["CA1"]


def test_no_calls_and_an_unknown_call_are_told_kindly(records: SqlCallRecords) -> None:
    assert run(records, "list").stdout.startswith("No calls yet.")
    assert json.loads(run(records, "list", "--json").stdout) == []
    shown = run(records, "show", "CA9")
    assert shown.exit_code == 1
    assert "ivr calls list" in shown.output
