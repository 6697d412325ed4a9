"""What an agent does with somebody who was called back is done to the call to them, not to the one they once made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from redis import Redis

from ivr.agents.controls.asking import RefusedError
from ivr.agents.controls.rooms import Rooms
from ivr.agents.controls.targets import Targets
from ivr.agents.staffing import Hours
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine
from ivr.records import Database
from tests.agents.calling_shop import CALLER, CallingShop
from tests.agents.conftest import URL, Alerts, Clock
from tests.conftest import opened_with_tables

PLACE, CALL = "back-CA1-sales", "CA1"


class NotedRooms:
    """The carrier's conferences: everything can be done, and is noted."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    def adjust(self, conference: str, call_sid: str, *, held: bool | None = None, **how: Any) -> None:
        del conference, how
        if held is not None:
            self.done.append(("hold" if held else "take", call_sid))

    def record(self, call_sid: str, told_url: str) -> str:
        self.done.append(("record", call_sid, told_url))
        return "RE1"

    def steer_recording(self, call_sid: str, recording_sid: str, status: str) -> None:
        self.done.append((status, call_sid, recording_sid))

    def is_inside(self, conference: str, call_sid: str) -> bool:
        del conference
        self.done.append(("inside?", call_sid))
        return True


class CalledHouse(CallingShop):
    """A shop that has called somebody back: ``person`` is the call to them, ``agent`` that of Ann, who has them."""

    def __init__(self, redis: Redis, carrier: CannedCarrier, clock: Clock, database: Database, first: str) -> None:
        super().__init__(redis, carrier, clock, database)
        self.conference = NotedRooms()
        targets = Targets(lambda: self.staffing.agents, lambda queue: (queue,), lambda number: "")
        self.rooms = Rooms(
            redis, self.attendant, carrier, self.conference, targets, _no_flow_goes_on, URL, Alerts(), clock
        )
        self.only("ann", "bob", callback_first=first, callback_attempts=2, callback_again_s=300.0)
        self.later(0)
        self.staff.set_state("bob", "break")
        asked = {"queue": "sales", "number": CALLER, "brief": "Wants a tent.", "line": "+15035550100", "call": CALL}
        self.callbacks.asked(asked)
        self.person, self.agent = (self._person_first if first == "caller" else self._agent_first)()
        self.staff.set_state("bob", "available")

    def _agent_first(self) -> tuple[str, str]:
        self.accept(PLACE)
        agent, person = (ring.sid for ring in self.carrier.rings[-2:])
        self.comes_in(agent)
        with pytest.raises(RefusedError):  # there is nobody yet to be put on hold
            self.rooms.do(CALL, "hold")
        self.called.answered(PLACE, person)
        self.comes_in(person)
        return person, agent

    def _person_first(self) -> tuple[str, str]:
        person = self.carrier.rings[-1].sid
        self.called.answered(PLACE, person)
        self.accept(PLACE)
        agent = self.carrier.rings[-1].sid
        self.comes_in(person)
        self.comes_in(agent)
        return person, agent

    def comes_in(self, sid: str, place: str = PLACE) -> None:
        """The carrier tells that a call is in the room, in the order in which the service's parts are told."""
        self.transfers.joined(place, sid)
        self.rooms.entered(place, sid, "CF1")

    def goes_out(self, sid: str) -> None:
        self.transfers.left(PLACE, sid)
        self.rooms.left(PLACE, sid)

    def people(self) -> list[tuple[str, str]]:
        room = self.rooms.shown(CALL)
        assert room is not None
        return [(one["who"], one["place"]) for one in room["people"]]


def _no_flow_goes_on(call: str, turn: int, change: Callable[[Transfer], Transfer]) -> bool:
    raise AssertionError(f"{call} at {turn} is in no flow: it ended long ago ({change})")


@pytest.fixture(params=["agent", "caller"])
def house(
    request: pytest.FixtureRequest, redis: Redis, carrier: CannedCarrier, clock: Clock, tmp_path: Path
) -> Iterator[CalledHouse]:
    database = opened_with_tables(tmp_path / "records.db")
    yield CalledHouse(redis, carrier, clock, database, request.param)
    database.close()


