"""Benchmarks on the example company, so small that they only show that they run."""

from __future__ import annotations

from pathlib import Path

import pytest

import app
from ivr.benchmarks.setting import Setting
from ivr.settings import Settings
from tests.conftest import ROOT


@pytest.fixture
def parts(tmp_path: Path) -> app.Parts:
    return app.Parts(Settings.from_env({"IVR_DATA": str(tmp_path)}, ROOT))


@pytest.fixture
def setting(parts: app.Parts) -> Setting:
    return Setting(parts.settings, parts.skills, ROOT / "models" / "telephony-en-8k", seconds=3.0)
