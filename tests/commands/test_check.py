"""``ivr check``: what is right, what is wrong, and how the exit tells a script. Wordings are in tests/mistakes."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.check import check
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from tests.conftest import ROOT


@dataclass
class CheckParts:
    """What the command needs."""

    skills: SkillMaker
    settings: Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("flows.yaml", "stores.csv"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def parts(folder: Path, skills: SkillMaker) -> CheckParts:
    settings = Settings.from_env({"IVR_FLOWS": str(folder / "flows.yaml")}, ROOT)
    own = SkillMaker(settings)
    own.__dict__["places"] = skills.places
    return CheckParts(own, settings)


def checked(parts: CheckParts, *arguments: str) -> Result:
    return CliRunner().invoke(check, arguments, obj=parts)


def test_the_example_that_ships_has_no_mistake(parts: CheckParts) -> None:
    result = checked(parts)
    assert result.exit_code == 0
    assert result.output.strip().endswith("steps.")
    assert "flows.yaml is fine: " in result.output


def test_mistakes_are_findings_for_a_script(parts: CheckParts, folder: Path) -> None:
    flows = folder / "flows.yaml"
    flows.write_text(flows.read_text(encoding="utf-8").replace("press: 1", "press: 11"), encoding="utf-8")
    result = checked(parts, "--json")
    assert result.exit_code == 1
    problems = json.loads(result.output)["problems"]
    assert {problem["what"] for problem in problems} == {"'11' is not a key of the telephone."}
    lines = flows.read_text(encoding="utf-8").splitlines()
    for problem in problems:
        assert lines[problem["line"] - 1][problem["column"] - 1 :].startswith("11")


def test_a_file_that_is_not_there_is_a_wrong_use(parts: CheckParts, folder: Path) -> None:
    result = checked(parts, str(folder / "none.yaml"))
    assert result.exit_code == 2
    assert "cannot be read: No such file or directory." in result.output


def test_a_folder_is_a_wrong_use(parts: CheckParts, folder: Path) -> None:
    assert checked(parts, str(folder)).exit_code == 2
