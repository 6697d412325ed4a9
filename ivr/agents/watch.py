"""Looks after transfers every few seconds, so a lost message or a killed process never leaves a caller waiting."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from ivr.ports import OutsideError

log = logging.getLogger(__name__)

EVERY_S = 5.0
"""How often; what it mends is measured in tens of seconds."""


class LooksAfter(Protocol):
    """What is watched."""

    def look_after(self) -> None: ...


class Watch:
    """A thread of its own. Any number of processes may watch the same transfers."""

    def __init__(self, transfers: LooksAfter, every_s: float = EVERY_S) -> None:
        self._transfers = transfers
        self._every_s = every_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the thread has ended."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._every_s):
            try:
                self._transfers.look_after()
            except OutsideError as error:
                log.warning("transfers are not looked after just now: %s", error)
            except Exception:  # a watch that died of one odd transfer would watch none; the log tells
                log.exception("looking after transfers failed")
