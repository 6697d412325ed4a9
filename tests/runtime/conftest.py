"""Offices on either store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from ivr.flows import FlowBook
from ivr.ports import Sessions
from ivr.redis_server import RedisServer
from ivr.sessions import MemorySessions, RedisSessions
from tests.runtime.office import SERVICES, Canned, Office


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with redis_server.client() as client:
        client.flushall()
        yield client


@pytest.fixture(params=["memory", "redis"])
def sessions(request: pytest.FixtureRequest) -> Sessions:
    return MemorySessions() if request.param == "memory" else RedisSessions(request.getfixturevalue("redis"))


@pytest.fixture
def office(shop: FlowBook, sessions: Sessions) -> Office:
    return Office(shop, sessions)


@pytest.fixture
def desk(make_book: Callable[[str], FlowBook], sessions: Sessions) -> Office:
    return Office(make_book(SERVICES), sessions, {"http": Canned({"text": "on its way"}), "sms": Canned()})
