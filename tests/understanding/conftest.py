"""A small menu and a handful of places to understand answers with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ivr.flows.actions import Choice
from ivr.flows.skills import Kind
from ivr.understanding.kinds import make_kinds
from ivr.understanding.wording import words

MENU = (
    Choice("find a store", ("where are you", "nearest shop", "store near me"), "1"),
    Choice("track an order", ("where is my package", "order status"), "2"),
    Choice("leave a message", (), "3"),
    Choice("sales", ("buy something", "talk to sales"), "4"),
    Choice("operator", ("agent", "representative", "speak to a person"), "0"),
    Choice("repeat", ("repeat that", "say again"), "*"),
)

_PLACES = {
    "Portland, Oregon": ("portland", "portland oregon"),
    "Portland, Maine": ("portland maine",),
    "Seattle, Washington": ("seattle", "seattle washington"),
    "Salt Lake City, Utah": ("salt lake city", "salt lake city utah"),
    "New York, New York": ("new york", "new york city", "new york new york"),
    "The Dalles, Oregon": ("the dalles", "dalles"),
    "St. Louis, Missouri": ("st louis", "saint louis", "st louis missouri"),
    "Over, Minnesota": ("over", "over minnesota"),
}
PLACES = {said: place for place, ways in _PLACES.items() for said in (*ways, " ".join(words(place)))}


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return make_kinds(PLACES.get, tuple(PLACES))
