"""How near a sentence is in meaning to each option of a menu, told by the phrases listed under the options.

Phrases of one option differ from each other in ways that mean nothing (who speaks, how politely). Those directions are
measured within the options and count less: a discriminant analysis with its spread drawn towards an even one, because
a menu has few phrases. The middle is drawn towards sentences that belong to no menu, so that two options alone do not
become opposites of which anything said must be one. An option is as near as its middle and its nearest phrase are on
average: "agent" and "speak to a person" have little but their meaning in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ivr.understanding.vectors.weights import Numbers

EVEN = 0.3
"""How much of the spread is taken as even in all directions; 0.2 to 0.5 do the same on both public test sets."""
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Nearness:
    """The options of one menu. Made by :meth:`of`."""

    options: tuple[str, ...]
    _middle: Numbers
    _directions: Numbers
    _shrunk: Numbers
    _centres: Numbers
    _phrases: Numbers
    _starts: NDArray[np.intp]

    @classmethod
    def of(cls, phrases: Sequence[tuple[str, Numbers]], background: Numbers) -> Nearness:
        """From each phrase's option and vector; ``background`` are vectors of sentences that belong to no menu."""
        options = tuple(dict.fromkeys(option for option, _ in phrases))
        by_option = [np.stack([vector for one, vector in phrases if one == option]) for option in options]
        rows = np.concatenate(by_option)
        starts = np.cumsum([0, *(len(group) for group in by_option[:-1])])
        centres = np.stack([group.mean(axis=0) for group in by_option])
        directions, shrunk = _spread(np.concatenate([group - group.mean(axis=0) for group in by_option]))
        bare = cls(options, np.concatenate([rows, background]).mean(axis=0), directions, shrunk, rows, rows, starts)
        middles, singles = (np.stack([bare._seen(row) for row in table]) for table in (centres, rows))
        return replace(bare, _centres=middles, _phrases=singles)

    def __call__(self, vector: Numbers) -> dict[str, float]:
        """From -1 (the opposite) to 1 (the same) for each option."""
        seen = self._seen(vector)
        nearest = np.maximum.reduceat(self._phrases @ seen, self._starts)
        near = (self._centres @ seen + nearest) / 2
        return {option: round(float(one), 4) for option, one in zip(self.options, near, strict=True)}

    def _seen(self, vector: Numbers) -> Numbers:
        """``vector`` from the middle, with the directions that mean little made short, of length 1."""
        off = vector - self._middle
        off = off - self._directions.T @ (self._shrunk * (self._directions @ off))
        length = max(float(np.sqrt(off @ off)), _NEGLIGIBLE)
        unit: Numbers = off / np.float32(length)
        return unit


def _spread(within: Numbers) -> tuple[Numbers, Numbers]:
    """The directions in which phrases of one option differ, and by how much each is to be shortened."""
    _, sizes, directions = np.linalg.svd(within, full_matrices=False)
    kept = sizes > _NEGLIGIBLE
    variances = sizes[kept] ** 2
    even = EVEN * variances.sum() / within.shape[1]
    return directions[kept], (1 - np.sqrt(even / ((1 - EVEN) * variances + even))).astype(np.float32)
