"""One program kept running: started, listened to, started again when it dies, ended with all it started itself."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ivr.ports import OutsideError
from ivr.supervisor import tether

Tell = Callable[[str, str], None]
"""Told of every line: the name of the child and the line. Called from the child's thread."""

FIRST_PAUSE_S = 0.5
"""Before a child that died is started again; doubled each time. A caller waits meanwhile, so short at first."""

LONGEST_PAUSE_S = 10.0
"""Then a broken program costs little and still comes back soon after it is mended (a guess)."""

STEADY_S = 30.0
"""A child that ran this long counts as healthy: its next death begins with the first pause again (a guess)."""

LINES_KEPT = 40
"""Lines of output kept for the message when a child fails at the start."""

LONGEST_LINE = 1 << 16
"""A line longer than this is passed on in pieces, so that a child gone mad does not fill our memory."""


class Child:
    """A program in its own session, supervised by a thread of ours.

    The kernel ties a child's life to the *thread* that started it, so that thread stays for as long as the child.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        tell: Tell,
        is_ready: Callable[[str], bool] | None = None,
        keep_open: Sequence[int] = (),
        again: bool = True,
    ) -> None:
        """``is_ready`` looks at each line of output (None: ready when started); ``again``: restart when it dies."""
        self.name = name
        self.ended_with: int | None = None
        self._command = tuple(command)
        self._folder = folder
        self._environment = dict(environment)
        self._tell = tell
        self._is_ready = is_ready
        self._keep_open = tuple(keep_open)
        self._again = again
        self._process: subprocess.Popen[bytes] | None = None
        self._last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._ready = False
        self._over = False
        self._thread = threading.Thread(target=self._supervise, name=f"supervise {name}", daemon=True)

    @property
    def pid(self) -> int:
        """The process id; 0 when it does not run."""
        process = self._process
        return process.pid if process and process.returncode is None else 0

    def start(self) -> None:
        """Start it; see :meth:`wait_ready`."""
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> None:
        """Wait for the line of output that says it is ready.

        Raises:
            OutsideError: when it died first or takes too long, with the last lines it wrote.
        """
        with self._changed:
            in_time = self._changed.wait_for(lambda: self._ready or self._over, timeout_s)
            if self._ready:
                return
        why = f"ended with code {self.ended_with}" if in_time else f"was not ready after {timeout_s:g} s"
        said = "".join(f"\n    {line}" for line in self._last_lines) or " It wrote nothing."
        raise OutsideError(f"{self.name} {why}.{said}", retry=not in_time)

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is over for good (one that is not started again); False when it still runs."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def stop(self, timeout_s: float) -> None:
        """Ask it to end, and kill it and all it started when it has not by then (0: at once). Safe to repeat."""
        with self._changed:
            self._stopping.set()
            if self._process and timeout_s:
                self._process.terminate()
        if self._thread.ident is None or self.wait(timeout_s):
            return
        if self._process:
            _end_group(self._process.pid)
        self._thread.join()

    def _supervise(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            began_s = time.monotonic()
            self.ended_with = self._run_once()
            if self._stopping.is_set() or not (self._again and self._ready):
                break
            if time.monotonic() - began_s > STEADY_S:
                pause_s = FIRST_PAUSE_S
            self._tell(self.name, f"{_how_it_ended(self.ended_with)}: starting it again in {pause_s:g} s")
            if self._stopping.wait(pause_s):
                break
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _run_once(self) -> int:
        with self._changed:
            if self._stopping.is_set():
                return 0
            process = self._process = self._launch()
        if self._is_ready is None:
            self._note_ready()
        with process:  # closes the pipe
            for line in _lines_until_death(process):
                self._last_lines.append(line)
                if self._is_ready and self._is_ready(line):
                    self._note_ready()
                else:
                    self._tell(self.name, line)
            _end_group(process.pid)  # what it left behind; before wait() gives the number back
            return process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - a list of arguments of our own, no shell
            [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), *self._command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self._keep_open,
            start_new_session=True,  # Ctrl-C is for the supervisor, which ends its children in order
        )

    def _note_ready(self) -> None:
        with self._changed:
            self._ready = True
            self._changed.notify_all()


def _lines_until_death(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """What ``process`` writes, until it is dead: its own children may hold the pipe open for longer."""
    if process.stdout is None:
        raise AssertionError("the output is a pipe")
    pipe = process.stdout.fileno()
    os.set_blocking(pipe, False)
    death = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        poll.register(death, select.POLLIN)
        rest, dead = b"", False
        while not dead:
            dead = death in {number for number, _ in poll.poll()}
            while chunk := _read(pipe):
                *whole, rest = (rest + chunk).split(b"\n")
                if len(rest) > LONGEST_LINE:
                    whole, rest = [*whole, rest], b""
                yield from (line.decode("utf-8", "replace").rstrip("\r") for line in whole)
            if chunk is not None and not dead:
                poll.unregister(pipe)  # closed: only the death is left to wait for
                pipe = -1
        if rest:
            yield rest.decode("utf-8", "replace")
    finally:
        os.close(death)


def _read(pipe: int) -> bytes | None:
    """What is there to read: empty when the pipe is closed, None when there is nothing yet."""
    if pipe < 0:
        return None
    try:
        return os.read(pipe, 65536)
    except BlockingIOError:
        return None


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _how_it_ended(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
