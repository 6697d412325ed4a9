"""Benchmarks on the example company, so small that they only show that they run."""

from __future__ import annotations

import pytest

import app
from ivr.benchmarks.setting import Setting
from ivr.settings import Settings
from tests.conftest import ROOT, SHARED


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> app.Parts:
    """One data folder for all, so that prompts are made once."""
    return app.Parts(Settings.from_env({**SHARED, "IVR_DATA": str(tmp_path_factory.mktemp("data"))}, ROOT))


@pytest.fixture(scope="session")
def setting(parts: app.Parts) -> Setting:
    return Setting(parts.settings, parts.skills, ROOT / "models" / "telephony-en-8k", seconds=3.0)
