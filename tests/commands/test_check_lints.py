"""``ivr check`` as a person and as a machine see it: warnings, notes, several files, SARIF, pages of lints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from ivr.commands.check import check
from ivr.commands.findings import counted, shown
from ivr.flows.lints import LINTS
from ivr.flows.problems import Place, Problem
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import ROOT

GOOD = (ROOT / "flows.yaml").read_text(encoding="utf-8")
WARNED = LINTS["L114"].bad
WRONG = LINTS["L114"].bad.replace("hangup", "hangupp")


@dataclass
class CheckParts:
    """What the command needs."""

    skills: SkillMaker
    settings: Settings


@pytest.fixture
def parts(tmp_path: Path, skills: SkillMaker, monkeypatch: pytest.MonkeyPatch) -> CheckParts:
    for name, text in (("flows.yaml", WARNED), ("wrong.yaml", WRONG), ("noted.yaml", LINTS["L117"].bad)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    fine = (
        '    - transfer: {to: "+15035550101", otherwise: {no answer: bye}}\n    - go: bye\n  bye:\n    - hangup: Bye.\n'
    )
    (tmp_path / "fine.yaml").write_text(f'lines: {{"+15035550100": main}}\nflows:\n  main:\n{fine}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"IVR_FLOWS": str(tmp_path / "flows.yaml")}, ROOT)
    own = SkillMaker(settings)
    own.__dict__["places"] = skills.places
    return CheckParts(own, settings)


def checked(parts: CheckParts, *arguments: str, color: bool = False) -> Result:
    return CliRunner().invoke(check, arguments, obj=parts, color=color)


# --- for people -------------------------------------------------------------------------------------------------------


def test_warnings_let_a_file_pass_unless_one_is_strict(parts: CheckParts) -> None:
    assert checked(parts).exit_code == 0
    assert checked(parts, "--strict").exit_code == 1
    assert checked(parts, "fine.yaml", "--strict").exit_code == 0


def test_a_finding_shows_its_line_with_a_caret_under_the_place(parts: CheckParts) -> None:
    place, line, caret, remedy = checked(parts).output.splitlines()[-4:]
    assert place.startswith("flows.yaml:4:7: warning: ")
    assert line == '  |     - transfer: "+15035550101"'
    assert caret == "  |       ^"
    assert remedy == "    Add  otherwise: {no answer: NAME_OF_A_FLOW}"


def plain(problem: Problem, lines: list[str]) -> list[str]:
    return [click.unstyle(line) for line in shown(problem, lines)]


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    _, text, caret = plain(Problem(Place("f.yaml", 1, 301), "F100", "this is wrong."), [line])
    assert len(text) <= 104
    assert text[caret.index("^") :].startswith("HERE")


def test_letters_that_steer_a_terminal_are_not_shown() -> None:
    steering = "\x1b[2J\x07"
    problem = Problem(Place("f.yaml", 1, 1), "F100", f"there is no '{steering}'.", f"Write  {steering}")
    for line in shown(problem, [f"say: {steering}hello"]):
        assert steering not in line
        assert click.unstyle(line).isprintable()


def test_colours_tell_mistakes_from_warnings(parts: CheckParts) -> None:
    assert "\x1b[33m" in checked(parts, color=True).output
    assert "\x1b[31m" in checked(parts, "wrong.yaml", color=True).output
    assert "\x1b" not in checked(parts, "wrong.yaml").output


def test_several_files_are_told_apart_and_counted_together(parts: CheckParts) -> None:
    result = checked(parts, "wrong.yaml", "fine.yaml", "flows.yaml")
    assert result.exit_code == 1
    headings = [line for line in result.output.splitlines() if line[:1] not in {"", " "} and ".yaml:" not in line]
    assert headings == [
        "1 mistake, 1 warning in wrong.yaml",
        "fine.yaml is fine: 2 flows, 3 steps.",
        "1 warning in flows.yaml",
        "In all 1 mistake, 2 warnings.",
    ]


def test_findings_stand_in_the_order_of_the_lines(parts: CheckParts) -> None:
    found = json.loads(checked(parts, "wrong.yaml", "--json").output)["problems"]
    assert [(one["line"], one["severity"]) for one in found] == [(4, "warning"), (5, "error")]


def test_notes_are_shown_to_the_pedantic_and_are_no_reason_to_fail(parts: CheckParts) -> None:
    assert "[L117]" not in checked(parts, "noted.yaml").output
    result = checked(parts, "noted.yaml", "--pedantic")
    assert result.output.splitlines()[0].endswith("2 notes in noted.yaml")
    assert result.exit_code == 0


def test_mistakes_are_counted_before_warnings_and_notes() -> None:
    place = Place("f.yaml", 1, 1)
    some = [Problem(place, "X", "x", severity=one) for one in ("info", "warning", "error", "warning")]
    assert counted(some) == "1 mistake, 2 warnings, 1 note"


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LINTS)
def test_a_code_is_explained(code: str, parts: CheckParts) -> None:
    result = checked(parts, "--explain", code.lower())
    assert result.exit_code == 0
    assert LINTS[code].title in result.output.splitlines()[0]
    assert LINTS[code].good in result.output


def test_all_codes_are_explained_as_the_reference(parts: CheckParts) -> None:
    written = (ROOT / "docs" / "lints.md").read_text(encoding="utf-8")
    assert checked(parts, "--explain", "all").output == written


def test_a_code_that_is_not_there_is_a_wrong_use(parts: CheckParts) -> None:
    result = checked(parts, "--explain", "L999")
    assert result.exit_code == 2
    assert "There is no lint 'L999'." in result.output


# --- for machines -----------------------------------------------------------------------------------------------------


def test_several_files_are_a_list_for_machines(parts: CheckParts) -> None:
    data = json.loads(checked(parts, "fine.yaml", "flows.yaml", "--json").output)
    assert [one["file"] for one in data] == ["fine.yaml", "flows.yaml"]
    assert data[0]["problems"] == []
    assert {one["severity"] for one in data[1]["problems"]} == {"warning"}


def test_json_and_sarif_at_once_is_a_wrong_use(parts: CheckParts) -> None:
    assert checked(parts, "--json", "--sarif").exit_code == 2


def run_of(result: Result) -> dict[str, Any]:
    log = json.loads(result.output)
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif_names_every_finding_with_its_rule_and_place(parts: CheckParts) -> None:
    result = checked(parts, "wrong.yaml", "noted.yaml", "--sarif", "--pedantic")
    assert result.exit_code == 1
    run = run_of(result)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert {"error", "warning", "note"} == {one["level"] for one in run["results"]}
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["message"]["text"]
        (location,) = one["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] in {"wrong.yaml", "noted.yaml"}
        assert physical["region"]["startLine"] >= 1
        assert physical["region"]["startColumn"] >= 1


def test_sarif_of_a_fine_file_has_rules_and_no_results(parts: CheckParts) -> None:
    run = run_of(checked(parts, "fine.yaml", "--sarif"))
    assert run["results"] == []
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(LINTS)
