"""How well each piece of what was said is found in the phrases of an option, piece by piece.

A whole sentence changes with each word that was misheard; its other pieces hardly do. Each piece of what was said
takes the piece most like it from an option's phrases, wherever it stands there, and how like they are on average is how
well the sentence is found. Counting pieces more that are found in one option only was tried and told nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ivr.understanding.vectors.sentence import unit
from ivr.understanding.vectors.weights import Numbers


@dataclass(frozen=True, slots=True)
class Piecewise:
    """The pieces of each option's phrases. Made by :meth:`of`."""

    _middle: Numbers
    _options: tuple[Numbers, ...]

    @classmethod
    def of(cls, options: Sequence[Numbers], background: Numbers) -> Piecewise:
        """From the pieces of each option; ``background`` are pieces of sentences that belong to no menu."""
        middle = background.mean(axis=0)
        return cls(middle, tuple(unit(pieces - middle) for pieces in options))

    def __call__(self, pieces: Numbers, options: Sequence[int]) -> Numbers:
        """For each of ``options`` (their places): from -1 to 1, how well ``pieces`` are found in it."""
        said = unit(pieces - self._middle)
        return np.array([(self._options[at] @ said.T).max(axis=0).mean() for at in options], np.float32)
