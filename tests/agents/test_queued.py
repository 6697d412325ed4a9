"""Callers in line and the agents who take them, on a real floor and a real Redis."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.agents.attendant import PARKED_S
from ivr.agents.floor.rules import Need, Overflow
from ivr.agents.queued import LOST_S
from ivr.agents.staffing import Hours
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.ports import InLine
from tests.agents.conftest import ANN, BOB, URL
from tests.agents.shop import Shop, shop

__all__ = ["shop"]


def test_callers_are_taken_in_their_order_by_whoever_is_free(shop: Shop) -> None:
    shop.only("ann")
    first, second, third = (shop.caller(letter) for letter in "abc")
    assert shop.rung == ["ann"]
    ring = shop.talk(first)
    assert shop.phase(first) == "connected"
    assert shop.transfers.wait(first) == InLine("room")
    assert shop.transfers.wait(third).say == "You are number two in line."
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.rung == ["ann", "ann"]
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")
    assert shop.transfers.outcome(first) == ("ann", "")


def test_nothing_is_said_while_a_phone_rings_and_nothing_twice_in_a_minute(shop: Shop) -> None:
    shop.only("ann")
    first, second = shop.caller("a"), shop.caller("b")
    assert shop.transfers.wait(first) == InLine("wait")
    assert shop.transfers.wait(second) == InLine("wait", "You are next in line.")
    shop.clock.at_s += 24
    assert shop.transfers.wait(second) == InLine("wait")


def test_the_wait_is_told_once_enough_calls_were_seen(shop: Shop) -> None:
    shop.only("ann")
    for letter in "abcdef":
        ring = shop.talk(shop.caller(letter))
        shop.clock.at_s += 170
        shop.transfers.leg_ended(f"CA{letter * 32}-2", ring, "completed")
    shop.talk(shop.caller("1"))
    assert shop.transfers.wait(shop.caller("2")).say == "You are next in line. The wait is about three minutes."


def test_time_to_write_things_down_comes_before_the_next_caller(shop: Shop) -> None:
    shop.only("ann", wrap_up_s=30.0)
    ring = shop.talk(shop.caller("a"))
    shop.caller("b")
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    assert shop.states() == {"ann": "wrap-up"}
    assert len(shop.rung) == 1
    shop.later(31)
    assert len(shop.rung) == 2


def test_a_caller_who_hangs_up_silences_the_phone(shop: Shop) -> None:
    first = shop.caller("a")
    shop.transfers.caller_left(first)
    assert shop.carrier.hung_up == [shop.carrier.rings[0].sid]
    assert shop.transfers.leg_answered(first, shop.last_ring()) is None
    assert shop.transfers.accepted(first, shop.last_ring()) is None
    assert shop.states() == {"ann": "available", "bob": "available"}


def test_two_agents_accept_at_once_and_one_of_them_wins(shop: Shop) -> None:
    first = shop.caller("a")
    lost = shop.last_ring()
    shop.transfers.leg_ended(first, lost, "no-answer")
    won = shop.accept(first)
    assert shop.transfers.accepted(first, lost) is None
    assert shop.transfers.accepted(first, won) is not None
    assert shop.transfers.outcome(first) == ("bob", "")


def test_who_misses_a_ring_is_left_in_peace_for_some_minutes(shop: Shop) -> None:
    first = shop.caller("a")
    for _ in range(2):
        shop.transfers.leg_ended(first, shop.last_ring(), "no-answer")
    assert shop.rung == ["ann", "bob"]
    assert shop.carrier.redirects == [("CA" + "a" * 32, f"{URL}/voice/turn/CA{'a' * 32}/2")]
    assert shop.transfers.outcome(first) == ("", "no answer")
    assert shop.states() == {"ann": "break", "bob": "break"}
    shop.later(PARKED_S + 1)
    assert shop.states() == {"ann": "available", "bob": "available"}


def test_who_was_declined_by_everybody_goes_back_with_that_reason(shop: Shop) -> None:
    first = shop.caller("a")
    for _ in range(2):
        shop.transfers.declined(first, shop.last_ring())
    assert shop.transfers.wait(first) == InLine("back")
    assert shop.transfers.outcome(first) == shop.transfers.outcome(first) == ("", "declined")
    assert shop.states() == {"ann": "available", "bob": "available"}


@pytest.mark.parametrize(
    ("rules", "hours", "reason"), [({"max_waiting": 1}, Hours(), "full"), ({}, Hours(is_open=False), "closed")]
)
def test_who_cannot_join_goes_back_at_once(shop: Shop, rules: dict[str, object], hours: Hours, reason: str) -> None:
    shop.only("ann", **rules)
    if not hours.is_open:
        shop.staffing = replace(shop.staffing, hours={"sales": hours})
        shop.later(0)
    shop.caller("a")
    assert shop.transfers.outcome(shop.caller("b")) == ("", reason)


def test_who_has_waited_too_long_goes_back(shop: Shop) -> None:
    shop.only("ann", max_wait_s=60.0)
    shop.talk(shop.caller("a"))
    second = shop.caller("b")
    shop.later(59)
    assert shop.carrier.redirects[1:] == []
    shop.later(2)
    assert shop.carrier.redirects[-1][1].startswith(f"{URL}/voice/turn/")
    assert shop.transfers.outcome(second) == ("", "waited")


def test_who_waits_long_is_taken_by_another_queues_agent(shop: Shop) -> None:
    shop.only("ann", need=Need((("tents", 1),)), overflow=(Overflow("support", after_s=60.0),))
    staff = (replace(ANN, skills={"tents": 1}), BOB)
    shop.staffing = replace(shop.staffing, agents=staff)
    shop.talk(shop.caller("a"))
    shop.caller("b")
    shop.later(59)
    assert shop.rung == ["ann"]
    shop.later(2)
    assert shop.rung == ["ann", "bob"]


def test_who_wants_to_leave_a_message_is_offered_a_key_for_it(shop: Shop) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, announce={"sales": "We are worth it."})
    shop.talk(shop.caller("a"))
    second = shop.caller("b", "message")
    offered = InLine("wait", "You are next in line. We are worth it. To leave a message, press two.", {"2": "message"})
    assert shop.transfers.wait(second) == offered
    shop.transfers.caller_left(second, "message")
    assert shop.transfers.outcome(second) == ("", "message")


def test_an_agent_who_hangs_up_before_the_caller_came_loses_the_caller_to_the_next(shop: Shop) -> None:
    first = shop.caller("a")
    ring = shop.accept(first)
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.rung == ["ann", "bob"]
    shop.transfers.joined(first, "CA" + "a" * 32)  # the caller comes too late, and is fetched back
    assert shop.carrier.redirects[-1] == ("CA" + "a" * 32, f"{URL}/voice/wait/CA{'a' * 32}/2")
    assert shop.transfers.wait(first) == InLine("wait")
    shop.accept(first)
    assert shop.transfers.outcome(first) == ("bob", "")


def test_a_caller_nobody_heard_of_for_minutes_holds_no_place(shop: Shop) -> None:
    shop.only("ann")
    shop.talk(shop.caller("a"))
    second = shop.caller("b")
    shop.later(LOST_S - 1)
    assert shop.phase(second) == "waiting"
    shop.later(2)
    assert shop.phase(second) == "over"
    assert [one["waiting"] for one in shop.staff.queues()] == [0, 0]


def test_callers_in_line_are_told_in_the_words_and_the_language_of_the_flow_file(shop: Shop) -> None:
    shop.only("ann", ring_s=20.0)
    company = Company.model_validate(
        {
            "waiting": {"next": "Soon it is your turn."},
            "translations": {
                "es-ES": {"Soon it is your turn.": "Usted sigue.", "To leave a message, press two.": "Dos."}
            },
        }
    )
    shop.staffing = replace(shop.staffing, waiting=company.waiting, translations=company.translations)
    shop.staff.set_state("ann", "break")
    for letter, language, heard in (("a", "en-US", "Soon it is your turn."), ("b", "es-ES", "Usted sigue. Dos.")):
        call = Call("CA" + letter * 32, line="+15035550100", caller="+15035550121", language=language)
        offers = ("message",) if language == "es-ES" else ()
        transfer_id = shop.transfers.begin(call, 2, Transfer("queue sales", "", offers=offers), shop.clock())
        assert shop.transfers.wait(transfer_id).say == heard
        shop.transfers.caller_left(transfer_id)
