"""A small menu and a handful of places to understand answers with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ivr.flows.skills import Kind
from tests.understanding.gold import GOLD

MENU = GOLD.menu
PLACES = GOLD.places


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return GOLD.kinds
