"""Bad flow files, and what ``ivr check`` says about each: every mistake at once, in order, with a remedy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.check import check
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import VoskEars
from ivr.speech.models import find_model
from ivr.speech.pronunciations import Pronunciations
from tests.conftest import ROOT

MISTAKES = Path(__file__).parent / "mistakes"
FILES = sorted(MISTAKES.glob("*.yaml"))
"""These are small files; a check that takes longer has no bound."""


@dataclass(frozen=True)
class CheckParts:
    """What the command needs."""

    skills: SkillMaker
    settings: Settings


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory, skills: SkillMaker) -> CheckParts:
    settings = Settings.from_env({"IVR_FLOWS": str(MISTAKES / "flows.yaml")}, ROOT)
    model = find_model(settings.vosk_model, ROOT, settings.data)
    own = SkillMaker(settings, VoskEars(model).knows, Pronunciations(model).of)
    own.__dict__["places"] = skills.places
    return CheckParts(own, settings)


def checked(parts: CheckParts, *arguments: str) -> Result:
    return CliRunner().invoke(check, arguments, obj=parts)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_answered_word_for_word(file: Path, parts: CheckParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MISTAKES)
    result = checked(parts, file.name)
    assert result.output == file.with_suffix(".txt").read_text(encoding="utf-8")
    assert result.exit_code == int("mistake" in result.output.split(" in ", 1)[0])


def test_there_are_bad_files() -> None:
    assert len(FILES) >= 60


def test_the_mistakes_are_the_same_for_machines(parts: CheckParts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MISTAKES)
    result = checked(parts, "unknown_key.yaml", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "file": "unknown_key.yaml",
        "problems": [
            {
                "file": "unknown_key.yaml",
                "line": 2,
                "column": 1,
                "severity": "error",
                "code": "F101",
                "what": "I do not know 'timezon' here.",
                "instead": "Did you mean 'timezone'?",
            }
        ],
    }
