"""gunicorn's threads, given only to connections that have something to say."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[import-untyped]

FIRST_BYTE_S = 0.02
"""A request follows its connection at once, so that most never leave their thread."""


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
