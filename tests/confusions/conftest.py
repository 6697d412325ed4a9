"""A small company whose options are easily taken for each other, and everything it takes to speak them."""

from __future__ import annotations

from pathlib import Path

import pytest

import app
from ivr.settings import Settings
from tests.conftest import ROOT, SHARED

COMPANY = """\
lines: {"+15035550100": main}
anywhere:
  operator: {press: 0, hear: [agent], go: bye}
flows:
  main:
    - menu:
        ask: "Sales or sails?"
        options:
          sales: {press: 1, go: bye}
          sails: {press: 2, go: bye}
  bye:
    - hangup: Goodbye.
"""


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> app.Parts:
    folder: Path = tmp_path_factory.mktemp("company")
    (folder / "flows.yaml").write_text(COMPANY, encoding="utf-8")
    environment = {**SHARED, "IVR_DATA": str(folder / "data"), "IVR_FLOWS": str(folder / "flows.yaml")}
    return app.Parts(Settings.from_env(environment, ROOT))
