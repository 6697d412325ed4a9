"""Reads a file of numbers in the safetensors format: a header in JSON, then the numbers themselves.

The file is mapped, not read: processes share its pages, and of a vocabulary only the rows in use come into memory.
"""

from __future__ import annotations

import json
import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
_LENGTH_BYTES = 8


class Weights:
    """The named tables of one file."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._bytes = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self._start = _LENGTH_BYTES + int.from_bytes(self._bytes[:_LENGTH_BYTES], "little")
        self._header = json.loads(self._bytes[_LENGTH_BYTES : self._start])

    def __getitem__(self, name: str) -> Numbers:
        """A view of table ``name``; it must not be written to."""
        entry = self._header[name]
        start, end = entry["data_offsets"]
        count = (end - start) // 4
        whole: Numbers = np.frombuffer(self._bytes, dtype="<f4", count=count, offset=self._start + start)
        return whole.reshape(entry["shape"])

    def let_go(self) -> None:
        """What was copied need not stay in memory; what is looked at again is read again."""
        self._bytes.madvise(mmap.MADV_DONTNEED)
