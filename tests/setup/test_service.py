"""The processes of the service: they find each other, come back when they die, and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest
from redis import Redis

from ivr.ports import OutsideError
from ivr.settings import ROOT, Settings
from ivr.supervisor import Service
from ivr.supervisor.temporary import temporary_folder
from tests.setup.processes import descendants, eventually, left_of

SETTINGS = Settings.from_env({}, ROOT)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(SETTINGS) as service:
        yield service


def answered_by(url: str) -> int:
    """The process that answers there; 0 for none. One that is killed while it answers has not answered."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=20) as answer:  # noqa: S310 - http, ours
            return int(json.load(answer)["pid"])
    except (urllib.error.URLError, OSError, HTTPException):
        return 0


def test_two_services_side_by_side_never_meet(service: Service) -> None:
    with Service(SETTINGS, web_only=True) as other:
        assert other.web_url != service.web_url
        assert other.token != service.token
        assert other.data != service.data
        assert os.getsid(answered_by(other.web_url)) == other.pids["web"]
        assert os.getsid(answered_by(service.web_url)) == service.pids["web"]
        with Redis.from_url(other.settings.redis_url) as ours, Redis.from_url(service.settings.redis_url) as theirs:
            ours.set("mark", "other")
            assert theirs.get("mark") is None


def test_a_private_service_is_gone_without_a_trace_when_it_ends() -> None:
    with Service(SETTINGS, web_only=True) as other:
        started = {process for process in descendants(os.getpid()) if process.pid in other.pids.values()}
        assert len(started) == 2  # web and Redis
        started |= {process for pid in other.pids.values() for process in descendants(pid)}
        folder = other.data
        assert folder.is_dir()
    assert not left_of(started)
    assert not folder.exists()


HOLD = """
import sys, time
from ivr.supervisor.temporary import temporary_folder
with temporary_folder() as folder:
    print(folder, flush=True)
    time.sleep(600)
"""


def test_the_folder_of_a_killed_service_is_gone_at_the_next_start_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / "ringdown-mine"
    own.mkdir()
    command = [sys.executable, "-c", HOLD]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
        for _ in range(2)
    ]
    try:
        lives, dies = (Path(one.stdout.readline().strip()) for one in processes if one.stdout)
        processes[1].kill()
        processes[1].wait()
        with temporary_folder():
            assert dies.is_dir(), "perhaps it is only about to be locked"
        for folder in (lives, dies):
            os.utime(folder / ".temporary", (0, 0))
        with temporary_folder() as mine:
            assert {lives, mine, own} == set(tmp_path.iterdir())
    finally:
        for one in processes:
            one.kill()
            one.communicate()


def test_the_data_of_callers_is_for_nobody_else(tmp_path: Path) -> None:
    with Service(SETTINGS, data=tmp_path / "data", web_only=True) as other:
        assert other.data.stat().st_mode & 0o777 == 0o700


def test_a_killed_web_server_is_back_at_the_same_address(service: Service) -> None:
    before = answered_by(service.web_url)
    os.kill(service.pids["web"], signal.SIGKILL)
    assert eventually(lambda: answered_by(service.web_url) not in (0, before), timeout_s=30)


def test_a_killed_redis_is_back_with_what_it_knew(service: Service) -> None:
    with Redis.from_url(service.settings.redis_url) as redis:
        redis.set("kept", "yes")
        before = service.pids["redis"]
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda: service.pids["redis"] not in (0, before), timeout_s=20)
    with Redis.from_url(service.settings.redis_url) as redis:
        assert redis.get("kept") == b"yes"


def test_the_worker_and_the_exchange_come_back_too(service: Service) -> None:
    before = {name: service.pids[name] for name in ("worker", "exchange")}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: all(service.pids[name] not in (0, pid) for name, pid in before.items()), timeout_s=20)


def test_the_worker_takes_jobs_also_in_a_folder_with_a_space(tmp_path: Path) -> None:
    with Service(SETTINGS, data=tmp_path / "some data") as spaced, Redis.from_url(spaced.settings.redis_url) as redis:
        assert eventually(lambda: redis.scard("rq:workers") == 1, timeout_s=20)


def test_the_secrets_of_the_local_account_are_made_once_and_only_for_us(tmp_path: Path) -> None:
    with Service(SETTINGS, data=tmp_path, web_only=True) as first:
        token = first.token
        assert len(token) >= 32
    file = tmp_path / "secrets.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text("utf-8"))["TWILIO_AUTH_TOKEN"] == token


def test_a_data_folder_has_one_service_at_a_time(service: Service) -> None:
    with (
        pytest.raises(OutsideError, match=f"Process {os.getpid()} runs the service"),
        Service(SETTINGS, data=service.data),
    ):
        pass
