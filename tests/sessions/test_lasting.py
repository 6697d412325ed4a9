"""Calls outlive Redis: emptied, stopped and started in the middle of conversations. Both stores are real."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.flows import FlowBook
from ivr.flows.events import Event, Heard, Pressed, Silence
from ivr.ports import Session
from ivr.records import Database
from ivr.records.live_calls import SqlLiveCalls
from ivr.records.seal import Seal
from ivr.redis_server import RedisServer
from ivr.runtime import Runtime
from ivr.sessions import LastingSessions, MemorySessions, RedisSessions
from ivr.sessions.writing import written
from tests.conftest import CALLER, LINE, MONDAY_NOON, Kept, OneBook, opened_with_tables

SOON_S = 20.0
SECRET = "what nobody else knows"  # noqa: S105 - of the tests


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    found = opened_with_tables(tmp_path_factory.mktemp("records") / "records.db")
    yield found
    found.close()


@dataclass(repr=False)
class House:
    """Web processes of one service, each with memories of its own, and what they share."""

    book: FlowBook
    server: RedisServer
    database: Database
    processes: list[LastingSessions] = field(default_factory=list)
    clients: list[Redis] = field(default_factory=list)
    records: Kept = field(default_factory=Kept)

    def process(self) -> LastingSessions:
        client = Redis(
            unix_socket_path=str(self.server.socket),
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
            single_connection_client=False,
        )
        found = LastingSessions(RedisSessions(client), self.kept())
        self.clients.append(client)
        self.processes.append(found)
        return found

    def kept(self, secret: str = SECRET) -> SqlLiveCalls:
        return SqlLiveCalls(lambda: self.database, Seal(secret), lambda: MONDAY_NOON)

    def runtime(self, sessions: LastingSessions | MemorySessions) -> Runtime:
        return Runtime(sessions, self.records, OneBook(self.book), lambda topic, data: None, lambda: MONDAY_NOON)

    def empty(self) -> None:
        with self.server.client() as client:
            client.flushall()

    def kill(self) -> None:
        os.kill(self.server.pid, signal.SIGKILL)

    def close(self) -> None:
        for process in self.processes:
            process.close()
        for client in self.clients:
            client.close()


@pytest.fixture
def house(shop: FlowBook, redis_server: RedisServer, redis: Redis, database: Database) -> Iterator[House]:
    with database.session() as session:
        for table in ("live_calls", "live_turns"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - named above
    made = House(shop, redis_server, database)
    yield made
    made.close()


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON_S
    while not done():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.01)


def heard(session: Session | None) -> tuple[object, ...]:
    """What the caller gets to hear and is asked, and where the call is."""
    assert session is not None
    return session.turn, session.actions, session.call


ids = (f"CA{number:032x}" for number in range(10**6))
events = st.one_of(
    st.sampled_from("0123456789*#").map(lambda keys: Pressed(MONDAY_NOON, keys)),
    st.sampled_from(["94107", "97205"]).map(lambda keys: Pressed(MONDAY_NOON, keys)),
    st.sampled_from(["find a store", "operator", "yes", "no", "portland", "next", "hm"]).map(
        lambda text: Heard(MONDAY_NOON, text, 0.9)
    ),
    st.just(Silence(MONDAY_NOON)),
)
turns = st.lists(st.tuples(st.sampled_from(["", "", "emptied", "elsewhere"]), st.booleans(), events), max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(turns)
def test_a_conversation_goes_on_as_if_redis_had_lost_nothing_whenever_it_loses_all(
    house: House, conversation: list[tuple[str, bool, Event]]
) -> None:
    call_id = next(ids)
    processes = (house.processes or [house.process(), house.process()])[:2]
    twin, ours = house.runtime(MemorySessions()), house.runtime(processes[0])
    expected, found = twin.start(call_id, LINE, CALLER), ours.start(call_id, LINE, CALLER)
    for happens, again, event in conversation:
        assert heard(found) == heard(expected)
        if happens == "elsewhere":
            processes[0]._behind.flush()  # callers take longer to answer than that takes by itself
            processes.reverse()
            ours = house.runtime(processes[0])
        elif happens:
            house.empty()
        if again:  # a repeated delivery
            repeated = ours.handle(call_id, max(0, expected.turn - 1), Pressed(MONDAY_NOON, "9"))
            assert heard(repeated) == heard(twin.handle(call_id, max(0, expected.turn - 1), Silence(MONDAY_NOON)))
        turn = expected.turn
        after, expected_after = ours.handle(call_id, turn, event), twin.handle(call_id, turn, event)
        assert after is not None
        assert expected_after is not None
        found, expected = after, expected_after
    assert heard(found) == heard(expected)
    house.empty()
    assert ours.get(call_id) is not None
    assert processes[0].events(call_id) == twin.sessions.events(call_id), "so the record can be replayed"


def test_a_call_that_a_killed_process_had_not_written_down_is_asked_the_question_before(house: House) -> None:
    first = house.process()
    began = house.runtime(first).start("CA1", LINE, CALLER)
    first.close()
    first._behind.add = lambda one: None  # type: ignore[method-assign]  # it is killed before it writes
    assert house.runtime(first).handle("CA1", 1, Pressed(MONDAY_NOON, "1"))
    house.empty()
    after = house.runtime(house.process()).handle("CA1", 2, Pressed(MONDAY_NOON, "94107"))
    assert after is not None
    assert (after.turn, after.actions) == (began.turn, began.actions)


def test_all_calls_are_live_again_when_one_is_found_to_be_lost(house: House) -> None:
    process = house.process()
    runtime = house.runtime(process)
    for number in range(3):
        runtime.start(f"CA{number}", LINE, CALLER)
    runtime.hang_up("CA2")
    house.empty()
    assert process.live() == []
    assert runtime.handle("CA0", 1, Silence(MONDAY_NOON))
    until(lambda: process.live() == ["CA0", "CA1"])
    house.runtime(house.process()).hang_up("CA1")
    assert [type(event).__name__ for event in house.records.saved["CA1"][1]] == ["Started", "HungUp"]


def test_a_repeat_after_the_end_of_a_lost_call_still_gets_its_answer(house: House) -> None:
    runtime = house.runtime(house.process())
    runtime.start("CA1", LINE, CALLER)
    runtime.hang_up("CA1")
    house.empty()
    again = runtime.get("CA1")
    assert again is not None
    assert again.call.ended
    with house.server.client() as client:
        assert client.zcard("ringdown:live") == 0


def test_without_redis_calls_begin_and_go_on_and_redis_knows_them_when_it_is_back(house: House) -> None:
    one, other = house.process(), house.process()
    house.runtime(one).start("CA1", LINE, CALLER)
    house.kill()
    try:
        later = house.runtime(one).handle("CA1", 1, Pressed(MONDAY_NOON, "1"))
        assert later is not None
        assert later.turn == 2
        assert house.runtime(other).start("CA2", LINE, CALLER).turn == 1
        again = house.runtime(other).handle("CA1", 1, Pressed(MONDAY_NOON, "9"))
        assert heard(again) == heard(later), "a repeat, at another process"
        assert one.away
        assert other.away
        assert one.live() == other.live() == ["CA1", "CA2"]
        assert one.answer("CA1", 1) != ()
        house.runtime(other).hang_up("CA2")
        assert other.live() == ["CA1"]
    finally:
        house.server.revive()
    until(lambda: not one.away and not other.away)
    until(lambda: one.live() == ["CA1"])
    third = house.runtime(house.process()).handle("CA1", 2, Pressed(MONDAY_NOON, "94107"))
    assert third is not None
    assert third.turn == 3
    with house.server.client() as client:
        assert client.hget("ringdown:call:CA1", "version") == b"3", "it goes on in Redis"
        assert client.llen("ringdown:call:CA1:events") == 3


def test_who_has_not_noticed_that_redis_was_away_goes_on_where_the_call_is(house: House) -> None:
    """Another process took the call on in the database; this one sees an older turn in Redis."""
    unaware = house.process()
    house.runtime(unaware).start("CA1", LINE, CALLER)
    unaware.close()
    private = MemorySessions()
    elsewhere = house.runtime(private)
    elsewhere.start("CA1", LINE, CALLER)
    later = elsewhere.handle("CA1", 1, Pressed(MONDAY_NOON, "1"))
    assert later is not None
    assert house.kept().swap(written(later, 2, [Pressed(MONDAY_NOON, "1")]))
    after = house.runtime(unaware).handle("CA1", 2, Pressed(MONDAY_NOON, "94107"))
    assert after is not None
    assert after.turn == 3


def test_what_is_kept_can_be_read_with_the_secret_only(house: House) -> None:
    process = house.process()
    house.runtime(process).start("CA1", LINE, CALLER)
    process.close()
    assert house.kept().find("CA1") is not None
    assert house.kept("another secret").find("CA1") is None
    with house.database.reading() as session:
        [row] = session.connection().exec_driver_sql("SELECT state FROM live_calls").all()
    assert CALLER.encode() not in row[0]


def test_calls_that_are_over_do_not_stay_in_the_database(house: House) -> None:
    process = house.process()
    for call_id in ("CA1", "CA2"):
        house.runtime(process).start(call_id, LINE, CALLER)
    house.runtime(process).hang_up("CA1")
    process.close()
    later = SqlLiveCalls(lambda: house.database, Seal(SECRET), lambda: MONDAY_NOON + 700)
    later.forget(quiet_s=24 * 3600, ended_s=600)
    assert later.find("CA1") is None
    assert later.find("CA2") is not None
    with house.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT call_id FROM live_turns").scalars().all() == ["CA2"]
