"""One door to recordings wherever they rest. Sound is written to the disk as it comes, and settles afterwards.

Settling seals the file, if there are keys, and takes it to the bucket, if there is one; the copy before goes only when
the copy after is there and was checked. So there is a whole one at every moment, and settling again finds where it was.

To be heard, a recording is laid out in a folder of its own for an hour.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from ivr.ports import OutsideError
from ivr.storage.bucket import Bucket
from ivr.storage.sealing import Keys, unseal
from ivr.storage.sealing import seal as seal_file

SEALED = ".sealed"
LAID_OUT_S = 3600.0
"""As long as somebody listens, jumps back and forwards it."""


class Vault:
    """The recordings of one ``folder``; without ``keys`` and ``bucket`` they rest where they were written."""

    def __init__(
        self,
        folder: Path,
        laid_out: Path,
        keys: Keys | None = None,
        bucket: Bucket | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._laid_out = laid_out
        self._keys = keys
        self._bucket = bucket
        self._now = now

    @property
    def settles(self) -> bool:
        """Whether recordings are to be settled at all."""
        return bool(self._keys or self._bucket)

    def settle(self, file: str) -> None:
        """Bring a finished recording to where it rests. Safe to repeat, and to be killed in.

        Raises:
            OutsideError: it stays where it is for now.
        """
        plain, sealed = self._folder / file, self._folder / (file + SEALED)
        try:
            if self._keys and plain.is_file():
                part = sealed.with_suffix(f".{uuid.uuid4().hex}.part")
                seal_file(plain, part, self._keys, file)
                os.replace(part, sealed)
                plain.unlink()
            here = sealed if sealed.is_file() else plain
            if self._bucket and here.is_file():
                self._bucket.put(here.name, here)
                here.unlink()
        except OSError as error:
            raise OutsideError(f"{file} cannot be settled: {error.strerror}", retry=True) from error

    def readable(self, file: str) -> Path | None:
        """The recording as a file that can be read now; None when there is none.

        Raises:
            OutsideError: it rests where it cannot be reached, or is sealed with a key that is not here.
        """
        plain = self._folder / file
        if plain.is_file() or not self.settles:
            return plain if plain.is_file() else None
        shown = self._laid_out / file
        if shown.is_file():
            os.utime(shown, (self._now(), self._now()))
            return shown
        self._laid_out.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._lay_out(file, shown)

    def _lay_out(self, file: str, shown: Path) -> Path | None:
        part = shown.with_suffix(f".{uuid.uuid4().hex}.part")
        fetched = part.with_suffix(".fetched")
        try:
            for name in (file + SEALED, file):
                source = self._folder / name
                if not source.is_file():
                    if not (self._bucket and self._bucket.get(name, fetched)):
                        continue
                    source = fetched
                if name != file:
                    unseal(source, part, self._required_keys, file)
                    source = part
                os.replace(source, shown)
                os.utime(shown, (self._now(), self._now()))
                return shown
        except OSError as error:
            raise OutsideError(f"{file} cannot be laid out: {error.strerror}", retry=True) from error
        finally:
            part.unlink(missing_ok=True)
            fetched.unlink(missing_ok=True)
        return None

    @property
    def _required_keys(self) -> Keys:
        if self._keys is None:
            raise OutsideError("recordings are sealed, and IVR_RECORDING_KEYS is not set", retry=False)
        return self._keys

    def remove(self, file: str) -> None:
        """Delete it wherever it is.

        Raises:
            OutsideError: part of it may be left: try again.
        """
        names = (file, file + SEALED)
        try:
            for path in (*(self._folder / name for name in names), self._laid_out / file):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise OutsideError(f"Cannot delete the recording {file}: {error.strerror}", retry=True) from error
        if self._bucket:
            for name in names:
                self._bucket.remove(name)

    def tidy(self) -> None:
        """Take away what was laid out and is not listened to any more. For the worker, every minute."""
        for path in self._laid_out.glob("*") if self._laid_out.is_dir() else ():
            if path.stat().st_mtime < self._now() - LAID_OUT_S:
                path.unlink(missing_ok=True)
