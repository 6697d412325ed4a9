"""The data folder of a service: it can be written, and one service at a time has it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from ivr.ports import OutsideError


def make_folder(data: Path) -> None:
    """What callers said is nobody else's.

    Raises:
        OutsideError: it cannot be made, or not be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryFile(dir=data):
            pass
    except OSError as error:
        instead = "Make it yours ('./run ivr doctor' says how), or set another IVR_DATA."
        raise OutsideError(
            f"The data folder {data} cannot be written: {error.strerror}. {instead}", retry=False
        ) from error


@contextmanager
def claimed(data: Path) -> Iterator[None]:
    """``data`` is ours alone while this lasts, or until we die.

    Raises:
        OutsideError: when another service has it.
    """
    with (data / "service.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            hint = "Stop that one, or give this one a folder and a port of its own: IVR_DATA=data2 PORT=5001 ./run"
            raise OutsideError(f"Process {lock.read()} runs the service in {data}. {hint}", retry=False) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
