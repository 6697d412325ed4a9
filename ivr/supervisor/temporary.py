"""Folders of a private service: gone when it ends, and when it was killed, gone at the next start of another one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "ringdown-"
LOCK = ".temporary"
"""Its owner holds a lock on this file; a folder with the file and without the lock has lost its owner."""

YOUNG_S = 60.0
"""Between making the file and locking it a moment passes; this is much longer."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder for as long as this lasts."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (folder / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what owners that were killed left behind. What is not ours, or in use, is left alone."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError):
            status = lock.parent.lstat()
            if status.st_uid == os.geteuid() and time.time() - lock.lstat().st_mtime > YOUNG_S:
                _remove_unless_owned(lock)


def _remove_unless_owned(lock: Path) -> None:
    with lock.open("rb") as file, suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.parent, ignore_errors=True)
