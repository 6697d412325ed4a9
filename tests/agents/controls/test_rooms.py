"""Colleagues in a caller's room, and the queues that would ring them: real Redis, a carrier that is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from ivr.agents.controls.rooms import Rooms
from ivr.agents.controls.targets import Targets
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from tests.agents.conftest import URL, Alerts, Clock
from tests.agents.shop import Shop


class QuietRooms:
    """The carrier's conferences: everything can be done, nothing is remembered."""

    def adjust(self, conference: str, call_sid: str, **how: Any) -> None:
        del conference, call_sid, how

    def record(self, call_sid: str, told_url: str) -> str:
        return f"RE of {call_sid}"

    def steer_recording(self, call_sid: str, recording_sid: str, status: str) -> None:
        del call_sid, recording_sid, status

    def is_inside(self, conference: str, call_sid: str) -> bool:
        del conference, call_sid
        return True


class House(Shop):
    """A shop where Ann has a caller in her room."""

    def __init__(self, redis: Redis, carrier: CannedCarrier, clock: Clock) -> None:
        super().__init__(redis, carrier, clock)
        targets = Targets(lambda: self.staffing.agents, lambda queue: (queue,), lambda number: "")
        self.rooms = Rooms(
            redis, self.attendant, carrier, QuietRooms(), targets, _passes_nobody_on, URL, Alerts(), clock
        )
        self.only("ann", "bob")
        self.staff.set_state("bob", "break")
        self.first = self.caller("a")
        self.talk(self.first)
        self.call = self.first.partition("-")[0]
        self.staff.set_state("bob", "available")
        self.rooms.entered(self.first, self.carrier.rings[-1].sid, "CF1")
        self.rooms.entered(self.first, self.call, "CF1")

    def consult(self) -> str:
        """Ann asks for Bob; his phone's call."""
        before = len(self.carrier.rings)
        self.rooms.do(self.call, "consult", to="agent bob")
        assert len(self.carrier.rings) == before + 1
        return self.carrier.rings[-1].sid

    def wants_support(self) -> list[str]:
        """Somebody calls whom only Bob can help; whose phones ring for them."""
        before = len(self.carrier.rings)
        call = Call("CA" + "b" * 32, line="+15035550100", caller="+15035550177")
        self.transfers.caller_waits(self.transfers.begin(call, 2, Transfer("queue support", ""), self.clock()))
        return self.rung[before:]


def _passes_nobody_on(call: str, turn: int, change: Callable[[Transfer], Transfer]) -> bool:
    del call, turn, change
    return False


@pytest.fixture
def house(redis: Redis, carrier: CannedCarrier, clock: Clock) -> House:
    return House(redis, carrier, clock)


def test_a_colleague_who_is_asked_is_on_a_call_until_their_phone_is_down(house: House) -> None:
    sid = house.consult()
    assert house.states()["bob"] == "on call"
    assert house.wants_support() == []
    assert house.rooms.answered(house.first, 2, sid) is not None
    house.rooms.entered(house.first, sid, "CF1")
    house.later(5)
    assert house.states()["bob"] == "on call"
    house.rooms.leg_ended(house.first, 2, "completed", sid)
    assert (house.rung[-1], house.states()["bob"]) == ("bob", "ringing")


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_a_colleague_who_does_not_come_is_available_again(house: House, status: str) -> None:
    sid = house.consult()
    house.rooms.leg_ended(house.first, 2, status, sid)
    house.rooms.leg_ended(house.first, 2, status, sid)
    assert house.states()["bob"] == "available"
    assert house.wants_support() == ["bob"]


def test_a_colleague_with_a_caller_of_their_own_is_not_rung(house: House) -> None:
    assert house.wants_support() == ["bob"]
    before = len(house.carrier.rings)
    shown = house.rooms.do(house.call, "consult", to="agent bob")
    assert len(house.carrier.rings) == before
    assert [one["who"] for one in shown["people"]] == ["caller", "ann"]


def test_a_room_that_ends_sets_its_colleagues_free(house: House) -> None:
    sid = house.consult()
    house.rooms.answered(house.first, 2, sid)
    house.rooms.entered(house.first, sid, "CF1")
    house.rooms.ended(house.first)
    house.rooms.look_after()
    assert house.states()["bob"] == "available"


def test_a_process_that_died_before_it_told_keeps_no_colleague(house: House) -> None:
    sid = house.consult()
    house.rooms.leg_ended(house.first, 2, "busy", sid)
    assert house.attendant.engage("bob", f"room {house.first}", 3600)  # as if the end had not been told
    house.rooms.look_after()
    assert house.states()["bob"] == "available"
