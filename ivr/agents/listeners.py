"""Programs outside that want to know of every transfer: told in the background, as no caller waits for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Full, Queue

from ivr.agents.context import Context
from ivr.ports import OutsideError

MOST_WAITING = 200
"""Records that wait to be told; beyond, a listener is so slow that what it would hear is over."""

PAUSES_S = (1.0, 5.0)
"""Before the second and the third try."""

Listener = Callable[[Context], None]
"""Tells one program; raises ``OutsideError``."""

log = logging.getLogger(__name__)


class Listeners:
    """Tells each of them in turn, on a thread that begins with the first record."""

    def __init__(self, listeners: Sequence[Listener], pauses_s: Sequence[float] = PAUSES_S) -> None:
        self._listeners = listeners
        self._pauses_s = pauses_s
        self._waiting: Queue[tuple[Listener, Context]] = Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._is_running = False

    def __call__(self, context: Context) -> None:
        """A transfer begins. Returns at once and never raises."""
        if not self._listeners:
            return
        self._begin()
        for listener in self._listeners:
            try:
                self._waiting.put_nowait((listener, context))
            except Full:
                log.warning("transfer %s: a program outside is not told, it is too slow", context.handover.id)

    def _begin(self) -> None:
        with self._lock:
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._tell_all, name="listeners", daemon=True).start()

    def _tell_all(self) -> None:
        while True:
            listener, context = self._waiting.get()
            try:
                self._tell(listener, context)
            except Exception:  # told to the operator; the next record must be told all the same
                log.exception("transfer %s: a program outside could not be told", context.handover.id)

    def _tell(self, listener: Listener, context: Context) -> None:
        for pause_s in (*self._pauses_s, None):
            try:
                listener(context)
            except OutsideError as error:
                log.warning("transfer %s: a program outside is not told: %s", context.handover.id, error)
                if not error.retry or pause_s is None:
                    return
                time.sleep(pause_s)
            else:
                return
