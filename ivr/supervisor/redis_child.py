"""Our own Redis, kept running like the other children."""

from __future__ import annotations

import os
import select
import threading
from pathlib import Path

from ivr.ports import OutsideError
from ivr.redis_server import RedisServer
from ivr.supervisor.child import FIRST_PAUSE_S, Tell


class RedisChild:
    """Starts a Redis, and starts it again on the same socket when it dies; its file holds what it knew."""

    name = "redis"

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._server = RedisServer(folder)
        self._tell = tell
        self._stopping = threading.Event()
        self._started = threading.Event()
        self._failure: OutsideError | None = None
        self.pid = 0
        """The process id; 0 when it does not answer."""
        # The kernel ties its life to the thread that starts it.
        self._thread = threading.Thread(target=self._supervise, name="supervise redis", daemon=True)

    @property
    def url(self) -> str:
        """Its address, once ready."""
        return self._server.url

    def start(self) -> None:
        """Start it; see :meth:`wait_ready`."""
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> None:
        """Wait until it answers.

        Raises:
            OutsideError: when it cannot be started.
        """
        if not self._started.wait(timeout_s):
            raise OutsideError(f"Redis was not ready after {timeout_s:g} s.", retry=True)
        if self._failure:
            raise self._failure

    def stop(self, timeout_s: float) -> None:
        """End it: it writes its file first, which takes some 20 ms. Safe to repeat."""
        del timeout_s
        self._stopping.set()
        if self._thread.ident is not None:
            self._started.wait()  # the server limits that itself
            self._server.stop()
            self._thread.join()

    def _supervise(self) -> None:
        try:
            self._server.start()
            self.pid = self._server.pid
        except OutsideError as error:
            self._failure = error
            return
        finally:
            self._started.set()
        while self._wait_for_death():
            self.pid = 0
            self._tell(self.name, f"Redis died: starting it again in {FIRST_PAUSE_S:g} s")
            if self._stopping.wait(FIRST_PAUSE_S):
                return
            try:
                self._server.revive()
                self.pid = self._server.pid
            except OutsideError as error:
                self._tell(self.name, str(error))

    def _wait_for_death(self) -> bool:
        """False when it is ended on purpose."""
        try:
            process = os.pidfd_open(self._server.pid)
        except OSError:  # dead already, or stopped on purpose
            return not self._stopping.is_set()
        try:
            select.select([process], [], [])
        finally:
            os.close(process)
        return not self._stopping.is_set()
