from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.locator.distance_words import distance_words

MILE_KM = 1.609344


@pytest.mark.parametrize(
    ("miles", "spoken"),
    [
        (0.0, "less than a mile"),
        (0.94, "less than a mile"),
        (0.96, "1 mile"),
        (1.6, "2 miles"),
        (19.4, "19 miles"),
        (19.6, "about 20 miles"),
        (43.0, "about 45 miles"),
        (117.4, "about 120 miles"),
        (994.0, "about 990 miles"),
        (2549.0, "about 2500 miles"),
    ],
)
def test_a_distance_is_rounded_as_people_say_it(miles: float, spoken: str) -> None:
    assert distance_words(miles * MILE_KM) == spoken


def test_kilometers_are_spoken_where_they_are_asked_for() -> None:
    assert distance_words(1.2, "kilometers") == "1 kilometer"


@given(st.floats(0, 20_000), st.floats(0, 20_000))
def test_a_longer_way_never_sounds_shorter(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert _number(distance_words(near)) <= _number(distance_words(far))


def _number(spoken: str) -> int:
    found = re.search(r"\d+", spoken)
    return int(found[0]) if found else 0
