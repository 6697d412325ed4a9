"""What is known of agents when Redis has lost everything: a real server that is killed and comes back empty."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from ivr.agents.attendant import Attendant
from ivr.agents.phones import Phones
from ivr.agents.staff import Staff
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.records.agent_states import SqlAgentStates
from ivr.records.database import Database
from ivr.records.migrate import migrate
from ivr.redis_server import RedisServer
from tests.agents.conftest import STAFFING, URL, Alerts, Clock


class Desk:
    """Agents, a queue, and the two places that remember them."""

    def __init__(self, server: RedisServer, redis: Redis, database: Database, clock: Clock) -> None:
        self.server, self.database, self.clock = server, database, clock
        self.carrier = CannedCarrier()
        words = SqlAgentStates(lambda: database)
        phones = Phones(self.carrier, URL)
        self.attendant = Attendant(redis, phones, lambda: STAFFING, Alerts(), clock, last_words=words)
        self.transfers = Transfers(self.attendant, lambda to: ())
        self.staff = Staff(self.attendant)

    def lose_redis(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)
        shutil.rmtree(self.server.folder / "appendonlydir")
        self.server.revive()

    def states(self) -> dict[str, tuple[str, str]]:
        return {one["id"]: (one["state"], one["reason"]) for one in self.staff.agents()}

    def caller(self) -> list[str]:
        """Somebody asks for sales; who is rung."""
        call = Call("CA" + "a" * 32, line="+15035550100", caller="+15035550123")
        self.transfers.caller_waits(self.transfers.begin(call, 2, Transfer("queue sales", ""), self.clock()))
        return [ring.to for ring in self.carrier.rings]


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    migrate(database.engine)
    with RedisServer(tmp_path / "redis") as server, server.client() as redis:
        yield Desk(server, redis, database, clock)
    database.close()


def test_who_was_on_a_break_still_is_and_who_was_available_takes_the_next_caller(desk: Desk) -> None:
    desk.staff.set_state("ann", "offline")
    desk.clock.at_s += 5
    desk.staff.set_state("ann", "break", "lunch")
    before = desk.states()
    desk.lose_redis()
    assert desk.states() == before == {"ann": ("break", "lunch"), "bob": ("available", "")}
    assert desk.caller() == ["sip:bob@example.com"]


def test_a_word_that_comes_late_does_not_take_back_a_newer_one(desk: Desk) -> None:
    words = SqlAgentStates(lambda: desk.database)
    words.keep("ann", "break", "lunch", 2000.0)
    words.keep("ann", "available", "", 1000.0)
    assert words.all() == {"ann": ("break", "lunch")}
    words.keep("ann", "available", "", 2001.0)
    assert words.all() == {"ann": ("available", "")}


def test_without_the_database_agents_say_who_they_are_all_the_same(desk: Desk) -> None:
    desk.staff.set_state("ann", "break", "lunch")
    with desk.database.session() as session:
        session.connection().exec_driver_sql("DROP TABLE agent_states")
    desk.staff.set_state("ann", "break", "meeting")
    assert desk.states()["ann"] == ("break", "meeting")
    desk.lose_redis()
    assert desk.states()["ann"] == ("available", "")
