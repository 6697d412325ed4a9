"""In which order lines run beside each other between two columns, so that few of them cross."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.drawing.chart import Status

_ROUNDS = 12
_SMALL = 60
"""Up to this many lines neighbours are swapped until no swap helps; beyond, their first order stands."""


@dataclass(slots=True)
class Bundle:
    """Lines that end at the same flow: ``forward`` in the next column, else back in the one they come from."""

    flow: str
    forward: bool
    trouble: bool
    status: Status
    sources: list[tuple[float, float]] = field(default_factory=list)
    end_y: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        heights = [y for _, y in self.sources] + [self.end_y]
        return min(heights), max(heights)

    @property
    def left(self) -> list[float]:
        """The heights at which it crosses the lanes to its left."""
        return [y for _, y in self.sources] + ([] if self.forward else [self.end_y])

    @property
    def right(self) -> list[float]:
        return [self.end_y] if self.forward else []


def lane_order(bundles: list[Bundle]) -> list[Bundle]:
    """The bundles from left to right."""
    order = sorted(bundles, key=_first_guess)
    if len(order) > _SMALL:
        return order
    for _ in range(_ROUNDS):
        swapped = False
        for at in range(len(order) - 1):
            left, right = order[at], order[at + 1]
            if _crossings(right, left) < _crossings(left, right):
                order[at], order[at + 1] = right, left
                swapped = True
        if not swapped:
            break
    return order


def _first_guess(bundle: Bundle) -> tuple[bool, float]:
    """Lines back into their own column stay near it; those that go down start at the right with the highest."""
    start = min(y for _, y in bundle.sources)
    down = bundle.end_y > start
    return bundle.forward, -start if down else start


def _crossings(left: Bundle, right: Bundle) -> int:
    """How often two bundles cross when ``left`` runs to the left of ``right``."""
    return _through(left.right, right.span) + _through(right.left, left.span)


def _through(heights: list[float], span: tuple[float, float]) -> int:
    return sum(span[0] < y < span[1] for y in heights)
