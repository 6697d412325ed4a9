"""Whatever telephones do, and in whatever order the carrier tells of it: two processes, a real floor, a real Redis.

Tabs are closed, networks drop and processes die while a phone rings, in a call and after it; the carrier then says that
the leg is over, late, twice, or before it said that it was answered. Callers hang up at every moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.agents.attendant import PARKED_S
from ivr.agents.floor.state import Floor
from ivr.agents.queued import LOST_S
from ivr.agents.routing import JOIN_S
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier, Ring
from ivr.redis_server import RedisServer
from tests.agents.conftest import Clock
from tests.agents.shop import Shop, shop

__all__ = ["shop"]

OF_CALLERS = ("ask", "hang up", "comes in")
OF_PHONES = ("answered", "accepted", "declined", "ringing", "in room", "out of room")
ENDS = ("completed", "busy", "no-answer", "failed", "canceled")
HAPPENINGS = (
    *["call", "accepted", "comes in", "in room", "available"] * 4,
    *["ask", "second"] * 2,
    *OF_CALLERS,
    *OF_PHONES,
    *ENDS,
    *["break", "offline", "minute"],
)
"""Some things more often than others, or hardly anybody would ever talk."""
Chance = tuple[str, int, int]
"""What happens, to which (of the callers, rings or agents so far, the newest first), and which process is told."""


def odd_hour(seed: int) -> list[Chance]:
    chance = Random(seed)
    return [(chance.choice(HAPPENINGS), int(chance.expovariate(1)), chance.randint(0, 1)) for _ in range(60)]


hours = st.builds(odd_hour, st.integers(0, 10**6))


@dataclass
class Street:
    """Callers who come and go, and the telephones of Ann and Bob."""

    shop: Shop
    processes: list[Shop]
    callers: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def happens(self, chance: Chance) -> None:
        what, which, process = chance
        shop = self.processes[process]
        if what == "call":
            self.callers.append(shop.caller("0123456789abcdef"[len(self.callers) % 16]))
        elif what in {"break", "available", "offline"}:
            shop.staff.set_state(("ann", "bob")[which % 2], what)
        elif what in {"second", "minute"}:
            self.shop.clock.at_s += 1 if what == "second" else 60
            shop.transfers.look_after()
        elif what in OF_CALLERS:
            here = [one for one in self.callers if one not in self.gone]
            if here:
                self._caller_does(shop.transfers, what, here[-1 - which % len(here)])
        elif self.shop.carrier.rings:
            rings = self.shop.carrier.rings
            self._phone_does(shop.transfers, what, rings[-1 - which % len(rings)])

    def _caller_does(self, transfers: Transfers, what: str, caller: str) -> None:
        if what == "hang up":
            self.gone.add(caller)
            transfers.caller_left(caller)
        elif transfers.wait(caller).way == "room" and what == "comes in":
            transfers.joined(caller, caller.partition("-")[0])

    def _phone_does(self, transfers: Transfers, what: str, ring: Ring) -> None:
        transfer_id, number = ring.url.rsplit("/", 2)[1:]
        match what:
            case "answered":
                transfers.leg_answered(transfer_id, int(number), ring.sid)
            case "accepted":
                transfers.accepted(transfer_id, int(number))
            case "declined":
                transfers.declined(transfer_id, int(number))
            case "in room":
                transfers.joined(transfer_id, ring.sid)
            case "out of room":
                transfers.left(transfer_id, ring.sid)
            case _:
                transfers.leg_ended(transfer_id, int(number), what, ring.sid)

    def settle(self) -> None:
        """Everybody hangs up, the carrier tells of it, and time goes by."""
        for caller in self.callers:
            self.shop.transfers.caller_left(caller)
        for _ in range(2):
            for ring in list(self.shop.carrier.rings):
                transfer_id, number = ring.url.rsplit("/", 2)[1:]
                self.shop.transfers.leg_ended(transfer_id, int(number), "completed", ring.sid)
            self.shop.later(JOIN_S + 1)
        self.shop.later(LOST_S + 1)
        for agent in ("ann", "bob"):
            self.shop.staff.set_state(agent, "available")
        self.shop.later(PARKED_S + 1)


def street(redis: Redis) -> Street:
    redis.flushall()
    shops = [Shop(redis, CannedCarrier(), Clock())]
    shops.append(Shop(redis, shops[0].carrier, shops[0].clock))
    return Street(shops[0], shops)


def talks(floor: Floor) -> dict[str, str]:
    return {place.id: place.agent for place in floor.places.values() if place.state == "talking"}


@settings(max_examples=25)
@given(hours)
def test_nobody_has_two_callers_and_the_account_never_names_another_agent(
    redis_server: RedisServer, happenings: list[Chance]
) -> None:
    with redis_server.client() as redis:
        here = street(redis)
        for chance in happenings:
            here.happens(chance)
            talking = here.shop.attendant.look(talks)
            assert len(set(talking.values())) == len(talking)
            for place, agent in talking.items():
                assert here.shop.attendant.shelf.routing(place).agent == agent
            assert talking == here.processes[1].attendant.look(talks)


@settings(max_examples=25)
@given(hours)
def test_in_the_end_nobody_waits_no_phone_rings_and_every_agent_is_free(
    redis_server: RedisServer, happenings: list[Chance]
) -> None:
    with redis_server.client() as redis:
        here = street(redis)
        for chance in happenings:
            here.happens(chance)
        here.settle()
        assert here.shop.states() == {"ann": "available", "bob": "available"}
        assert here.shop.attendant.look(lambda floor: (dict(floor.places), dict(floor.rings))) == ({}, {})
        assert here.shop.attendant.shelf.opened() == []


MOMENTS = ("waiting", "ringing", "answered", "accepted", "agent in room", "talking", "after the talk")


def reach(shop: Shop, moment: str) -> str:
    """A caller at this moment of being put through to Ann; the transfer's id."""
    shop.only("ann", wrap_up_s=30.0)
    if moment == "waiting":
        shop.staff.set_state("ann", "break")
    transfer_id = shop.caller("a")
    if moment in MOMENTS[2:]:
        assert shop.transfers.leg_answered(transfer_id, shop.last_ring(), shop.carrier.rings[-1].sid) is not None
    if moment in MOMENTS[3:]:
        assert shop.transfers.accepted(transfer_id, shop.last_ring()) is not None
    if moment in MOMENTS[4:]:
        shop.transfers.joined(transfer_id, shop.carrier.rings[-1].sid)
    if moment in MOMENTS[5:]:
        shop.transfers.joined(transfer_id, transfer_id.partition("-")[0])
    if moment == "after the talk":
        shop.transfers.leg_ended(transfer_id, shop.last_ring(), "completed")
    return transfer_id


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_caller_who_hangs_up_at_any_moment_leaves_ann_to_the_next(shop: Shop, moment: str, times: int) -> None:
    transfer_id = reach(shop, moment)
    for _ in range(times):
        shop.transfers.caller_left(transfer_id)
    if len(shop.carrier.rings) and moment != "after the talk":
        for _ in range(times):
            shop.transfers.leg_ended(transfer_id, shop.last_ring(), "completed")
    assert shop.transfers.context(transfer_id)["phase"] == "over"  # type: ignore[index]
    if moment == "waiting":
        shop.staff.set_state("ann", "available")
    shop.later(31)  # time to write things down
    before = len(shop.rung)
    shop.caller("b")
    assert shop.rung[before:] == ["ann"]


