"""A WAV file that can be read at every moment while it is being written, and after its writer was killed."""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from contextlib import suppress
from pathlib import Path

from ivr.audio import RATE_HZ
from ivr.ports import OutsideError

HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
"""The 44 bytes in front of PCM: RIFF size WAVE, fmt (16, PCM, mono, rate, bytes a second, 2, 16 bits), data size."""


class SoundFile:
    """Mono 16-bit PCM at 8 kHz, appended to. Holds a lock, which the kernel frees when the process dies."""

    def __init__(self, path: Path) -> None:
        """Make the file; it must not exist.

        Raises:
            OutsideError: when it cannot be made.
        """
        self._path = path
        self._length = 0
        self._lock = threading.Lock()
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with suppress(OSError):  # not every file system can lock; then only its growing tells that it is alive
                fcntl.flock(self._file, fcntl.LOCK_EX)
            os.pwrite(self._file, _header(0), 0)
        except OSError as error:
            raise _cannot(path, error) from error

    @property
    def length_s(self) -> float:
        """How much sound was appended."""
        return self._length / (2 * RATE_HZ)

    def append(self, pcm: bytes) -> None:
        """Add sound, then its length to the header: a reader never finds more announced than there is.

        Sound that comes after :meth:`close` is not kept.

        Raises:
            OutsideError: when the disk does not take it.
        """
        with self._lock:
            if self._file < 0:
                return
            try:
                done = 0
                while done < len(pcm):
                    done += os.pwrite(self._file, pcm[done:], HEADER.size + self._length + done)
                self._length += len(pcm)
                os.pwrite(self._file, _header(self._length // 2 * 2), 0)
            except OSError as error:
                raise _cannot(self._path, error) from error

    def close(self) -> None:
        """Have it all on the disk and close. Safe to repeat, and from another thread."""
        with self._lock:
            if self._file < 0:
                return
            file, self._file = self._file, -1
            with suppress(OSError):  # the sound is with the operating system; the disk may be full or not a disk
                os.fsync(file)
            os.close(file)


def mend(path: Path) -> None:
    """Make the header tell the length of what is there: a writer may die between sound and header, or in a sample."""
    with path.open("r+b") as file:
        length = max(0, file.seek(0, os.SEEK_END) - HEADER.size) // 2 * 2
        file.truncate(HEADER.size + length)
        file.seek(0)
        file.write(_header(length))


def being_written(path: Path) -> bool:
    """Whether a living process writes the file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:  # held by the writer, or a file system without locks: then nobody can tell
            return True
    return False


def _header(length: int) -> bytes:
    size = HEADER.size - 8 + length
    return HEADER.pack(b"RIFF", size, b"WAVE", b"fmt ", 16, 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16, b"data", length)


def _cannot(path: Path, error: OSError) -> OutsideError:
    return OutsideError(f"Cannot write the recording {path.name}: {error.strerror}", retry=False)
