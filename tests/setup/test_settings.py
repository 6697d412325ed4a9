"""Settings: where they come from, and how they reach the processes of the service."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import ROOT, Settings, SettingsError, read_environment


def test_the_real_environment_wins_over_the_file_even_when_empty(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=5001\nIVR_SPEECH=keys\nSMTP_URL=smtp://mail\n", "utf-8")
    before = dict(os.environ)
    environment, origins = read_environment(tmp_path, {"PORT": "5002", "SMTP_URL": ""})
    assert (environment["PORT"], origins["PORT"]) == ("5002", "environment")
    assert (environment["IVR_SPEECH"], origins["IVR_SPEECH"]) == ("keys", ".env")
    assert (environment["SMTP_URL"], origins["SMTP_URL"]) == ("", "environment")
    assert "VOSK_MODEL" not in origins
    assert dict(os.environ) == before


def test_settings_reach_a_child_process_unchanged(tmp_path: Path) -> None:
    given = Settings.from_env({}, ROOT)
    odd: dict[str, Any] = {one.name: f"odd {one.name}" for one in fields(Settings) if one.type == "str"}
    odd |= {"flows": tmp_path / "flows.yaml", "data": tmp_path / "some data", "speech": "carrier", "port": 5999}
    odd |= {
        "context_webhook": "https://crm.example/",
        "task_workspace": "WS" + "1" * 32,
        "task_workflow": "WW" + "2" * 32,
        "log": "json",
        "delete_at_carrier": "with-ours",
        "voice_key": "SK" + "3" * 32,
        "voice_sdk": str(tmp_path / "twilio.min.js"),
    }
    settings = replace(given, **odd)
    assert Settings.from_env(settings.as_environment(), ROOT) == settings


def test_the_example_file_names_every_variable() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    for name in Settings.from_env({}, ROOT).as_environment():
        assert f"#{name}=" in text


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "http"), ("PORT", "70000"), ("IVR_SPEECH", "loud"), ("TWILIO_WORKSPACE_SID", "WSx")]
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}='{value}'"):
        Settings.from_env({name: value}, ROOT)
