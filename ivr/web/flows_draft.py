"""The draft that is edited on the flows page: one file, and whoever saves over somebody else is told."""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ivr.ports import OutsideError


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it is saved. ``version`` is what it would be called if it were published."""

    text: str
    at_s: float

    @property
    def version(self) -> str:
        return version_of(self.text)


class OvertakenError(Exception):
    """Somebody else has saved since; ``saved`` is theirs, or None when they threw the draft away."""

    def __init__(self, saved: Saved | None) -> None:
        super().__init__("Somebody else saved the draft in the meantime.")
        self.saved = saved


def version_of(text: str) -> str:
    """The version a text is, good or bad."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class DraftFile:
    """The draft in ``file``; there may be none. Safe for many threads and processes of one machine."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def saved(self) -> Saved | None:
        """The draft, or None.

        Raises:
            OutsideError: when the file cannot be read.
        """
        try:
            with self._file.open(encoding="utf-8", newline="") as file:
                return Saved(file.read(), os.fstat(file.fileno()).st_mtime)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise OutsideError(f"The draft cannot be read: {error}", retry=False) from error

    def save(self, text: str, expected: str) -> Saved | None:
        """Save ``text`` over version ``expected`` (empty: over no draft).

        Raises:
            OvertakenError: when the draft is another one by now.
            OutsideError: when it cannot be written.
        """
        with self.locked():
            self.must_be(expected)
            fresh = self._file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
            try:
                fresh.write_bytes(text.encode())
                fresh.replace(self._file)
            except OSError as error:
                raise OutsideError(f"The draft cannot be saved: {error.strerror}", retry=True) from error
            return self.saved()

    def discard(self, expected: str) -> None:
        """Throw version ``expected`` of the draft away.

        Raises:
            OvertakenError: when the draft is another one by now.
        """
        with self.locked():
            self.must_be(expected)
            self.remove()

    def must_be(self, expected: str) -> Saved | None:
        """The draft, which must be version ``expected``.

        Raises:
            OvertakenError: when it is not.
        """
        saved = self.saved()
        if (saved.version if saved else "") != expected:
            raise OvertakenError(saved)
        return saved

    def remove(self) -> None:
        """Have no draft, whatever it was."""
        with suppress(FileNotFoundError):
            self._file.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else saves or publishes meanwhile."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lock = self._file.with_suffix(".lock").open("w")
        except OSError as error:
            raise OutsideError(f"The draft cannot be saved: {error.strerror}", retry=True) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
