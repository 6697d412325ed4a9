"""Writes the saves of live calls to the database, shortly after Redis has them and beside the caller's turn.

Many saves go in one transaction: a turn costs the caller nothing, and the process a tenth of what it would cost alone.
What a killed process had not written yet is in Redis; only when both die in the same moment a call goes on one turn
earlier.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque

from ivr.ports import OutsideError
from ivr.records.live_calls import SavedTurn, SqlLiveCalls

log = logging.getLogger(__name__)

GATHER_S = 0.2
"""Saves of this time go together. A caller takes longer to answer than this."""
PAUSE_S = 1.0
"""Before a database that failed is tried again."""
MOST = 5_000
"""Saves that wait for a database that fails, some 20 kB each; then the oldest are given up. Redis has them all."""


class WriteBehind:
    """What is still to be written, and the thread that writes it. Safe for many threads."""

    def __init__(self, calls: SqlLiveCalls) -> None:
        self._calls = calls
        self._waiting: deque[SavedTurn | str] = deque(maxlen=MOST)
        self._is_more = threading.Event()
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, save: SavedTurn | str) -> None:
        """Write a save down soon; a call's id says that the call is over."""
        self._waiting.append(save)
        if not self._is_more.is_set():
            self._is_more.set()
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Write down now what waits.

        Raises:
            OutsideError: the database failed; all of it waits again.
        """
        with self._writing:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if not batch:
                return
            saves = [one for one in batch if isinstance(one, SavedTurn)]
            ended = [one for one in batch if isinstance(one, str)]
            try:
                self._calls.add(saves, ended)
            except OutsideError:
                self._waiting.extendleft(reversed(batch))
                raise

    def close(self) -> None:
        """Write the rest, and end the thread."""
        self._closed = True
        self._is_more.set()
        if self._thread is not None:
            self._thread.join()
        self._flush_or_tell()

    def _start(self) -> None:
        """The thread begins with the first save: a process may be forked before that."""
        with self._starting:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._keep_writing, name="live calls", daemon=True)
                self._thread.start()
                atexit.register(self._flush_or_tell)

    def _keep_writing(self) -> None:
        while not self._closed:
            self._is_more.wait()
            time.sleep(GATHER_S)
            self._is_more.clear()
            if not self._flush_or_tell():
                time.sleep(PAUSE_S)
                self._is_more.set()

    def _flush_or_tell(self) -> bool:
        try:
            self.flush()
        except OutsideError as error:
            log.warning("%d saves of live calls wait for the database: %s", len(self._waiting), error)
            return False
        except Exception:  # whatever else it is, the thread must live to write the next saves
            log.exception("saves of live calls are not in the database")
        return True
