"""SVG elements as text. Everything that comes from a flow file passes through here and is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

ARROW_HEAD = 5.0
CORNER = 8.0
Point = tuple[float, float]


def plain(text: str) -> str:
    """``text`` for an element or an attribute: escaped, without characters that XML does not know."""
    return escape("".join(c for c in text if c in "\n\t" or c.isprintable()), quote=True)


def number(value: float) -> str:
    """A coordinate, as short as can be.

    >>> number(12.0), number(1.25)
    ('12', '1.2')
    """
    return f"{value:.1f}".removesuffix(".0")


def rect(kind: str, x: float, y: float, width: float, height: float, radius: float) -> str:
    return (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        f' rx="{number(radius)}"/>'
    )


def text(kind: str, x: float, y: float, size: float, words: str, *, bold: bool = False, anchor: str = "start") -> str:
    """One line of text; ``y`` is its baseline."""
    weight = ' font-weight="700"' if bold else ""
    end = "" if anchor == "start" else f' text-anchor="{anchor}"'
    at = f'x="{number(x)}" y="{number(y)}"'
    return f'<text class="{kind}" {at} font-size="{number(size)}"{weight}{end}>{plain(words)}</text>'


def drawn(kind: str, path: str) -> str:
    return f'<path class="{kind}" d="{path}"/>'


def icon(kind: str, path: str, x: float, y: float) -> str:
    """A path that was drawn around 0,0, moved to its place."""
    return f'<path class="{kind}" transform="translate({number(x)} {number(y)})" d="{path}"/>'


def link(href: str, inside: Iterable[str], tip: str = "") -> str:
    title = f"<title>{plain(tip)}</title>" if tip else ""
    return f'<a href="{plain(href)}">{title}{"".join(inside)}</a>'


def line(points: Iterable[Point]) -> str:
    """The path through ``points``, with rounded corners.

    >>> line([(0, 0), (20, 0), (20, 30)])
    'M0 0L12 0Q20 0 20 8L20 30'
    """
    through = [point for point, before in _with_before(points) if point != before]
    parts = [f"M{_at(through[0])}"]
    for before, corner, after in zip(through, through[1:], through[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_at(_towards(corner, before, radius))}Q{_at(corner)} {_at(_towards(corner, after, radius))}")
    parts.append(f"L{_at(through[-1])}")
    return "".join(parts)


def head(end: Point, before: Point) -> str:
    """The path of an arrow head that points from ``before`` to ``end``, both on one level or one above the other."""
    (x, y), back = end, _towards(end, before, ARROW_HEAD * 1.6)
    across = (0.0, ARROW_HEAD * 0.8) if back[1] == y else (ARROW_HEAD * 0.8, 0.0)
    one, other = (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])
    return f"M{_at((x, y))}L{_at(one)}L{_at(other)}Z"


def _with_before(points: Iterable[Point]) -> Iterable[tuple[Point, Point | None]]:
    before = None
    for point in points:
        yield point, before
        before = point


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, by: float) -> Point:
    """``start`` moved ``by`` towards ``end``, along one axis."""
    share = by / (_distance(start, end) or 1.0)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