def test_who_was_called_back_hears_music_and_is_taken_back(house: CalledHouse) -> None:
    house.rooms.do(CALL, "hold")
    house.rooms.do(CALL, "resume")
    assert house.conference.done == [("hold", house.person), ("take", house.person)]


def test_the_call_to_them_is_recorded_and_pauses(house: CalledHouse) -> None:
    for do in ("record", "pause", "record"):
        house.rooms.do(CALL, do)
    told_url = f"{URL}/agent/recording/{CALL}#rc=5&rp=all"
    assert house.conference.done == [
        ("record", house.person, told_url),
        ("paused", house.person, "RE1"),
        ("in-progress", house.person, "RE1"),
    ]


def test_a_colleague_is_consulted_and_merged(house: CalledHouse) -> None:
    house.rooms.do(CALL, "consult", to="agent bob")
    bob = house.carrier.rings[-1].sid
    admission = house.rooms.answered(PLACE, 2, bob)
    handover = house.called.handover(PLACE)
    assert admission is not None
    assert handover is not None
    assert admission.room == handover.room  # where the others are
    house.comes_in(bob)
    house.rooms.do(CALL, "merge")
    assert house.conference.done == [("hold", house.person), ("take", house.person)]
    assert house.people() == [("caller", "in"), ("ann", "in"), ("bob", "in")]


def test_a_supervisor_listens_in(house: CalledHouse) -> None:
    house.rooms.do(CALL, "listen", by="bob")
    admission = house.rooms.answered(PLACE, 2, house.carrier.rings[-1].sid)
    assert admission is not None
    assert admission.muted


def test_they_are_passed_on_to_a_colleague_who_knows_what_it_is_about(house: CalledHouse) -> None:
    house.rooms.do(CALL, "transfer", to="agent bob", note="Wants two.")
    ring = house.carrier.rings[-1]
    assert ring.to == "sip:bob@example.com"
    assert "From ann: Wants two. Wants a tent." in ring.parameters.values()
    assert house.carrier.hung_up == [house.agent]
    house.goes_out(house.agent)
    assert house.rooms.answered(PLACE, 2, ring.sid) is not None
    house.comes_in(ring.sid)
    assert house.conference.done == [("hold", house.person), ("take", house.person)]
    assert house.people() == [("caller", "in"), ("bob", "in")]


def test_who_is_passed_on_and_reaches_nobody_is_told_so(house: CalledHouse) -> None:
    house.rooms.do(CALL, "transfer", to="agent bob")
    house.goes_out(house.agent)
    house.rooms.leg_ended(PLACE, 2, "no-answer", house.carrier.rings[-1].sid)
    assert house.conference.done[-1] == ("inside?", house.person)
    assert house.carrier.redirects[-1] == (house.person, f"{URL}/agent/called-nobody/{PLACE}")


def test_when_they_hang_up_nobody_is_left_in_the_room(house: CalledHouse) -> None:
    house.rooms.do(CALL, "consult", to="agent bob")
    bob = house.carrier.rings[-1].sid
    house.goes_out(house.person)
    assert {house.agent, bob} <= set(house.carrier.hung_up)


def test_the_room_is_found_by_the_promise_too(house: CalledHouse) -> None:
    assert house.rooms.shown(PLACE) == house.rooms.shown(CALL)
    house.rooms.do(PLACE, "hold")
    assert house.conference.done == [("hold", house.person)]


def test_the_agent_is_on_the_call_though_a_colleague_who_helped_has_gone(house: CalledHouse) -> None:
    house.rooms.do(CALL, "consult", to="agent bob")
    bob = house.carrier.rings[-1].sid
    house.rooms.answered(PLACE, 2, bob)
    house.comes_in(bob)
    house.goes_out(bob)
    assert house.states()["ann"] == "on call"
    assert house.phase(PLACE) == "connected"


def test_who_is_passed_on_stays_on_the_desk_of_who_has_them_then_until_they_hang_up(house: CalledHouse) -> None:
    house.rooms.do(CALL, "transfer", to="agent bob")
    bob = house.carrier.rings[-1].sid
    house.goes_out(house.agent)
    house.transfers.leg_ended(PLACE, house.last_ring(), "completed", house.agent)
    house.rooms.answered(PLACE, 2, bob)
    house.comes_in(bob)
    house.later(5)
    assert house.states()["ann"] != "on call"
    assert [one["id"] for one in house.transfers.waiting()] == [PLACE]
    house.goes_out(house.person)
    house.called.ended(PLACE, "completed", house.person)
    house.later(5)
    assert house.transfers.waiting() == []
    assert house.told() == [(PLACE, "kept", 1)]


