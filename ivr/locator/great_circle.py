"""Distances and directions on the globe, one point at a time."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the WGS 84 ellipsoid. Source: H. Moritz, Geodetic Reference System 1980, Bull. Geod. 54 (1980)."""

COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in kilometres between two points given in degrees (longitudes from -180 to 180).

    Haversine on a sphere in float64: about 0.5 % off the ellipsoid at worst, fine for "which shop is nearer".
    Differences are taken in degrees, the longitude's the short way round, and a pole has one longitude, so points
    that mirror each other across the antimeridian or round a pole are exactly as far.
    Source: R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68 (1984) 159.

    >>> round(distance_km(52.5200, 13.4050, 48.1351, 11.5820))  # Berlin - Munich
    504
    """
    across = abs(lon1 - lon2)
    if across > 180.0:
        across = (180.0 - abs(lon1)) + (180.0 - abs(lon2))  # without rounding, unlike 360 - across
    up = sin(radians(lat1 - lat2) / 2)
    along = sin(radians(across) / 2)
    half_chord_squared = up * up + _cos_degrees(lat1) * _cos_degrees(lat2) * along * along
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half_chord_squared)))


def _cos_degrees(lat: float) -> float:
    """The cosine, exactly zero at the poles (``cos(radians(90))`` is not)."""
    return 0.0 if abs(lat) == 90.0 else cos(radians(lat))


def unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """The point on the unit sphere; the chord between two such points grows with their great-circle distance."""
    flat = cos(radians(lat))
    return flat * cos(radians(lon)), flat * sin(radians(lon)), sin(radians(lat))


def direction(lat1: float, lon1: float, lat2: float, lon2: float) -> str:
    """The compass word from the first point to the second; empty when they are the same.

    Initial bearing of the great circle. Source: E. Williams, "Aviation Formulary", course between points.

    >>> direction(45.5, -122.6, 47.6, -122.3)
    'north'
    """
    if distance_km(lat1, lon1, lat2, lon2) == 0.0:
        return ""
    across = radians(lon2 - lon1)
    east = sin(across) * cos(radians(lat2))
    north = cos(radians(lat1)) * sin(radians(lat2)) - sin(radians(lat1)) * cos(radians(lat2)) * cos(across)
    return COMPASS[round(degrees(atan2(east, north)) / 45.0) % 8]
