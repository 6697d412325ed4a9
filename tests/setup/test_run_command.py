"""``ivr run`` as a process of its own, in a folder whose name has a space: its links, its end, and its refusals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import ROOT
from tests.conftest import SHARED
from tests.setup.processes import Process, descendants, eventually, left_of

PROGRAM = ("app.py", "ivr", "voicemail", "models", "prompts", "flows.yaml", "stores.csv")
START_S = 60
STOP_S = 30
"""Ctrl-C and SIGTERM end everything within 10 s on a machine that is not starved; a test machine may be."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a clone") / "my phone"
    folder.mkdir()
    for name in PROGRAM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    return folder


def start(clone: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    names = ("PATH", "HOME", "LANG", "PYTHONPATH", *SHARED)
    passed = {name: os.environ[name] for name in names if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "app.py", "run", *arguments],
        cwd=clone,
        env={**passed, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass
class Running:
    """A service that is ready, and what it said of itself."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def family(self) -> set[Process]:
        """All processes of the service but the first."""
        return descendants(self.process.pid)


@contextmanager
def started(clone: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = start(clone, *arguments, **environment)
    try:
        yield process
    finally:
        process.kill()  # harmless when it has ended
        process.communicate()


@contextmanager
def ready(clone: Path, data: Path) -> Iterator[Running]:
    with started(clone, "--json", IVR_DATA=str(data)) as process:
        assert process.stdout is not None
        yield Running(process, json.loads(process.stdout.readline()))


@contextmanager
def taken(port: int) -> Iterator[int]:
    """Somebody listens at ``port`` (0: at any)."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody does already: as good for us
            other.bind(("127.0.0.1", port))
            other.listen()
        yield other.getsockname()[1] or port


def test_it_passes_over_a_taken_port_and_ends_everything_on_sigterm(clone: Path, tmp_path: Path) -> None:
    with taken(5000), ready(clone, tmp_path / "some data") as running:
        assert int(running.ready["web"].rpartition(":")[2]) > 5000
        with urllib.request.urlopen(f"{running.ready['web']}/healthz", timeout=10) as answer:  # noqa: S310 - http, ours
            assert os.getsid(json.load(answer)["pid"]) == running.ready["pids"]["web"]
        family = running.family
        assert {one.pid for one in family} >= {running.ready["pids"][name] for name in ("redis", "web", "worker")}
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(STOP_S) == 0
        assert not left_of(family)


def test_a_taken_port_that_was_asked_for_is_refused(clone: Path, tmp_path: Path) -> None:
    with taken(0) as port, started(clone, PORT=str(port), IVR_DATA=str(tmp_path / "data")) as process:
        _, errors = process.communicate(timeout=START_S)
        assert process.returncode == 1
        assert f"Port {port}" in errors
        assert "set PORT" in errors


def test_everything_it_started_dies_with_it_on_sigkill(clone: Path, tmp_path: Path) -> None:
    with ready(clone, tmp_path / "some data") as running:
        family = running.family
        assert len(family) >= 5  # Redis, exchange, web (two) and worker
        running.process.kill()
        assert eventually(lambda: not left_of(family), STOP_S), left_of(family)


def test_a_broken_flow_file_stops_the_start_before_anything_runs(clone: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("company: Northwind\nflows:\n  welcome:\n    - sya: Hello\n    - paly: tune\n", "utf-8")
    with started(clone, IVR_FLOWS=str(broken), IVR_DATA=str(tmp_path / "data")) as process:
        output, errors = process.communicate(timeout=START_S)
    assert process.returncode == 1
    assert "broken.yaml:4:" in output + errors
    assert "broken.yaml:5:" in output + errors
    assert not (tmp_path / "data" / "redis").exists()
