"""Accounts in a real database, with a real Redis that counts tries, and a clock that can be turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis import Redis

from ivr.accounts import Accounts, Attempts, AuditTrail, Role, Visits
from ivr.accounts.passwords import Passwords
from ivr.records import Database
from ivr.redis_server import TIMEOUT_S, RedisServer
from tests.conftest import opened_with_tables

PASSWORD = "seven green bottles"  # noqa: S105 - made up for the tests
OTHER = "eight brown kettles"
ADDRESS = "192.0.2.7"


@dataclass
class CountingPasswords(Passwords):
    """The real ones; how often something was compared is counted."""

    compared: int = 0

    def __post_init__(self) -> None:
        super().__init__("scrypt:1024:8:1")  # the same, with less work

    def match(self, kept: str, password: str) -> bool:
        self.compared += 1
        return super().match(kept, password)


@dataclass
class Office:
    """Everything there is to accounts."""

    database: Database
    redis: Redis
    now_s: float = 1_000_000.0
    passwords: CountingPasswords = field(default_factory=CountingPasswords)

    def __post_init__(self) -> None:
        self.audit = AuditTrail(lambda: self.database, lambda: self.now_s)
        self.accounts = Accounts(lambda: self.database, lambda: self.now_s, self.audit, self.passwords)
        attempts = Attempts(self.redis, for_account=3, from_address=8)
        self.visits = Visits(lambda: self.database, lambda: self.now_s, self.audit, lambda: attempts, self.passwords)

    def hire(self, name: str, *roles: Role, password: str = PASSWORD) -> None:
        """Somebody who has followed their link."""
        self.accounts.join(self.accounts.add(name, roles, "", "the test"), password)

    def log_in(self, name: str, password: str = PASSWORD, address: str = ADDRESS) -> str:
        return self.visits.begin(name, password, address)

    def did(self) -> list[tuple[str, str]]:
        """The trail, oldest first."""
        return [(one.who, one.what) for one in reversed(self.audit.entries(100))]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def office(redis_server: RedisServer, tmp_path: Path) -> Iterator[Office]:
    database = opened_with_tables(tmp_path / "records.db")
    with Redis(unix_socket_path=str(redis_server.socket), socket_timeout=TIMEOUT_S) as redis:
        redis.flushall()
        yield Office(database, redis)
    database.close()
