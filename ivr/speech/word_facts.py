"""What checks of a flow file ask about words: can they be heard, how do they sound, what stands in for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from ivr.ports import Ears, OutsideError
from ivr.speech.pronunciations import Pronunciations


class WordFacts:
    """What the recogniser on this machine knows of words. Nobody can say without a model: then nothing is wrong.

    ``ears`` and ``model`` (its folder) are asked when a word is, and raise ``OutsideError`` where there is none.
    """

    def __init__(self, ears: Callable[[], Ears], model: Callable[[], Path], *, local: bool) -> None:
        """``local`` is False when speech is heard elsewhere."""
        self._ears = ears
        self._model = model
        self._local = local

    def can_hear(self, word: str) -> bool:
        """Whether the model has the word."""
        try:
            return not self._local or self._ears().knows(word)
        except OutsideError:
            return True

    def stand_in(self, word: str) -> tuple[str, ...]:
        """What the recogniser listens for instead of ``word``; nothing when nobody can say."""
        try:
            return self._ears().stand_in(word)
        except OutsideError:
            return ()

    def pronounce(self, word: str) -> frozenset[tuple[str, ...]]:
        """How the recogniser expects ``word`` to sound; nothing when that is not known."""
        return self._pronunciations.of(word) if self._pronunciations else frozenset()

    @cached_property
    def _pronunciations(self) -> Pronunciations | None:
        try:
            return Pronunciations(self._model()) if self._local else None
        except OutsideError:
            return None
