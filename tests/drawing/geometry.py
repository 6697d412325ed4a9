"""Reads a picture back as boxes and lines, to hold it to what a reader would see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

from ivr.drawing.measure import width

SVG = "{http://www.w3.org/2000/svg}"
ASCENT, DESCENT = 0.78, 0.22
"""How far letters reach above and below their line, in font sizes."""
STRIP = 40.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle; ``what`` names it in failures."""

    left: float
    top: float
    right: float
    bottom: float
    what: str = ""

    def meets(self, other: Frame) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Frame, slack: float = 0.1) -> bool:
        across = self.left - slack <= other.left and other.right <= self.right + slack
        return across and self.top - slack <= other.top and other.bottom <= self.bottom + slack


def picture(svg: str) -> Element:
    return fromstring(svg)  # noqa: S314 - our own text


def classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def words(text: Element) -> Frame:
    """The room that a text takes, as wide as the widest usual font makes it."""
    size, x, y = (float(text.get(name, "0")) for name in ("font-size", "x", "y"))
    said = text.text or ""
    wide = width(said, size, bold=text.get("font-weight") == "700")
    left = x - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0.0)
    return Frame(left, y - ASCENT * size, left + wide, y + DESCENT * size, said)


def box(rect: Element) -> Frame:
    x, y, wide, high = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Frame(x, y, x + wide, y + high, rect.get("class", ""))


def texts(element: Element) -> list[Frame]:
    return [words(text) for text in element.iter(f"{SVG}text")]


def boxes(element: Element, kind: str) -> list[Frame]:
    return [box(rect) for rect in element.iter(f"{SVG}rect") if kind in classes(rect)]


def steps(element: Element) -> list[Element]:
    return [group for group in element.iter(f"{SVG}g") if "step" in classes(group)]


def strokes(element: Element) -> Iterator[Frame]:
    """Every straight piece of every line between steps."""
    for path in element.iter(f"{SVG}path"):
        if "line" not in classes(path):
            continue
        numbers = [float(each) for each in re.findall(r"-?[\d.]+", path.get("d", "").replace("h", " 0 "))]
        if "h" in path.get("d", ""):
            continue  # a sample in the key
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        for (x1, y1), (x2, y2) in pairwise(points):
            yield Frame(min(x1, x2) - 0.5, min(y1, y2) - 0.5, max(x1, x2) + 0.5, max(y1, y2) + 0.5, path.get("d", ""))


def meetings(frames: list[Frame], others: list[Frame] | None = None) -> list[tuple[str, str]]:
    """Which frames overlap; with ``others``, which of those they overlap."""
    rows: dict[int, list[Frame]] = {}
    for other in frames if others is None else others:
        for row in _rows(other):
            rows.setdefault(row, []).append(other)
    found: dict[tuple[str, str], None] = {}
    for frame in frames:
        for row in _rows(frame):
            for other in rows.get(row, ()):
                if frame is not other and frame.meets(other):
                    found[frame.what, other.what] = None
    return list(found)


def _rows(frame: Frame) -> range:
    """The strips of the picture that a frame reaches into, so that only neighbours are compared."""
    return range(int(frame.top // STRIP), int(frame.bottom // STRIP) + 1)
