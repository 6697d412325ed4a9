"""Vectors of sentences that are asked for again and again, kept in memory and, those of flow files, on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ivr.understanding.vectors.weights import Numbers

_MOST_HEARD = 1024
_VERSION = "3"
"""Part of each name: raised when vectors are made differently."""


class KeptVectors:
    """Makes vectors with ``encode``, which is made by ``load`` when the first vector is not at hand."""

    def __init__(self, load: Callable[[], Callable[[str], Numbers]], folder: Path | None = None) -> None:
        self._load = lru_cache(maxsize=1)(load)
        self._folder = folder
        self.of_speech = lru_cache(maxsize=_MOST_HEARD)(self._encoded)
        """The vector of what a caller said; nothing of it is written anywhere."""
        self.of_phrase = lru_cache(maxsize=None)(self._listed)
        """The vector of a phrase of a flow file, from the folder if it was made before."""

    def _encoded(self, text: str) -> Numbers:
        return self._load()(text)

    def _listed(self, text: str) -> Numbers:
        if self._folder is None:
            return self._encoded(text)
        name = hashlib.sha256(f"{_VERSION}\n{text}".encode()).hexdigest()[:24]
        file = self._folder / f"{name}.npy"
        kept = _read(file)
        if kept is not None:
            return kept
        vector = self._encoded(text)
        _write(file, vector)
        return vector


def _read(file: Path) -> Numbers | None:
    """What is on disk; None when there is nothing, or something broken, which is then made again."""
    try:
        vector: Numbers = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return vector if vector.dtype == np.float32 and vector.ndim == 1 else None


def _write(file: Path, vector: Numbers) -> None:
    """Whole or not at all; a folder that cannot be written to costs time, not calls."""
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            np.save(opened, vector)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
