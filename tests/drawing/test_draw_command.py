"""``ivr draw`` gives the picture that was asked for, where it was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner, Result

from ivr.commands.draw import draw
from ivr.drawing import draw_svg
from ivr.flows import FlowBook, FlowFileError
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.drawing.test_compare import FILE

Run = Callable[..., Result]


@dataclass(frozen=True, slots=True)
class TwoParts:
    """What this command uses."""

    settings: Settings
    skills: SkillMaker


@pytest.fixture
def run(skills: SkillMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(FILE.replace("Welcome.", "Good day."), encoding="utf-8")
    parts = TwoParts(Settings.from_env({}, tmp_path), skills)
    return lambda *arguments: CliRunner().invoke(draw, list(arguments), obj=parts)


def test_without_a_terminal_the_picture_goes_to_standard_output(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    assert fromstring(result.stdout).tag.endswith("svg")  # noqa: S314 - our own text
    assert 'href="flows.yaml#L9"' in result.stdout


def test_a_picture_in_a_folder_links_back_to_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert run("flows.yaml", "-o", "docs/flow.svg").exit_code == 0
    assert 'href="../flows.yaml#L9"' in (tmp_path / "docs" / "flow.svg").read_text(encoding="utf-8")


def test_links_can_lead_elsewhere_but_not_run_anything(run: Run) -> None:
    assert 'href="https://example.test/f#L9"' in run("--link-base", "https://example.test/f").stdout
    refused = run("--link-base", "javascript:alert(1)")
    assert refused.exit_code == 2
    assert "cannot be linked to" in refused.stderr


def test_the_name_of_the_output_tells_the_format(run: Run, tmp_path: Path) -> None:
    for name, begins in (("x.svg", "<svg"), ("x.mmd", "flowchart TD"), ("x.txt", "our company")):
        assert run("-o", name).exit_code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_text_has_no_colours_without_a_terminal_and_its_lines_stay_whole(run: Run) -> None:
    lines = run("--format", "text").stdout.splitlines()
    assert "└─ hangup “Goodbye.” ■ end  :25" in lines
    assert "\x1b" not in "".join(lines)


def test_an_edit_is_drawn_with_what_it_was(run: Run) -> None:
    result = run("new.yaml", "--diff", "flows.yaml", "--format", "text")
    assert "├─ ~ say “Good day.”  (was “Welcome.”)  :9" in result.stdout.splitlines()


def test_json_tells_what_the_picture_shows(run: Run) -> None:
    shown = json.loads(run("new.yaml", "--diff", "flows.yaml", "--json").stdout)
    first = shown["flows"][0]["nodes"][0]
    assert (first["id"], first["status"], first["was"], first["line"]) == ("main.0", "changed", "“Welcome.”", 9)


def test_a_file_that_is_not_there_is_told_without_a_traceback(run: Run) -> None:
    for arguments in (["nowhere.yaml"], ["--diff", "nowhere.yaml"], ["-o", "nowhere/x.svg"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "nowhere" in result.stderr


def test_a_broken_file_gives_its_mistakes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("flows: {a: [{go: b}]}", encoding="utf-8")
    result = run("bad.yaml")
    assert isinstance(result.exception, FlowFileError)
    assert "bad.yaml:1:18" in str(result.exception)


def test_the_picture_in_the_handbook_is_that_of_the_flow_file(shop: FlowBook) -> None:
    kept = (ROOT / "docs" / "flow.svg").read_text(encoding="utf-8")
    assert kept == draw_svg(shop, link_base="../flows.yaml"), "run: ivr draw flows.yaml -o docs/flow.svg"
