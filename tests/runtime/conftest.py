"""Offices on either store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flows import FlowBook
from ivr.ports import Sessions
from ivr.sessions import MemorySessions, RedisSessions
from tests.runtime.office import SERVICES, Canned, Office


@pytest.fixture(params=["memory", "redis"])
def sessions(request: pytest.FixtureRequest) -> Sessions:
    return MemorySessions() if request.param == "memory" else RedisSessions(request.getfixturevalue("redis"))


@pytest.fixture
def office(shop: FlowBook, sessions: Sessions) -> Office:
    return Office(shop, sessions)


@pytest.fixture
def desk(make_book: Callable[[str], FlowBook], sessions: Sessions) -> Office:
    return Office(make_book(SERVICES), sessions, {"http": Canned({"text": "on its way"}), "sms": Canned()})
