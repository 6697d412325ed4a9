from __future__ import annotations

import math
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.locator.great_circle import EARTH_RADIUS_KM, direction, distance_km
from ivr.locator.nearest import LEAF, Nearest

Point = tuple[float, float]

# a coarse grid makes ties, poles and the antimeridian common; a fine one makes neighbours
coarse = st.tuples(
    st.sampled_from([-90.0, -45.0, -0.5, 0.0, 0.5, 45.0, 90.0]),
    st.sampled_from([-180.0, -179.5, -90.0, 0.0, 90.0, 179.5, 180.0]),
)
anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
points = st.one_of(coarse, anywhere)


def brute_force(stores: list[Point], here: Point, count: int) -> list[tuple[int, float]]:
    ranked = sorted((distance_km(*here, *store), index) for index, store in enumerate(stores))
    return [(index, away) for away, index in ranked[:count]]


def nearest_of(stores: list[Point]) -> Nearest:
    return Nearest([lat for lat, _ in stores], [lon for _, lon in stores])


@given(st.lists(points, max_size=60), points, st.integers(0, 10))
@example([(0.0, 179.0), (0.0, -179.0)], (0.0, 180.0), 2)
@example([(89.0, 0.0), (89.0, 90.0), (89.0, 180.0)], (90.0, 12.0), 3)
@example([(-90.0, 5.0), (-90.0, -170.0)], (90.0, 0.0), 2)
def test_the_nearest_are_those_of_brute_force(stores: list[Point], here: Point, count: int) -> None:
    assert nearest_of(stores).nearest(*here, count) == brute_force(stores, here, count)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["even", "towns", "grid", "one spot"]), st.integers(1, 900))
def test_the_nearest_of_thousands_are_those_of_brute_force(seed: int, kind: str, count: int) -> None:
    chance = random.Random(seed)
    stores = _scatter(chance, kind, 4 * LEAF)
    index = nearest_of(stores)
    places = [*_scatter(chance, "even", 2), chance.choice(stores), (90.0, 0.0), (0.0, 180.0), (0.0, -180.0)]
    for here in places:
        assert index.nearest(*here, count) == brute_force(stores, here, count)


def _scatter(chance: random.Random, kind: str, number: int) -> list[Point]:
    match kind:
        case "even":
            return [(math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)) for _ in range(number)]
        case "towns":
            towns = _scatter(chance, "even", 20)
            return [
                (max(-90.0, min(90.0, lat + chance.gauss(0, 0.1))), lon)
                for lat, lon in (chance.choice(towns) for _ in range(number))
            ]
        case "grid":
            return [(float(chance.randint(-90, 90)), float(chance.randint(-18, 18) * 10)) for _ in range(number)]
        case _:
            return [(45.0, -122.0)] * number


def test_stores_at_one_spot_come_in_the_given_order() -> None:
    assert [index for index, _ in nearest_of([(45.0, -122.0)] * 5).nearest(10.0, 10.0, 3)] == [0, 1, 2]


@given(points, points)
def test_a_distance_is_that_of_the_cosine_rule_and_the_same_both_ways(one: Point, other: Point) -> None:
    there = distance_km(*one, *other)
    lat1, lon1, lat2, lon2 = (math.radians(angle) for angle in (*one, *other))
    # spherical law of cosines: another formula, good to about 1e-8 of the radius
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    assert there == pytest.approx(EARTH_RADIUS_KM * math.acos(max(-1.0, min(1.0, cosine))), abs=0.25)
    assert there == distance_km(*other, *one)


def test_mirror_images_across_the_antimeridian_and_round_a_pole_are_exactly_as_far() -> None:
    assert distance_km(52.0, 180.0, 51.0, 179.9) == distance_km(52.0, 180.0, 51.0, -179.9)
    assert len({distance_km(90.0, 0.0, 71.3, lon) for lon in (-156.8, 0.0, 12.0, 179.99)}) == 1


def test_known_distances_come_out() -> None:
    # Portland OR - Seattle WA, and half the globe
    assert distance_km(45.5231, -122.6765, 47.6062, -122.3321) == pytest.approx(233, abs=1)
    assert distance_km(90.0, 0.0, -90.0, 0.0) == pytest.approx(math.pi * EARTH_RADIUS_KM)


def test_directions_are_compass_words_even_across_the_antimeridian() -> None:
    assert direction(51.9, 179.9, 51.9, -179.9) == "east"
    assert direction(45.5, -122.6, 45.6, -122.7) == "north-west"
    assert direction(45.5, -122.6, 45.4, -122.6) == "south"
    assert direction(45.5, -122.6, 45.5, -122.6) == ""
