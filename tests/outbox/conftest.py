"""An outbox in a real database, at a time that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.outbox import Outbox
from ivr.records import Database
from tests.conftest import opened_with_tables


@dataclass
class Clock:
    """The time, as tests set it."""

    at_s: float = 1_000_000.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = opened_with_tables(tmp_path / "ringdown.db")
    yield opened
    opened.close()


@pytest.fixture
def outbox(database: Database, clock: Clock) -> Outbox:
    return Outbox(lambda: database, clock)
