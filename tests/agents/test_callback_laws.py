"""No callback is lost, doubled or overtaken, whatever dies or is told twice: with a real Redis and a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.agents.floor.state import Floor
from ivr.records import Database
from ivr.redis_server import RedisServer
from tests.agents.callback_world import ATTEMPTS, World
from tests.conftest import opened_with_tables

KINDS = (
    *["caller_waits", "caller_wants_it", "caller_hangs_up", "asked", "asked", "asked_for_later"],
    *["agent_accepts", "agent_accepts", "agent_misses", "agent_declines", "call_ends", "call_ends"],
    *["person_answers", "person_answers", "person_does_not", "person_hangs_up"],
    *["time_passes", "time_passes", "process_restarts", "redis_is_lost"],
)
happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.sampled_from((0, 0, 1, 2, 3, 4, 6))),
    min_size=8,
    max_size=24,
)


@pytest.fixture(scope="module")
def stores(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Redis, Database]]:
    database = opened_with_tables(tmp_path_factory.mktemp("callbacks") / "records.db")
    with redis_server.client() as redis:
        yield redis, database
    database.close()


@settings(max_examples=20)
@given(happenings=happenings, first=st.sampled_from(("agent", "caller")))
def test_no_callback_is_lost_doubled_or_overtaken(
    stores: tuple[Redis, Database], happenings: list[tuple[str, int, int]], first: str
) -> None:
    world = World(*stores, first)
    for what, which, fuse in happenings:
        rings_before = world.attendant.look(lambda floor: set(floor.rings))
        world.happens(what, which, fuse)
        nobody_is_called_twice_at_once(world)
        places_are_as_old_as_their_promises(world)
        if what not in {"time_passes", "redis_is_lost"}:  # much happens within that, each at its time
            world.attendant.look(partial(nobody_was_overtaken, rings_before))
    world.everything_goes_well()
    every_promise_has_ended_as_it_should(world)


def nobody_is_called_twice_at_once(world: World) -> None:
    standing = world.attendant.look(
        lambda floor: [(one.queue, one.caller) for one in floor.places.values() if one.is_callback]
    )
    assert len(standing) == len(set(standing))
    on_line = world.attendant.look(
        lambda floor: {(one.queue, one.caller) for one in floor.places.values() if not one.is_callback}
    )
    assert on_line.isdisjoint(standing)  # nor while they are on the telephone with us


def places_are_as_old_as_their_promises(world: World) -> None:
    ages = world.attendant.look(lambda floor: {one.id: one.joined_s for one in floor.places.values()})
    promised = {one.id: one.joined_s for one in world.callbacks.promises.open()}
    assert {name: age for name, age in ages.items() if name in promised and age != promised[name]} == {}


def nobody_was_overtaken(rings_before: set[int], floor: Floor) -> None:
    """Whoever is rung for since then is the oldest who could be."""
    for number, ring in floor.rings.items():
        if number not in rings_before:
            entry = floor.places[ring.place].entry
            older = [one for one in floor.places.values() if one.state == "waiting" and one.entry < entry]
            assert [one.id for one in older if ring.agent not in one.declined] == []


def every_promise_has_ended_as_it_should(world: World) -> None:
    promises = world.callbacks.promises.latest(1000)
    of_number = Counter(one.number for one in promises)
    for one in promises:
        assert world.spoken[one.id] <= 1
        match one.state:
            case "kept":
                pass
            case "cancelled":
                assert one.number in world.rang or of_number[one.number] > 1
            case "given up":
                assert one.attempts >= ATTEMPTS
            case "left":
                assert one.id in world.hung_up
            case _:
                raise AssertionError(f"{one.id} is {one.state}")
