"""A Redis of its own for the tests of transfers, and a call that wants an agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.agents.attendant import Attendant
from ivr.agents.directory import Agent
from ivr.agents.floor.rules import Need, Queue
from ivr.agents.phones import Phones
from ivr.agents.staffing import Staffing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.redis_server import TIMEOUT_S, RedisServer


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    with RedisServer(folder) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    path = str(redis_server.socket)
    once = Retry(NoBackoff(), 0)  # one test takes Redis away: it need not wait for its return
    with Redis(unix_socket_path=path, socket_timeout=TIMEOUT_S, retry=once) as client:
        client.flushall()
        yield client


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.at_s = 1_000.0

    def __call__(self) -> float:
        return self.at_s


class Alerts:
    """What pages were told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, topic: str, data: Any) -> None:
        self.told.append((topic, dict(data)))


ANN = Agent("ann", "Ann Archer", "client:ann", {"sales": 1})
BOB = Agent("bob", "Bob Baker", "sip:bob@example.com", {"sales": 1, "support": 1})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def alerts() -> Alerts:
    return Alerts()


@pytest.fixture
def carrier() -> CannedCarrier:
    return CannedCarrier()


SALES = Queue("sales", Need((("sales", 1),)), missed_rings=1)
STAFFING = Staffing((ANN, BOB), (SALES, Queue("support", Need((("support", 1),)), missed_rings=1)))
URL = "https://ivr.example"


def attendant(redis: Redis, carrier: CannedCarrier, clock: Clock, alerts: Alerts) -> Attendant:
    return Attendant(redis, Phones(carrier, URL), lambda: STAFFING, alerts, clock)


@pytest.fixture
def transfers(redis: Redis, carrier: CannedCarrier, clock: Clock, alerts: Alerts) -> Transfers:
    """Two people answer to the same name."""
    return Transfers(attendant(redis, carrier, clock, alerts), lambda to: [ANN, BOB])
