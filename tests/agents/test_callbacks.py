"""People who are called back: promised, kept in their turn, tried again, given up; nothing lost and nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.agents.staffing import Hours
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine, OutsideError
from tests.agents.calling_shop import CALLER, OFFERED, CallingShop, database, shop
from tests.agents.conftest import URL
from tests.agents.shop import lose_the_floor

__all__ = ["database", "shop"]


def test_it_is_offered_to_who_has_waited_and_can_be_called(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    second = shop.waits("b")
    hidden = shop.transfers.begin(
        Call("CA" + "c" * 32, caller="anonymous"), 1, Transfer("queue sales", ""), shop.clock()
    )
    assert shop.transfers.wait(second).offers == {}
    shop.clock.at_s += 61
    assert shop.transfers.wait(second) == OFFERED
    assert shop.transfers.wait(hidden).offers == {}


def test_a_callback_keeps_the_place_and_agent_and_person_meet(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    place = shop.promised("b")
    shop.waits("c")
    assert shop.transfers.outcome(place.removeprefix("back-")) == ("", "callback")
    assert [(one["waiting"], one["callbacks"]) for one in shop.staff.queues()] == [(1, 1), (0, 0)]
    shop.becomes_free(first, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{place}/")
    agents_leg, ring = shop.carrier.rings[-1].sid, shop.accept(place)
    person = shop.carrier.rings[-1]
    assert (person.to, person.caller_id, person.url) == (
        f"+150355501{ord('b'):02}",
        "+15035550100",
        f"{URL}/agent/called/{place}",
    )
    assert shop.called.answered(place, person.sid) == InLine("room")
    shop.transfers.joined(place, agents_leg)
    shop.transfers.joined(place, person.sid)
    assert shop.phase(place) == "connected"
    assert shop.told() == [(place, "talking", 1)]
    shop.becomes_free(place, ring)
    assert shop.told() == [(place, "kept", 1)]
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/CA{'c' * 32}-2/")


def test_who_does_not_answer_is_tried_again_later_and_then_given_up(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    place = shop.promised("b")
    shop.becomes_free(first, ring)
    for attempt in (1, 2):
        agents_leg = shop.carrier.rings[-1].sid
        shop.accept(place)
        person = shop.carrier.rings[-1]
        assert shop.told() == [(place, "waiting", attempt)]
        for _ in range(2):  # the carrier tells some things twice
            shop.called.ended(place, "no-answer", person.sid)
        assert shop.carrier.hung_up[-1] == agents_leg
        assert shop.states() == {"ann": "available"}
        assert shop.told() == [(place, "waiting" if attempt == 1 else "given up", attempt)]
        calls = len(shop.carrier.rings)
        shop.later(299)
        assert len(shop.carrier.rings) == calls
        shop.later(2)
    assert len(shop.carrier.rings) == 5  # three rings of the agent, and two calls


def test_whoever_rings_again_has_the_place_and_is_not_called_any_more(shop: CallingShop) -> None:
    first = shop.waits("a")
    shop.talk(first)
    place = shop.promised("b")
    shop.waits("c")
    again = shop.transfers.begin(
        Call("CA" + "d" * 32, line="+15035550100", caller=f"+150355501{ord('b'):02}"),
        1,
        Transfer("queue sales", ""),
        0.0,
    )
    assert shop.transfers.wait(again).say.startswith("You are next in line.")
    assert shop.told() == [(place, "cancelled", 0)]


def test_asking_twice_is_one_promise(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    asked = {"queue": "sales", "number": CALLER, "brief": "Wants a tent.", "line": "+15035550100"}
    for call in ("CA1", "CA1", "CA2"):
        shop.callbacks.asked({**asked, "call": call})
    assert sorted(state for _, state, _ in shop.told()) == ["cancelled", "waiting"]
    assert [one["callbacks"] for one in shop.staff.queues()] == [1, 0]


def test_who_was_called_back_can_be_called_again_and_who_is_yet_to_be_called_is_so_once(shop: CallingShop) -> None:
    asked = {"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1", "again": True}
    first = shop.callbacks.asked(asked)["id"]
    assert shop.callbacks.asked(asked)["id"] == first
    agents_leg, ring = shop.carrier.rings[-1].sid, shop.accept(first)
    person = shop.carrier.rings[-1].sid
    shop.called.answered(first, person)
    for leg in (agents_leg, person):
        shop.transfers.joined(first, leg)
    shop.becomes_free(first, ring)
    assert shop.told() == [(first, "kept", 1)]
    second = shop.callbacks.asked(asked)["id"]
    assert second == f"{first}-2"
    assert shop.list.cancel(second)
    third = shop.callbacks.asked(asked)["id"]
    assert [(one.id, one.number) for one in shop.callbacks.promises.open()] == [(third, CALLER)]
    assert shop.callbacks.asked({**asked, "again": False})["id"] == first, "a flow that repeats itself"
    assert [one.id for one in shop.callbacks.promises.open()] == [third]


@pytest.mark.parametrize(
    ("queue", "number"), [("nowhere", CALLER), ("sales", "anonymous"), ("sales", "911"), ("sales", "")]
)
def test_what_cannot_be_promised_is_refused(shop: CallingShop, queue: str, number: str) -> None:
    with pytest.raises(OutsideError, match="Nobody can be called back"):
        shop.callbacks.asked({"queue": queue, "number": number, "brief": "", "line": "", "call": "CA1"})
    assert shop.told() == []


def test_nobody_is_called_in_their_sleep(shop: CallingShop) -> None:
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=True, may_call_back=False)})
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.later(60)
    assert shop.carrier.rings == []
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert len(shop.carrier.rings) == 1


def test_a_promise_survives_the_loss_of_everything_but_the_database(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    place = shop.promised("b")
    shop.redis.flushall()
    shop.later(3)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{place}/")
    lose_the_floor(shop.redis)
    shop.later(3)
    assert shop.told() == [(place, "waiting", 0)]


def test_an_agent_who_hangs_up_while_the_person_is_called_ends_that_call(shop: CallingShop) -> None:
    place = "back-CA1-sales"
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    ring = shop.accept(place)
    person = shop.carrier.rings[-1].sid
    shop.transfers.leg_ended(place, ring, "completed")
    assert shop.carrier.hung_up == [person]
    assert shop.called.answered(place, person) == InLine("back")
    assert shop.told() == [(place, "waiting", 1)]
    assert shop.states() == {"ann": "available"}


def test_a_promise_is_kept_though_the_queue_is_closed_or_full_when_it_is_made(shop: CallingShop) -> None:
    shop.only("ann", max_waiting=1)
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=False, may_call_back=False)})
    shop.later(0)
    for call, number in (("CA1", CALLER), ("CA2", "+15035550129")):
        shop.callbacks.asked({"queue": "sales", "number": number, "brief": "", "line": "", "call": call})
    assert [state for _, state, _ in shop.told()] == ["waiting", "waiting"]
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/back-CA1-sales/")


def test_a_promise_is_kept_however_long_it_takes_until_somebody_may_call(shop: CallingShop) -> None:
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=False, may_call_back=False)})
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    assert [one["doing"] for one in shop.list.open()] == ["out of hours"]
    shop.redis.delete("ringdown:transfer:back-CA1-sales", "ringdown:transfer:back-CA1-sales:routing")  # after a day
    shop.later(3)
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert shop.rung == ["ann"]