@pytest.mark.parametrize("status", ["no-answer", "failed", "busy", "canceled", "completed"])
@pytest.mark.parametrize("moment", MOMENTS[1:4])
def test_an_agent_whose_telephone_dies_before_the_talk_leaves_the_caller_in_line(
    shop: Shop, moment: str, status: str
) -> None:
    transfer_id = reach(shop, moment)
    shop.only("ann", "bob")
    shop.transfers.look_after()
    ring, sid = shop.last_ring(), shop.carrier.rings[-1].sid
    for _ in range(2):
        shop.transfers.leg_ended(transfer_id, ring, status, sid)
    assert shop.rung == ["ann", "bob"]
    assert shop.transfers.accepted(transfer_id, ring) is None, "a key that was under way"
    shop.talk(transfer_id)
    assert shop.attendant.look(talks) == {transfer_id: "bob"}


def test_an_agent_whose_telephone_dies_in_a_talk_ends_it_and_is_not_rung_while_they_may_still_write(shop: Shop) -> None:
    transfer_id = reach(shop, "talking")
    second = shop.caller("b")
    for status in ("completed", "completed", "no-answer"):
        shop.transfers.leg_ended(transfer_id, shop.last_ring(), status)
    assert shop.states() == {"ann": "wrap-up"}
    shop.transfers.leg_ended(transfer_id, shop.last_ring(), "failed")  # late, and about a talk that is over
    assert (shop.states(), shop.rung) == ({"ann": "wrap-up"}, ["ann"])
    shop.later(31)
    assert shop.rung == ["ann", "ann"]
    assert f"/{second}/" in shop.carrier.rings[-1].url