def test_of_two_promises_from_one_call_each_agent_acts_on_their_own(house: CalledHouse) -> None:
    house.callbacks.asked({"queue": "support", "number": "+15035550129", "brief": "", "line": "", "call": CALL})
    house.accept("back-CA1-support")
    bob, other = (ring.sid for ring in house.carrier.rings[-2:])
    house.called.answered("back-CA1-support", other)
    for sid in (bob, other):
        house.comes_in(sid, "back-CA1-support")
    for by in ("ann", "bob"):
        house.rooms.do(CALL, "hold", by=by)
    assert house.conference.done == [("hold", house.person), ("hold", other)]


def passed_on(house: CalledHouse) -> str:
    """Ann sends them to the queue of support, where only Bob works; their transfer from then on."""
    house.rooms.do(CALL, "transfer", to="queue support", note="Needs a new pole.")
    onward = f"{PLACE}~1"
    assert house.carrier.redirects[-1] == (house.person, f"{URL}/agent/called-wait/{onward}")
    house.goes_out(house.person)
    assert house.agent in house.carrier.hung_up
    return onward


def test_who_is_passed_on_to_a_queue_waits_there_behind_who_came_before_and_by_its_rules(house: CalledHouse) -> None:
    call = Call("CA" + "b" * 32, line="+15035550100", caller="+15035550166")
    first = house.transfers.begin(call, 2, Transfer("queue support", "Came before."), house.clock())
    house.transfers.caller_waits(first)
    onward = passed_on(house)
    waits = house.called.goes_on(onward, house.person)
    assert (waits.way, waits.say) == ("wait", "You are next in line.")
    house.talk(first)
    house.transfers.leg_ended(first, house.last_ring(), "completed")
    ring = house.carrier.rings[-1]
    assert ring.url.startswith(f"{URL}/agent/whisper/")
    assert onward in unquote(ring.url)
    assert "From ann: Needs a new pole. Wants a tent." in ring.parameters.values()
    house.accept(onward)
    assert house.called.goes_on(onward, house.person) == InLine("room")
    for sid in (house.person, ring.sid):
        house.comes_in(sid, onward)
    assert house.phase(onward) == "connected"
    house.rooms.do(onward, "hold")
    assert house.conference.done[-1] == ("hold", house.person)
    assert house.told() == [(PLACE, "kept", 1)]


def test_who_is_passed_on_to_a_queue_and_hangs_up_there_leaves_the_line(house: CalledHouse) -> None:
    onward = passed_on(house)
    house.called.goes_on(onward, house.person)
    house.called.ended(PLACE, "completed", house.person)  # the carrier knows the first transfer only
    assert house.phase(onward) == "over"
    assert house.attendant.look(lambda floor: onward not in floor.places)
    house.later(5)
    assert house.states()["bob"] == "available"


def test_who_is_passed_on_to_a_queue_and_declined_by_everybody_hears_so(house: CalledHouse) -> None:
    onward = passed_on(house)
    house.called.goes_on(onward, house.person)
    house.transfers.declined(onward, house.last_ring())
    assert house.called.goes_on(onward, house.person) == InLine("nobody")
    assert house.told() == [(PLACE, "kept", 1)]


def test_nobody_is_passed_on_to_a_queue_that_is_closed_or_where_nobody_works(house: CalledHouse) -> None:
    house.staff.set_state("bob", "offline")
    with pytest.raises(RefusedError, match="Nobody works for the queue support now"):
        house.rooms.do(CALL, "transfer", to="queue support")
    house.staffing = replace(house.staffing, hours={"support": Hours(is_open=False, may_call_back=False)})
    house.later(0)
    with pytest.raises(RefusedError, match="The queue support is closed now"):
        house.rooms.do(CALL, "transfer", to="queue support")
    assert house.people() == [("caller", "in"), ("ann", "in")]
