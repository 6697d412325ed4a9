"""Agents who are needed for something else than a queue's callers: a colleague, a caller who asks for them by name."""

from __future__ import annotations

from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from tests.agents.shop import Shop, shop

__all__ = ["shop"]


def test_an_agent_who_is_asked_for_by_name_is_not_rung_for_the_queue_meanwhile(shop: Shop) -> None:
    shop.only("ann")
    direct = shop.transfers.begin(Call("CA" + "9" * 32), 1, Transfer("agent ann", ""), shop.clock())
    shop.attendant.look_after()
    shop.transfers.caller_waits(direct)
    shop.caller("a")
    assert shop.rung == ["ann"]
    shop.transfers.leg_ended(direct, 1, "no-answer")
    assert shop.rung == ["ann", "ann"]
    busy = shop.transfers.begin(Call("CA" + "8" * 32), 1, Transfer("agent ann", ""), shop.clock())
    shop.transfers.caller_waits(busy)
    assert shop.transfers.outcome(busy) == ("", "busy")


def test_who_is_needed_by_a_colleague_is_not_rung_and_takes_the_next_caller_afterwards(shop: Shop) -> None:
    shop.only("ann")
    assert shop.attendant.engage("ann", "room X", 60)
    assert shop.attendant.engage("ann", "room X", 60), "a command that is given twice"
    first = shop.caller("a")
    assert (shop.rung, shop.states(), shop.phase(first)) == ([], {"ann": "on call"}, "waiting")
    shop.attendant.disengage("ann", "room Y")
    assert shop.states() == {"ann": "on call"}
    shop.attendant.disengage("ann", "room X")
    assert (shop.rung, shop.states()) == (["ann"], {"ann": "ringing"})


def test_who_is_rung_or_has_a_caller_cannot_be_had_by_a_colleague(shop: Shop) -> None:
    shop.only("ann")
    first = shop.caller("a")
    assert not shop.attendant.engage("ann", "room X", 60)
    ring = shop.talk(first)
    assert not shop.attendant.engage("ann", "room X", 60)
    assert shop.states() == {"ann": "on call"}
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.attendant.engage("ann", "room X", 60)
    assert not shop.attendant.engage("ann", "room Y", 60)


def test_who_was_on_a_break_is_so_after_helping_a_colleague_unless_they_say_otherwise(shop: Shop) -> None:
    shop.only("ann")
    shop.staff.set_state("ann", "break", "lunch")
    assert shop.attendant.engage("ann", "room X", 60)
    shop.attendant.disengage("ann", "room X")
    assert [(one["state"], one["reason"]) for one in shop.staff.agents()] == [("break", "lunch")]
    assert shop.attendant.engage("ann", "room X", 60)
    shop.staff.set_state("ann", "available")
    assert shop.states() == {"ann": "on call"}
    shop.attendant.disengage("ann", "room X")
    assert shop.states() == {"ann": "available"}


def test_an_agent_is_not_kept_for_ever_for_a_colleague_of_whom_nothing_is_heard(shop: Shop) -> None:
    shop.only("ann")
    assert shop.attendant.engage("ann", "room X", 60)
    shop.caller("a")
    shop.later(61)
    assert shop.rung == ["ann"]


def wraps_up(shop: Shop) -> None:
    """Ann has talked, and has half a minute to write things down."""
    shop.only("ann", wrap_up_s=30.0)
    first = shop.caller("a")
    shop.transfers.leg_ended(first, shop.talk(first), "completed")
    assert shop.states() == {"ann": "wrap-up"}
    shop.later(10)


def test_a_wrap_up_that_a_colleague_broke_off_goes_on_for_the_time_that_was_left(shop: Shop) -> None:
    wraps_up(shop)
    assert shop.attendant.engage("ann", "room X", 600)
    shop.later(120)
    assert shop.states() == {"ann": "on call"}
    shop.attendant.disengage("ann", "room X")
    assert shop.states() == {"ann": "wrap-up"}
    shop.later(19)
    assert shop.states() == {"ann": "wrap-up"}
    shop.later(2)
    assert shop.states() == {"ann": "available"}


def test_who_wants_no_more_of_the_wrap_up_is_available_after_helping(shop: Shop) -> None:
    wraps_up(shop)
    assert shop.attendant.engage("ann", "room X", 600)
    shop.staff.set_state("ann", "available")
    shop.attendant.disengage("ann", "room X")
    assert shop.states() == {"ann": "available"}


def test_who_asked_for_time_to_write_has_it_until_they_say_otherwise(shop: Shop) -> None:
    shop.only("ann")
    shop.staff.set_state("ann", "wrap-up")
    assert shop.attendant.engage("ann", "room X", 600)
    shop.attendant.disengage("ann", "room X")
    shop.later(3600)
    assert shop.states() == {"ann": "wrap-up"}
