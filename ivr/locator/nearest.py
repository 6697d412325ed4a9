"""The nearest of many points, exactly, in a time that hardly grows with their number.

A k-d tree over unit vectors, with leaves of about a thousand points that NumPy scans at once: halving stops where
one scan costs less than another step in Python. The scan only picks candidates; who is nearer is decided by
:func:`~ivr.locator.great_circle.distance_km`, so the answer is that of brute force, ties and all.
Source: J. L. Bentley, "Multidimensional binary search trees used for associative searching", CACM 18 (1975) 509.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ivr.locator.great_circle import distance_km, unit_vector

LEAF = 512
"""Points in a leaf at most. Measured: 256 to 1024 are alike; smaller ones pay for Python, larger ones for scanning."""

SLACK = 1e-13
"""How far a dot product of unit vectors may be off: their rounding is below 1e-15, and candidates are cheap."""

Node: TypeAlias = "tuple[int, float, Any, Any, int, int] | tuple[int, int]"
"""A leaf ``(start, end)`` or ``(axis, cut, low side, high side, start, end)``."""


class Nearest:
    """Finds the points nearest to a place. Ties go to the point earlier in the given order."""

    def __init__(self, lats: Sequence[float], lons: Sequence[float]) -> None:
        lat, lon = np.radians(np.asarray(lats, np.float64)), np.radians(np.asarray(lons, np.float64))
        points = np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
        self._order = np.arange(len(points))
        self._root = self._split(points, 0, len(points))
        # in tree order, so that a query touches few pages however many points there are
        self._points = np.ascontiguousarray(points[self._order])
        self._lats = array("d", [lats[index] for index in self._order.tolist()])
        self._lons = array("d", [lons[index] for index in self._order.tolist()])

    def _split(self, points: NDArray[np.float64], start: int, end: int) -> Node:
        """Put ``order[start:end]`` in tree order, halving along the widest axis."""
        if end - start <= LEAF:
            return start, end
        mine = points[self._order[start:end]]
        axis = int(np.argmax(np.ptp(mine, axis=0)))
        half = (end - start) // 2
        parts = np.argpartition(mine[:, axis], half)
        self._order[start:end] = self._order[start:end][parts]
        cut = float(mine[parts[half], axis])
        middle = start + half
        return axis, cut, self._split(points, start, middle), self._split(points, middle, end), start, end

    def nearest(self, lat: float, lon: float, count: int) -> list[tuple[int, float]]:
        """The ``count`` nearest points as ``(index, distance in km)``, nearest first; all when there are fewer."""
        count = min(count, len(self._points))
        if count <= 0:
            return []
        here = unit_vector(lat, lon)
        vector = np.array(here)
        start, end = self._home(here, count)
        dots = self._points[start:end] @ vector
        reach = self._reach(dots, count)
        found: list[int] = (start + np.flatnonzero(dots >= reach)).tolist()
        # |a - b|^2 = 2 - 2 a.b for unit vectors: the ball that surely holds the nearest ones
        radius = sqrt(max(0.0, 2.0 - 2.0 * reach)) + SLACK
        for low, high in _leaves(self._root, here, radius):
            if start <= low < end:
                continue  # scanned already
            close = np.flatnonzero(self._points[low:high] @ vector >= reach)
            found.extend((low + close).tolist())
        ranked = sorted((distance_km(lat, lon, self._lats[i], self._lons[i]), int(self._order[i])) for i in found)
        return [(index, away_km) for away_km, index in ranked[:count]]

    def _home(self, here: Sequence[float], count: int) -> tuple[int, int]:
        """The smallest part of the tree around ``here`` with at least ``count`` points."""
        node = self._root
        while len(node) == 6:
            axis, cut, low, high, _, _ = node
            side: Node = low if here[axis] < cut else high
            if side[-1] - side[-2] < count:
                break
            node = side
        return node[-2], node[-1]

    @staticmethod
    def _reach(dots: NDArray[np.float64], count: int) -> float:
        """The least dot product that a point among the nearest ``count`` can have."""
        return float(np.partition(dots, len(dots) - count)[len(dots) - count]) - SLACK


def _leaves(root: Node, here: Sequence[float], radius: float) -> Iterator[tuple[int, int]]:
    """The leaves that the ball of ``radius`` (a chord) around ``here`` can touch."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if len(node) == 2:
            yield node
            continue
        axis, cut, low, high, _, _ = node
        if here[axis] - radius <= cut:
            waiting.append(low)
        if here[axis] + radius >= cut:
            waiting.append(high)
