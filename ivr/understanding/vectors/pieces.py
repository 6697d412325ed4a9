"""Words as the pieces a language model was trained on (WordPiece): rare words fall apart into known ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
MOST_PIECES = 64
"""Callers say less; it bounds the time a text can cost."""
_LONGEST_WORD = 100
"""As in the original: longer ones are unknown, and would take long to part."""


class Pieces:
    """Parts a text into the numbers of its pieces."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known

    @classmethod
    def read(cls, file: Path) -> Pieces:
        """A vocabulary with one piece a line."""
        return cls({piece: at for at, piece in enumerate(file.read_text(encoding="utf-8").split("\n"))})

    def __call__(self, text: str) -> list[int]:
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
        ids = [self._known[_START]]
        for word in _WORD.findall(plain):
            ids += self._parted(word)
            if len(ids) >= MOST_PIECES:
                break
        return [*ids[: MOST_PIECES - 1], self._known[_END]]

    def _parted(self, word: str) -> list[int]:
        """The longest known piece again and again, from the left."""
        ids: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST_WORD:
            lead = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if lead + word[start:end] in self._known), None)
            if end is None:
                break
            ids.append(self._known[lead + word[start:end]])
            start = end
        return ids if start == len(word) else [self._known[_UNKNOWN]]
