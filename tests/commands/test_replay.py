"""``ivr replay`` as an operator uses it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.replay import replay
from ivr.flows import FlowBook, read_flows
from ivr.flows.call import Call
from ivr.flows.events import Heard, Pressed, Started
from ivr.records import Database, FlowVersions, SqlCallRecords
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.replay.callers import random_calls
from tests.replay.conftest import had

TEXT = (ROOT / "flows.yaml").read_text(encoding="utf-8")
EDITED = TEXT.replace("to: queue sales\n", "to: agent sam\n")


@dataclass
class Office:
    """A company's folder with its records; the parts that the command asks for."""

    settings: Settings
    skills: SkillMaker
    records: SqlCallRecords
    versions: FlowVersions

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(replay, arguments, obj=self)

    def edit(self, text: str) -> None:
        self.settings.flows.write_text(text, encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path, shop: FlowBook, skills: SkillMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stores.csv").write_bytes((ROOT / "stores.csv").read_bytes())
    os.utime(tmp_path / "stores.csv", (1.0, 1.0))
    settings = Settings.from_env({}, tmp_path)
    database = Database(settings.database_url)
    versions = FlowVersions(settings.data / "flows", database)
    versions.prepare()
    versions.keep(shop.version, TEXT)
    found = Office(settings, skills, SqlCallRecords(database), versions)
    found.edit(TEXT)
    yield found
    database.close()


def calls(office: Office, shop: FlowBook, count: int) -> list[str]:
    for call, events in random_calls(shop, count):
        office.records.save_call(call, events)
    return [str(record["id"]) for record in office.records.calls(count)]


def test_nothing_edited_nothing_found(office: Office, shop: FlowBook) -> None:
    calls(office, shop, 20)
    result = office.run()
    assert (result.stdout, result.exit_code) == ("None of 20 calls would now end differently.\n", 0)


def test_an_edit_is_told_by_its_line_with_both_endings(office: Office, shop: FlowBook) -> None:
    calls(office, shop, 20)
    office.edit(EDITED)
    result = office.run("--last", "15")
    line = next(number for number, text in enumerate(EDITED.splitlines(), 1) if "- transfer:" in text)
    assert f"flows.yaml:{line}:7  sales.0: " in result.stdout
    assert "then:   Please hold while I connect you. (rings queue sales)" in result.stdout
    assert "now:    Please hold while I connect you. (rings agent sam)" in result.stdout
    assert "of 15 calls would now end differently." in result.stdout
    assert result.exit_code == 1


def test_another_file_can_be_tried_without_touching_the_own_one(office: Office, shop: FlowBook, tmp_path: Path) -> None:
    calls(office, shop, 10)
    (tmp_path / "new.yaml").write_text(EDITED, encoding="utf-8")
    data = json.loads(office.run("--flows", "new.yaml", "--json").stdout)
    assert data["calls"] == 10
    assert data["groups"][0]["place"].startswith("new.yaml:")
    named = {call for group in data["groups"] for ending in group["endings"] for call in ending["calls"]}
    assert named == {verdict["call"] for verdict in data["verdicts"]}
    assert office.run().exit_code == 0


def test_calls_by_name_are_told_one_by_one(office: Office, shop: FlowBook) -> None:
    newest, older, *_ = calls(office, shop, 3)
    result = office.run(newest, older)
    first, second, summary = result.stdout.splitlines()
    assert first.startswith(f"{newest}: same (")
    assert second.startswith(f"{older}: same (")
    assert summary == "None of 2 calls would now end differently."


def test_since_counts_back_from_now(office: Office, shop: FlowBook) -> None:
    now_s = time.time()
    (call, events) = random_calls(shop, 1)[0]
    for days in (1, 10, 100):
        at_s = now_s - days * 86_400
        again = replace(call, id=f"CA{days}", started_s=at_s)
        office.records.save_call(again, [replace(event, at_s=at_s) for event in events])
    assert json.loads(office.run("--since", "2w", "--json").stdout)["calls"] == 2
    assert json.loads(office.run("--since", "2w", "--last", "1", "--json").stdout)["calls"] == 1


def test_a_call_that_comes_out_otherwise_is_a_defect_and_a_newer_store_list_may_be_why(
    office: Office, shop: FlowBook, tmp_path: Path
) -> None:
    call, events = next(one for one in random_calls(shop, 50) if len(one[1]) > 5)
    office.records.save_call(replace(call, outcome="store found"), events)
    result = office.run()
    assert f"{call.id} does not come out as recorded (outcome: 'store found' became '{call.outcome}')" in result.stdout
    assert "the program itself has changed, or is wrong" in result.stdout
    assert "1 does not come out as recorded on the version it ran on." in result.stdout
    assert result.exit_code == 1
    os.utime(tmp_path / "stores.csv", (call.started_s + 86_400,) * 2)
    assert "The store list was changed at " in office.run().stdout


def test_no_secret_is_told(office: Office, skills: SkillMaker, tmp_path: Path) -> None:
    card = '  card: {kind: digits, length: 16, ask: "Please key in your gift card number.", secret: true}'
    text = TEXT.replace("\nslots:", f"\nslots:\n{card}\n#", 1)
    text = text.replace("- collect: [order, name]", "- collect: card\n    - collect: [order, name]")
    book = read_flows(text, skills)
    office.versions.keep(book.version, text)
    call, events = had(book, [Heard(1_795_464_010.0, "track an order"), Pressed(1_795_464_020.0, "4111222233334444")])
    assert call.secrets == ("card",)
    office.records.save_call(replace(call, ended=True), events)
    (tmp_path / "flows.yaml").write_text(EDITED, encoding="utf-8")
    for arguments in ((), ("--json",)):
        shown = office.run(*arguments).stdout
        assert "4111" not in shown
        assert "asked something else" in shown or "asks something else" in shown


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["CA9"], "There is no call 'CA9'", 1),
        (["CAlive"], "still under way", 1),
        (["CA9", "--last", "3"], "Name calls, or say", 2),
        (["--since", "soon"], "write 30d, 12h or 2w", 2),
        (["--flows", "nowhere.yaml"], "nowhere.yaml cannot be read", 2),
    ],
)
def test_what_cannot_be_done_is_told_kindly(office: Office, arguments: list[str], says: str, code: int) -> None:
    office.records.save_call(Call("CAlive", started_s=1.0), [Started(1.0, "+1", "+2")])
    result = office.run(*arguments)
    assert says in result.output
    assert result.exit_code == code


def test_no_calls_at_all_is_no_failure(office: Office) -> None:
    assert office.run().stdout == "There are no calls to run again.\n"
