"""A flow file with mistakes: callers hear the last good one, and nothing starts without one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app import Parts
from ivr.flows import FlowFileError
from tests.channels.carrier_phone import CarrierPhone
from tests.conftest import ROOT


def test_an_edit_with_mistakes_leaves_the_last_good_version_answering(
    phone: CarrierPhone, parts: Parts, tmp_path: Path
) -> None:
    phone.rings()
    (tmp_path / "flows.yaml").write_text("flowz: {}\n", encoding="utf-8")
    phone.call = "CA" + "0b" * 16
    phone.rings()
    assert phone.heard[0] == "Thanks for calling Northwind Outfitters."
    assert [problem.what for problem in parts.books.problems] == [
        "I do not know 'flowz' here.",
        "'flows' is missing here.",
    ]


def test_a_flow_file_with_mistakes_at_the_start_is_refused_with_all_of_them(
    make_parts: Callable[..., Parts], tmp_path: Path
) -> None:
    (tmp_path / "flows.yaml").write_text("flowz: {}\ncompany: [x]\n", encoding="utf-8")
    parts = make_parts()
    with pytest.raises(FlowFileError) as refused:
        _ = parts.book
    assert len(refused.value.problems) == 3


def test_the_service_does_not_start_with_a_broken_flow_file_and_prints_every_mistake(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("flows:\n  welcome:\n    - sya: Hello.\n    - go: nowhere\n", encoding="utf-8")
    environment = {**os.environ, "IVR_FLOWS": str(broken), "IVR_DATA": str(tmp_path)}
    command = [sys.executable, str(ROOT / "app.py"), "run"]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "2 mistakes" in ended.stderr
    assert "broken.yaml:3:7: I do not know the step 'sya'." in ended.stderr
    assert "broken.yaml:4:11: there is no flow 'nowhere'." in ended.stderr


def test_the_web_server_does_not_start_with_a_broken_flow_file_either(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("flows:\n  welcome:\n    - sya: Hello.\n", encoding="utf-8")
    environment = {**os.environ, "IVR_FLOWS": str(broken), "IVR_DATA": str(tmp_path), "REDIS_URL": "unix:///nowhere"}
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:ivr.supervisor.web_server"]
    command = [*gunicorn, "--bind", f"unix:{tmp_path}/web.sock", "app:create_app()"]
    ended = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3
    assert "broken.yaml:3:7: I do not know the step 'sya'." in ended.stderr
    assert "ringdown web is ready" not in ended.stdout
    assert "Traceback" not in ended.stderr
