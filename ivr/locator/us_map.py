"""Where a point of the USA lies on our map, which is drawn from the table of ZIP codes: no tiles, no network.

Albers' equal-area conic projection with the usual parallels for the lower states; Alaska, Hawaii and Puerto Rico stand
in insets, Alaska smaller than it is. Source: J. P. Snyder, "Map Projections: A Working Manual", USGS PP 1395 (1987) 98.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sin, sqrt

WIDTH, HEIGHT = 960, 600
PARALLELS = (29.5, 45.5)
ORIGIN = (37.5, -96.0)
SCALE = 1180.0
"""Picture units a radian of the earth: the lower states fill the picture."""
CELL = 6
"""Units of the picture that a square of land is wide."""


def spot(lat: float, lon: float) -> tuple[float, float] | None:
    """Where a point is in the picture; None when it is no part of it."""
    if 24.0 <= lat <= 50.0 and -125.5 <= lon <= -66.0:
        return _albers(lat, lon)
    if 51.0 <= lat <= 72.0 and (lon <= -129.0 or lon >= 172.0):
        east = lon if lon < 0 else lon - 360.0
        return 20 + (east + 188.0) * 3.6, 595 - (lat - 51.0) * 7.2
    if 18.5 <= lat <= 22.5 and -161.0 <= lon <= -154.0:
        return 270 + (lon + 161.0) * 16, 590 - (lat - 18.5) * 17
    if 17.5 <= lat <= 18.7 and -67.5 <= lon <= -64.4:
        return 860 + (lon + 67.5) * 24, 580 - (lat - 17.5) * 24
    return None


def _albers(lat: float, lon: float) -> tuple[float, float]:
    low, high = (sin(radians(parallel)) for parallel in PARALLELS)
    n = (low + high) / 2
    c = cos(radians(PARALLELS[0])) ** 2 + 2 * n * low
    radius, middle = sqrt(c - 2 * n * sin(radians(lat))) / n, sqrt(c - 2 * n * sin(radians(ORIGIN[0]))) / n
    turn = n * radians(lon - ORIGIN[1])
    return WIDTH / 2 + SCALE * radius * sin(turn), HEIGHT / 2 - 25 - SCALE * (middle - radius * cos(turn))


def land(points: Iterable[tuple[float, float]]) -> str:
    """The country as one path of small squares: where ZIP codes are, there is land."""
    cells = {(int(at[0] // CELL), int(at[1] // CELL)) for point in points if (at := spot(*point))}
    side = CELL - 1
    return "".join(f"M{x * CELL} {y * CELL}h{side}v{side}h-{side}z" for x, y in sorted(cells))
