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
from ivr.records.copies import SqlCopies
from ivr.records.database import Database
from ivr.redis_server import RedisServer
from tests.agents.conftest import ANN, STAFFING, URL, Alerts, Clock
from tests.conftest import opened_with_tables


class Desk:
    """Agents, a queue, and the two places that remember them."""

    def __init__(self, server: RedisServer, redis: Redis, database: Database, clock: Clock) -> None:
        self.server, self.database, self.clock = server, database, clock
        self.carrier = CannedCarrier()
        words = SqlAgentStates(lambda: database)
        phones = Phones(self.carrier, URL)
        copies = SqlCopies(lambda: database, clock)
        self.attendant = Attendant(redis, phones, lambda: STAFFING, Alerts(), clock, last_words=words, copies=copies)
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
        self.waits("a")
        return self.rung

    def waits(self, letter: str, to: str = "queue sales") -> str:
        """Somebody asks for sales, and waits; the transfer."""
        call = Call("CA" + letter * 32, line="+15035550100", caller=f"+1503555012{len(self.carrier.rings)}")
        transfer = self.transfers.begin(call, 2, Transfer(to, ""), self.clock())
        self.transfers.caller_waits(transfer)
        return transfer

    @property
    def rung(self) -> list[str]:
        return [ring.to for ring in self.carrier.rings]

    def is_free(self, agent: str) -> None:
        self.clock.at_s += 5
        self.staff.set_state(agent, "available")


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    database = opened_with_tables(tmp_path / "records.db")
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


def test_who_waits_in_line_keeps_the_place(desk: Desk) -> None:
    for agent in ("ann", "bob"):
        desk.staff.set_state(agent, "break", "lunch")
    older = desk.waits("a")
    desk.clock.at_s += 20
    younger = desk.waits("b")
    desk.clock.at_s += 20
    desk.lose_redis()
    for transfer in (younger, older):
        assert desk.transfers.wait(transfer).way == "wait"
    desk.lose_redis()
    desk.transfers.look_after()
    desk.is_free("ann")
    assert desk.rung == ["client:ann"]
    assert f"/whisper/{older}/" in desk.carrier.rings[0].url
    desk.is_free("bob")
    assert f"/whisper/{younger}/" in desk.carrier.rings[1].url
    assert desk.states() == {"ann": ("ringing", ""), "bob": ("ringing", "")}


def test_an_agent_who_is_rung_takes_the_caller_and_is_rung_once(desk: Desk) -> None:
    desk.staff.set_state("bob", "offline")
    transfer = desk.waits("a")
    [ring] = desk.carrier.rings
    number = int(ring.url.rpartition("/")[2])
    desk.transfers.leg_ended(transfer, number, "ringing", ring.sid)
    desk.lose_redis()
    desk.transfers.look_after()
    assert desk.states()["ann"] == ("ringing", "")
    assert desk.transfers.leg_answered(transfer, number, ring.sid) is not None
    assert desk.transfers.accepted(transfer, number) is not None
    assert len(desk.carrier.rings) == 1
    assert desk.transfers.wait(transfer).way == "room"
    other = desk.waits("b")
    desk.transfers.joined(transfer, "CA" + "a" * 32)
    desk.transfers.joined(transfer, ring.sid)
    desk.transfers.left(transfer, ring.sid)
    desk.is_free("ann")
    [_, second] = desk.carrier.rings
    assert f"/whisper/{other}/" in second.url
    assert int(second.url.rpartition("/")[2]) > number, "no two rings have the same number"


def test_who_talks_goes_on_talking_and_the_agent_is_free_afterwards(desk: Desk) -> None:
    desk.staff.set_state("bob", "offline")
    transfer = desk.waits("a")
    [ring] = desk.carrier.rings
    number = int(ring.url.rpartition("/")[2])
    desk.transfers.accepted(transfer, number)
    for sid in ("CA" + "a" * 32, ring.sid):
        desk.transfers.joined(transfer, sid)
    desk.lose_redis()
    assert desk.states()["ann"][0] == "on call"
    context = desk.transfers.context(transfer)
    assert context is not None
    assert (context["phase"], context["with"]) == ("connected", "ann")
    desk.transfers.left(transfer, ring.sid)
    assert desk.transfers.outcome(transfer) == ("ann", "")
    assert desk.states()["ann"][0] != "on call"
    desk.lose_redis()
    assert desk.transfers.waiting() == []
    assert desk.transfers.outcome(transfer) == ("ann", ""), "asked again, it is the same"


def test_who_is_rung_by_name_is_not_rung_for_the_queue_as_well(desk: Desk) -> None:
    by_name = Transfers(desk.attendant, lambda to: [ANN])
    desk.staff.set_state("bob", "offline")
    call = Call("CA" + "d" * 32, line="+15035550100", caller="+15035550123")
    by_name.caller_waits(by_name.begin(call, 1, Transfer("ann", ""), desk.clock()))
    assert desk.rung == ["client:ann"]
    desk.lose_redis()
    desk.transfers.look_after()
    desk.waits("a")
    assert desk.rung == ["client:ann"]


def test_a_database_that_fails_costs_nobody_the_transfer(desk: Desk) -> None:
    transfer = desk.waits("a")
    with desk.database.session() as session:
        session.connection().exec_driver_sql("DROP TABLE copies")
    assert desk.transfers.wait(transfer).way == "wait"
    desk.waits("b")
    assert desk.rung == ["client:ann", "sip:bob@example.com"]
