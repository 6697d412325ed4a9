"""Calls that ended while nobody could be told: the carrier is asked, and whoever is gone is let go."""

from __future__ import annotations

import pytest

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier
from ivr.channels.roll_call import QUIET_S, ROUND_S, RollCall
from ivr.ports import OutsideError
from tests.channels.carrier_phone import CALL, CarrierPhone
from tests.channels.webhooks.test_handing_over import agents_key, to_sales
from tests.conftest import MONDAY_NOON


def roll_call(parts: Parts, after_s: float) -> RollCall:
    parts.redis.delete("ringdown:roll-call:round")  # its time is over
    return RollCall(
        parts.redis, parts.runtime, parts.transfers, parts.called, parts.carrier, lambda: MONDAY_NOON + after_s
    )


def test_a_caller_whose_hang_up_reached_nobody_leaves_the_line_and_the_call_is_over(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    carrier.gone.add(CALL)
    assert roll_call(parts, QUIET_S + 1).look_after() == 1
    assert parts.runtime.sessions.live() == []
    [transfer] = parts.transfers.of_call(CALL)
    assert transfer["phase"] == "over"
    assert carrier.hung_up == [carrier.rings[0].sid]


def test_who_is_there_by_the_carriers_word_stays_and_is_not_asked_after_again_and_again(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    assert roll_call(parts, QUIET_S + 1).look_after() == 0
    carrier.gone.add(CALL)
    assert roll_call(parts, QUIET_S + 1 + ROUND_S).look_after() == 0
    assert parts.runtime.sessions.live() == [CALL]


def test_a_caller_of_whom_something_was_heard_just_now_is_not_asked_after(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    carrier.gone.add(CALL)
    assert roll_call(parts, QUIET_S - 1).look_after() == 0
    assert parts.runtime.sessions.live() == [CALL]


def test_an_agent_whose_telephone_is_down_without_a_word_can_be_rung_again(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    agents_key(phone, carrier.rings[0], "1")
    [transfer] = parts.transfers.waiting()
    carrier.gone |= {CALL, carrier.rings[0].sid}
    assert roll_call(parts, QUIET_S + 1).look_after() >= 1
    agent = transfer["with"]
    assert agent
    assert parts.attendant.look(lambda floor: floor.agents[agent].state) in {"available", "wrap-up"}
    assert parts.transfers.waiting() == []


def test_one_process_asks_for_all(phone: CarrierPhone, parts: Parts, carrier: CannedCarrier) -> None:
    to_sales(phone)
    first = roll_call(parts, QUIET_S + 1)
    assert first.look_after() == 0
    carrier.gone.add(CALL)
    parts.redis.delete(f"ringdown:roll-call:{CALL}")
    assert first.look_after() == 0


def test_nobody_is_taken_for_gone_when_the_carrier_cannot_be_asked(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    carrier.away = True
    with pytest.raises(OutsideError):
        roll_call(parts, QUIET_S + 1).look_after()
    assert parts.runtime.sessions.live() == [CALL]
