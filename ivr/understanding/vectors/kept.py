"""Vectors of sentences that are asked for again and again, kept in memory and, those of flow files, on disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ivr.understanding.vectors.sentence import LAYERS_MEANT, Sentence
from ivr.understanding.vectors.weights import Numbers

_MOST_HEARD = 1024
_ROWS_AND_COLUMNS = 2
_VERSION = "5"
"""Part of each name: raised when vectors are made differently."""


class KeptVectors:
    """Makes vectors with ``encode``, which is made by ``load`` when the first vector is not at hand."""

    def __init__(self, load: Callable[[], Callable[[str], Sentence]], folder: Path | None = None) -> None:
        self._load = lru_cache(maxsize=1)(load)
        self._folder = folder
        self.of_speech = lru_cache(maxsize=_MOST_HEARD)(self._encoded)
        """The vector of what a caller said; nothing of it is written anywhere."""
        self.of_phrase = lru_cache(maxsize=None)(self._listed)
        """The vector of a phrase of a flow file, from the folder if it was made before."""

    def _encoded(self, text: str) -> Sentence:
        return self._load()(text)

    def _listed(self, text: str) -> Sentence:
        if self._folder is None:
            return self._encoded(text)
        name = hashlib.sha256(f"{_VERSION}\n{text}".encode()).hexdigest()[:24]
        file = self._folder / f"{name}.npy"
        kept = _read(file)
        if kept is not None:
            return kept
        sentence = self._encoded(text)
        _write(file, sentence)
        return sentence


def _read(file: Path) -> Sentence | None:
    """What is on disk; None when there is nothing, or something broken, which is then made again."""
    try:
        rows: Numbers = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = rows.dtype == np.float32 and rows.ndim == _ROWS_AND_COLUMNS and len(rows) > LAYERS_MEANT
    return Sentence.of(rows) if whole else None


def _write(file: Path, sentence: Sentence) -> None:
    """Whole or not at all; a folder that cannot be written to costs time, not calls."""
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            np.save(opened, sentence.rows)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
