"""How near a sentence is in meaning to each option of a menu, told by the phrases listed under the options.

Phrases of one option differ from each other in ways that mean nothing (who speaks, how politely). Those directions are
measured within the options and count less: a discriminant analysis with its spread drawn towards an even one, because
a menu has few phrases. The middle is drawn towards sentences that belong to no menu, so that two options alone do not
become opposites of which anything said must be one. An option is as near as its middle and its nearest phrase are,
weighed by how many phrases the middle is of: "agent" and "speak to a person" have little but their meaning in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.understanding.vectors.piecewise import Piecewise
from ivr.understanding.vectors.sentence import Sentence
from ivr.understanding.vectors.weights import Numbers

EVEN = 0.3
"""How much of the spread is taken as even in all directions; 0.2 to 0.5 do the same."""
ALONE = 2.0
"""Phrases at which the nearest one counts as much as the middle of all; with ten it counts a sixth."""
LOOKED_AT = 12
"""Options, the nearest by their middle, whose phrases are compared one by one: the most of the cost of large menus."""
PIECES = 0.7
"""What being found piece by piece counts beside the whole; 0.5 to 1 do the same on parts of both sets not tested on."""
_NEGLIGIBLE = 1e-6
_HARDLY_SHORTENED = 0.1
"""Directions shortened by less are left as they are: they are two thirds of the cost."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """The options of one menu. Made by :meth:`of`."""

    options: tuple[str, ...]
    _space: _Space
    _centres: Numbers
    _phrases: tuple[Numbers, ...]
    _piecewise: Piecewise

    @classmethod
    def of(cls, phrases: Sequence[tuple[str, Sentence]], background: Sequence[Sentence]) -> Nearness:
        """From each phrase and its option; ``background`` are sentences that belong to no menu."""
        options = tuple(dict.fromkeys(option for option, _ in phrases))
        listed = [[phrase for one, phrase in phrases if one == option] for option in options]
        groups = [np.stack([phrase.whole for phrase in group]) for group in listed]
        centres = np.stack([group.mean(axis=0) for group in groups])
        within = np.concatenate([group - centre for group, centre in zip(groups, centres, strict=True)])
        foreign = np.stack([sentence.whole for sentence in background])
        space = _Space.of(np.concatenate([*groups, foreign]).mean(axis=0), within)
        pieces = [np.concatenate([phrase.pieces for phrase in group]) for group in listed]
        piecewise = Piecewise.of(pieces, np.concatenate([sentence.pieces for sentence in background]))
        return cls(options, space, space.seen(centres), tuple(map(space.seen, groups)), piecewise)

    def __call__(self, said: Sentence) -> dict[str, float]:
        """From -1 (the opposite) to 1 (the same) for each option."""
        seen = self._space.seen(said.whole[None])[0]
        near = self._centres @ seen
        looked_at = np.argsort(-near, kind="stable")[:LOOKED_AT]
        for at in looked_at:
            own = self._phrases[at]
            share = ALONE / (ALONE + len(own))
            near[at] += share * (float((own @ seen).max()) - near[at])
        near[looked_at] += PIECES * self._piecewise(said.pieces, looked_at.tolist())
        near /= 1 + PIECES
        return dict(zip(self.options, np.round(near.astype(float), 4).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Space:
    """Where what was said is compared: ``middle`` is its origin, ``directions`` are shortened by ``shares``."""

    middle: Numbers
    directions: Numbers
    shares: Numbers

    @classmethod
    def of(cls, middle: Numbers, within: Numbers) -> _Space:
        """The directions in which phrases of one option differ, and by how much each is to be shortened."""
        _, sizes, directions = np.linalg.svd(within, full_matrices=False)
        variances: NDArray[np.float32] = sizes**2
        even = max(EVEN * float(variances.sum()) / within.shape[1], _NEGLIGIBLE**2)
        shares = (1 - np.sqrt(even / ((1 - EVEN) * variances + even))).astype(np.float32)
        kept = shares > _HARDLY_SHORTENED
        return cls(middle, directions[kept].copy(), shares[kept])

    def seen(self, rows: Numbers) -> Numbers:
        """``rows`` from the middle, with the directions that mean little made short, of length 1."""
        off = rows - self.middle
        off = off - ((off @ self.directions.T) * self.shares) @ self.directions
        lengths = np.sqrt(np.einsum("ij,ij->i", off, off))
        unit: Numbers = off / np.maximum(lengths, np.float32(_NEGLIGIBLE))[:, None]
        return unit
