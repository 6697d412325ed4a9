"""Transfers are changed by several processes at once: nobody's change is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from ivr.agents.handover import handover_of
from ivr.agents.inputs import Accepted, CallerLeft, CallerWaits
from ivr.agents.routing import Routing, advance
from ivr.agents.shelf import Shelf
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import OutsideError
from ivr.redis_server import RedisServer


@pytest.fixture
def shelf(redis: Redis) -> Shelf:
    shelf = Shelf(redis)
    handover = handover_of(Call("CA1"), 1, Transfer("queue sales", ""), [], 5.0, transfer_id="CA1-1")
    routing, _ = advance(Routing(("ann",)), CallerWaits(1))
    assert shelf.open(handover, routing)
    return shelf


def test_of_two_processes_the_second_builds_on_what_the_first_wrote(redis: Redis, shelf: Shelf) -> None:
    rival = Shelf(redis)
    seen: list[str] = []

    def accept_while_the_caller_leaves(routing: Routing) -> Routing:
        seen.append(routing.phase)
        if len(seen) == 1:
            rival.change("CA1-1", lambda other: advance(other, CallerLeft(2))[0])
        return advance(routing, Accepted(2, 1))[0]

    changed = shelf.change("CA1-1", accept_while_the_caller_leaves)
    assert seen == ["ringing", "over"]
    assert changed is not None
    assert changed[0] == changed[1] == shelf.routing("CA1-1")
    assert shelf.routing("CA1-1").agent == ""


def test_a_transfer_put_down_twice_keeps_what_happened(shelf: Shelf) -> None:
    before = shelf.routing("CA1-1")
    handover = shelf.handover("CA1-1")
    assert handover is not None
    assert not shelf.open(handover, Routing(("bob",)))
    assert shelf.routing("CA1-1") == before


def test_a_transfer_that_is_over_is_not_opened_again_by_a_repeat(shelf: Shelf) -> None:
    shelf.change("CA1-1", lambda routing: replace(routing, phase="over"))
    shelf.close("CA1-1")
    handover = shelf.handover("CA1-1")
    assert handover is not None
    shelf.open(handover, Routing(()))
    assert shelf.opened() == []


def test_without_redis_the_operator_is_told(shelf: Shelf, redis_server: RedisServer) -> None:
    redis_server.stop()
    try:
        with pytest.raises(OutsideError, match="Redis does not answer") as told:
            shelf.routing("CA1-1")
        assert told.value.retry
    finally:
        redis_server.start()
