"""The floor that processes share: whoever looks sees the same, whoever dies leaves nothing locked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread

from redis import Redis

from ivr.agents import floor_log
from ivr.agents.floor.commands import Command, RingAgent
from ivr.agents.floor.events import Accepted, AgentIs, AgentSet, Ended, Event, Joined, QueueSet
from ivr.agents.floor.rebuilding import LiveCall, rebuilt
from ivr.agents.floor.rules import Need, Queue
from ivr.agents.floor.snapshot import FORM, floor_to_json
from ivr.agents.floor.state import Floor
from ivr.agents.floor_log import FloorLog
from ivr.redis_server import RedisServer

SALES = Queue("sales", Need((("sales", 1),)))
AGENTS = [AgentSet(0, name, {"sales": 1}) for name in ("ann", "bob", "cleo")]
BEGIN: list[Event] = [QueueSet(1, SALES), *AGENTS, *(AgentIs(1, agent.agent, "available") for agent in AGENTS)]


def seen(log: FloorLog) -> str:
    return log.look(lambda floor: json.dumps(floor_to_json(floor)))


def rung(commands: list[Command]) -> list[tuple[str, str]]:
    return [(one.agent, one.place) for one in commands if isinstance(one, RingAgent)]


def test_two_processes_see_one_floor_and_only_one_rings(redis: Redis) -> None:
    one, other = FloorLog(redis, lambda: BEGIN), FloorLog(redis, lambda: BEGIN)
    assert rung(one.take(Joined(2, "p1", "sales"))) == [("ann", "p1")]
    assert other.take(Joined(2, "p1", "sales")) == []
    (command,) = other.take(Joined(3, "p2", "sales"))
    assert isinstance(command, RingAgent)
    assert one.take(Accepted(4, command.ring)) == []
    assert seen(one) == seen(other)
    assert other.look(lambda floor: floor.places["p2"].state) == "talking"


def test_what_a_dead_process_did_not_do_another_one_does_in_time(redis: Redis) -> None:
    dead, alive = FloorLog(redis, lambda: BEGIN), FloorLog(redis, lambda: BEGIN)
    dead.take(Joined(2, "p1", "sales"))  # and dies before anybody is rung
    assert alive.pass_time(5) == []
    assert ("bob", "p1") in rung(alive.pass_time(13))


def test_many_at_once_ring_every_caller_for_one_agent(redis: Redis) -> None:
    told: list[Command] = []

    def work(number: int) -> None:
        log = FloorLog(redis, lambda: BEGIN)
        for turn in range(20):
            told.extend(log.take(Joined(2 + turn, f"p{number}-{turn}", "sales")))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rings = [one.ring for one in told if isinstance(one, RingAgent)]
    assert len(set(rings)) == len(rings)
    floor = FloorLog(redis).look(lambda floor: floor)
    assert len(floor.places) == 80
    assert sorted(ring.agent for ring in floor.rings.values()) == ["ann", "bob", "cleo"]


def test_a_snapshot_stands_for_the_events_before_it(redis: Redis) -> None:
    log, late = FloorLog(redis, lambda: BEGIN), FloorLog(redis)
    assert seen(log) == seen(late)
    for number in range(floor_log.SNAPSHOT_AFTER):
        log.take(Joined(number, f"p{number}", "nothing"))
    assert 0 < int(redis.llen(f"ringdown:floor:{FORM}:log")) < 100
    assert seen(FloorLog(redis)) == seen(log) == seen(late)


def test_a_redis_that_came_back_without_its_last_events_is_believed(redis: Redis) -> None:
    one, other = FloorLog(redis, lambda: BEGIN), FloorLog(redis, lambda: BEGIN)
    one.take(Joined(2, "lost", "sales"))
    other.take(Joined(3, "lost too", "sales"))
    assert seen(one) == seen(other)
    redis.rpop(f"ringdown:floor:{FORM}:log", 2)
    for number in range(2):
        assert rung(other.take(Joined(4, f"new {number}", "sales"))) == [(AGENTS[number].agent, f"new {number}")]
    assert seen(one) == seen(other)
    assert one.look(lambda floor: list(floor.places)) == ["new 0", "new 1"]
    assert rung(one.take(Joined(5, "newest", "sales"))) == [("cleo", "newest")]


def test_processes_with_other_hash_seeds_come_to_the_same_floor(redis: Redis, redis_server: RedisServer) -> None:
    from tests.agents.floor_world import World, busy_day

    world, log = World(), FloorLog(redis, lambda: BEGIN)
    for chance in busy_day(7):
        event = world.event(chance)
        world.take(event)
        log.take(event)
    program = (
        "import sys; from redis import Redis; from tests.agents.test_floor_log import seen; "
        "from ivr.agents.floor_log import FloorLog\n"
        "with Redis(unix_socket_path=sys.argv[1]) as redis: sys.stdout.write(seen(FloorLog(redis)))"
    )
    for seed in ("1", "2"):
        there = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program, str(redis_server.socket)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert there == seen(log)


def test_when_redis_lost_everything_talks_go_on_and_the_waiting_stand_as_old_as_they_are(redis: Redis) -> None:
    calls = [
        LiveCall("young", "sales", "+15550001", 700),
        LiveCall("talk", "sales", "+15550002", 100, agent="bob"),
        LiveCall("old", "sales", "+15550003", 200),
        LiveCall("called", "sales", "+15550004", 300, is_callback=True),
    ]
    states = {"ann": ("break", "lunch"), "cleo": ("available", "")}
    log = FloorLog(redis, lambda: rebuilt(1000, [SALES], AGENTS, states, calls))
    log.take(Joined(1001, "new", "sales"))
    redis.flushall()
    commands = log.take(Joined(1002, "newer", "sales"))
    assert rung(commands) == [("cleo", "old")]
    floor: Floor = log.look(lambda floor: floor)
    assert (floor.agents["ann"].state, floor.agents["ann"].reason) == ("break", "lunch")
    assert (floor.places["talk"].state, floor.places["talk"].agent) == ("talking", "bob")
    assert [entry[3].id for entry in floor.queues["sales"].lines[0].waiting] == ["called", "young", "newer"]
    assert rung(log.take(Ended(1003, "talk"))) == [("bob", "called")]
