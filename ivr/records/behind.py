"""Writes to the database shortly after the fact and beside the caller's turn, many at a time.

Many go in one transaction: a turn costs the caller nothing, and the process a tenth of what it would cost alone.
What a killed process had not written yet must be found elsewhere, or not be missed.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ivr.ports import OutsideError

log = logging.getLogger(__name__)

GATHER_S = 0.2
"""What comes within this time goes together. A caller takes longer to answer than this."""
PAUSE_S = 1.0
"""Before a database that failed is tried again."""

One = TypeVar("One")


class WriteBehind(Generic[One]):
    """What is still to be written, and the thread that writes it. Safe for many threads."""

    def __init__(self, write: Callable[[Sequence[One]], None], what: str, most: int) -> None:
        """``what`` is its name in the log. While ``write`` fails up to ``most`` wait; then the oldest are given up."""
        self._write = write
        self._what = what
        self._waiting: deque[One] = deque(maxlen=most)
        self._is_more = threading.Event()
        self._writing = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, one: One) -> None:
        """Write ``one`` down soon."""
        self._waiting.append(one)
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
            try:
                self._write(batch)
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
        """The thread begins with the first one: a process may be forked before that."""
        with self._starting:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._keep_writing, name=self._what, daemon=True)
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
            log.warning("%d %s wait for the database: %s", len(self._waiting), self._what, error)
            return False
        except Exception:  # whatever else it is, the thread must live to write the next ones
            log.exception("%s are not in the database", self._what)
        return True
