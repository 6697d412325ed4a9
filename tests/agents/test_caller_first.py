"""Callbacks that ring the person before an agent."""

from __future__ import annotations

from ivr.ports import InLine
from tests.agents.calling_shop import CALLER, CallingShop, caller_first, database, shop
from tests.agents.conftest import URL

__all__ = ["database", "shop"]


def test_with_the_caller_first_no_agent_is_rung_before_somebody_is_there(shop: CallingShop) -> None:
    person = caller_first(shop)
    assert shop.rung == [CALLER]
    shop.called.ended("back-CA1-sales", "no-answer", person)
    assert set(shop.states().values()) == {"available"}
    shop.later(301)
    assert shop.rung == [CALLER, CALLER]
    assert shop.called.answered("back-CA1-sales", shop.carrier.rings[-1].sid) == InLine("wait")
    assert shop.rung[2:] == ["ann"]


def test_who_was_called_first_is_taken_by_the_next_agent_when_one_does_not_answer(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    shop.transfers.leg_ended("back-CA1-sales", shop.last_ring(), "no-answer")
    assert shop.rung == [CALLER, "ann", "bob"]
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("wait")
    shop.accept("back-CA1-sales")
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("room")
    assert shop.told() == [("back-CA1-sales", "talking", 1)]


def test_who_was_called_and_finds_nobody_is_told_so_and_called_again(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    for _ in range(2):
        shop.transfers.declined("back-CA1-sales", shop.last_ring())
    assert shop.carrier.redirects == [(person, f"{URL}/agent/called-wait/back-CA1-sales")]
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("back")
    assert shop.told() == [("back-CA1-sales", "waiting", 1)]
    shop.later(301)
    again = shop.carrier.rings[-1]
    assert (again.to, again.sid != person) == (CALLER, True)
    assert shop.called.answered("back-CA1-sales", person) == InLine("back")
    assert shop.called.answered("back-CA1-sales", again.sid) == InLine("wait")
    for _ in range(2):
        shop.transfers.declined("back-CA1-sales", shop.last_ring())
    assert shop.told() == [("back-CA1-sales", "given up", 2)]


def test_who_was_called_and_hangs_up_before_an_agent_is_there_is_not_called_again(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    shop.called.ended("back-CA1-sales", "completed", person)
    assert shop.told() == [("back-CA1-sales", "left", 1)]
    assert set(shop.states().values()) == {"available"}
    shop.later(301)
    assert shop.rung == [CALLER, "ann"]


def test_an_agent_who_goes_before_a_word_was_said_does_not_cost_the_callback(shop: CallingShop) -> None:
    place = "back-CA1-sales"
    shop.only("ann", "bob")
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    ring = shop.accept(place)
    person = shop.carrier.rings[-1].sid
    assert shop.called.answered(place, person) == InLine("room")
    shop.transfers.leg_ended(place, ring, "completed")
    assert shop.called.goes_on(place, person).way == "wait"
    assert shop.rung[-1] == "bob"
    shop.accept(place)
    assert shop.called.goes_on(place, person) == InLine("room")
