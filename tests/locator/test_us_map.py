from __future__ import annotations

import pytest

from ivr.locator.us_map import HEIGHT, WIDTH, land, spot

SEATTLE, MIAMI, BOSTON = (47.6, -122.3), (25.8, -80.2), (42.4, -71.1)
ANCHORAGE, HONOLULU = (61.2, -149.9), (21.3, -157.8)


@pytest.mark.parametrize("point", [SEATTLE, MIAMI, BOSTON, ANCHORAGE, HONOLULU, (18.4, -66.1), (51.9, 177.5)])
def test_every_part_of_the_country_is_in_the_picture(point: tuple[float, float]) -> None:
    at = spot(*point)
    assert at is not None
    assert 0 <= at[0] <= WIDTH
    assert 0 <= at[1] <= HEIGHT


def test_north_is_up_and_east_is_right() -> None:
    places = [spot(*point) for point in (SEATTLE, BOSTON, MIAMI)]
    (seattle, boston, miami) = [place for place in places if place]
    assert seattle[0] < miami[0] < boston[0]
    assert seattle[1] < boston[1] < miami[1]


def test_other_countries_are_not_on_it() -> None:
    assert spot(52.5, 13.4) is None
    assert land([(52.5, 13.4)]) == ""
    assert land([SEATTLE, SEATTLE]).count("M") == 1
