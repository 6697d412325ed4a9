"""gunicorn's threads, given only to connections that have something to say, and a process that ends without haste."""

from __future__ import annotations

import logging
import threading
import time
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[import-untyped]

FIRST_BYTE_S = 0.02
"""A request follows its connection at once, so that most never leave their thread."""

DRAINING = "draining"
"""Under this name among its extensions an application has what is told that the process is about to end."""
LOOK_S = 0.1

log = logging.getLogger(__name__)


class PatientThreads(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """As gunicorn's, but who connects and says nothing waits without a thread.

    gunicorn gives each new connection a thread for 5 s: a few hundred silent ones would keep callers waiting for half a
    minute. They are closed after ``keepalive`` seconds.
    """

    def handle(self, conn: Any) -> Any:
        """One request, or word that nothing came yet."""
        is_new = not conn.initialized and not conn.data_ready
        if is_new and not conn.wait_for_data(FIRST_BYTE_S):
            return _DEFER
        return super().handle(conn)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to end: requests are taken for a while yet, so that calls can go elsewhere."""
        draining = getattr(self.wsgi, "extensions", {}).get(DRAINING)
        if draining is None or not self.alive:
            super().handle_exit(sig, frame)
        elif not draining.begun:
            draining.begin(self.cfg.graceful_timeout)
            # The thread that got the signal runs the loop that takes requests: it must go on.
            threading.Thread(target=self._end_when_drained, args=(draining, sig), name="draining", daemon=True).start()

    def _end_when_drained(self, draining: Any, sig: int) -> None:
        log.info("draining: calls go elsewhere")
        while not draining.over:
            time.sleep(LOOK_S)
        super().handle_exit(sig, None)
