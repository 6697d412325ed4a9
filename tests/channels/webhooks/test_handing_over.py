"""Callers who are handed over: to an agent, a message, a store, a text."""

from __future__ import annotations

import pytest

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier, Ring
from ivr.exchange.twiml import Conference, Dial, Gather, Hangup, Number, Play, Record, Redirect
from tests.channels.carrier_phone import CALL, MUSIC, PUBLIC_URL, CarrierPhone
from tests.conftest import CALLER, LINE


def to_sales(phone: CarrierPhone) -> CarrierPhone:
    """The caller has asked for sales and stands in line."""
    return phone.rings().presses("4").resumes()


def agents_key(phone: CarrierPhone, ring: Ring, key: str) -> CarrierPhone:
    """The agent of ``ring`` answers and presses a key; the caller's telephone does the carrier's posts."""
    phone.follows(ring.url, CallSid=ring.sid)
    return phone.follows(phone.the(Gather).action, CallSid=ring.sid, Digits=key)


def test_the_caller_waits_with_music_until_an_agent_accepts_and_meets_them_in_a_room(
    phone: CarrierPhone, parts: Parts, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    assert phone.the(Play).url == MUSIC
    assert parts.web().test_client().get("/voice/media/hold.wav").data.startswith(b"RIFF")
    assert phone.the(Redirect).url == f"{PUBLIC_URL}/voice/wait/{CALL}/2"
    [ring] = carrier.rings
    [agents_room] = agents_key(phone, ring, "1").the(Dial).targets
    assert carrier.redirects == [(CALL, f"{PUBLIC_URL}/voice/wait/{CALL}/2")]
    dial = phone.follows(carrier.redirects[0][1]).the(Dial)
    [room] = dial.targets
    assert isinstance(room, Conference)
    assert isinstance(agents_room, Conference)
    assert room.name == agents_room.name == f"room-{CALL}"
    assert room.wait_url == f"{PUBLIC_URL}/voice/hold"
    assert dial.action == f"{PUBLIC_URL}/voice/turn/{CALL}/2"
    phone.post("/voice/hold")
    assert phone.the(Play).url == MUSIC


def test_when_everybody_declines_the_caller_can_leave_a_message(phone: CarrierPhone, carrier: CannedCarrier) -> None:
    to_sales(phone)
    for number in range(2):
        assert isinstance(agents_key(phone, carrier.rings[number], "2").document[0], Hangup)
    assert carrier.redirects == [(CALL, f"{PUBLIC_URL}/voice/turn/{CALL}/2")]
    phone.follows(carrier.redirects[0][1])
    assert phone.heard[0] == "Sorry, nobody can take your call right now."
    assert phone.the(Record).play_beep


def test_who_is_to_go_back_learns_it_from_the_line_when_the_carrier_could_not_fetch_them(
    phone: CarrierPhone, carrier: CannedCarrier
) -> None:
    to_sales(phone)
    for number in range(2):
        agents_key(phone, carrier.rings[number], "2")
    phone.post(f"/voice/wait/{CALL}/2")
    phone.resumes()
    assert phone.heard[0] == "Sorry, nobody can take your call right now."


def test_a_line_that_is_over_leads_on_in_the_conversation(phone: CarrierPhone) -> None:
    to_sales(phone).post(f"/voice/turn/{CALL}/2")
    now = phone.answers[-1]
    phone.post(f"/voice/wait/{CALL}/2")
    assert phone.answers[-1] == now


def test_a_transfer_that_comes_to_nothing_takes_a_message(phone: CarrierPhone) -> None:
    to_sales(phone).post(f"/voice/turn/{CALL}/2")
    assert phone.heard[0] == "Sorry, nobody can take your call right now."
    assert phone.the(Record).play_beep


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("completed", "Is there anything else? You can say sales, leave a message, or goodbye."),
        ("no-answer", "Sorry, the store does not answer."),
        ("busy", "Sorry, the store does not answer."),
        ("failed", "Sorry, the store does not answer."),
        ("surprise", "Sorry, the store does not answer."),
    ],
)
def test_a_store_is_rung_on_its_own_number(phone: CarrierPhone, status: str, heard: str) -> None:
    phone.rings().presses("1").presses("94107").presses("4")
    dial = phone.the(Dial)
    [number] = dial.targets
    assert isinstance(number, Number)
    assert (number.number[:2], dial.caller_id) == ("+1", LINE)
    phone.follows(dial.action, DialCallStatus=status)
    assert phone.heard[0] == heard


def test_a_text_message_goes_out_once(phone: CarrierPhone, carrier: CannedCarrier) -> None:
    phone.rings().presses("1").presses("94107")
    action = phone.the(Gather).action
    phone.follows(action, Digits="3").follows(action, Digits="3")
    assert phone.heard[0] == "I have sent you a text message."
    [(to, sender, body)] = carrier.texts
    assert (to, sender) == (CALLER, LINE)
    assert body.startswith("Northwind Outfitters Downtown San Francisco: ")
