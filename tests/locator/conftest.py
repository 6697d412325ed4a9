from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.locator.finder import StoreFinder
from ivr.locator.places import Places
from ivr.locator.sources.csv_file import CsvFile
from ivr.locator.store import Store
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.load(Path(SHARED["IVR_CACHE"]))


@pytest.fixture(scope="session")
def our_stores(places: Places) -> tuple[Store, ...]:
    return CsvFile(ROOT / "stores.csv", places).read().stores


@pytest.fixture(scope="session")
def finder(our_stores: tuple[Store, ...], places: Places) -> StoreFinder:
    return StoreFinder(our_stores, places)


@pytest.fixture(scope="session")
def at() -> Callable[..., float]:
    """Epoch seconds of a wall-clock time in a zone."""

    def moment(text: str, zone: str = "America/Los_Angeles") -> float:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()

    return moment
