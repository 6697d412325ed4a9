"""A sentence in numbers: one vector for what it means as a whole, and one for each of its pieces where it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivr.understanding.vectors.weights import Numbers

LAYERS_MEANT = 4
"""The whole is of so many layers, one after the other."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``whole`` has length 1, and so has each of ``pieces``."""

    whole: Numbers
    pieces: Numbers

    @classmethod
    def of(cls, rows: Numbers) -> Sentence:
        """From its ``rows``."""
        return cls(rows[:LAYERS_MEANT].ravel(), rows[LAYERS_MEANT:])

    @property
    def rows(self) -> Numbers:
        """All of it as one table: the whole, a row for each of its layers, then the pieces."""
        return np.concatenate([self.whole.reshape(LAYERS_MEANT, -1), self.pieces])


_SHORTEST = np.float32(1e-6)


def unit(rows: Numbers) -> Numbers:
    """Each row brought to length 1."""
    lengths: Numbers = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return (rows / np.maximum(lengths, _SHORTEST)).astype(np.float32, copy=False)
