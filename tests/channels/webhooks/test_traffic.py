"""What the carrier and we told each other can be looked at afterwards, without what the caller told in confidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import Parts
from ivr.channels.traffic import MOST_ANSWER_CHARS, MOST_CHARS, MOST_FIELDS
from ivr.exchange.twiml import Gather
from ivr.records.traffic import Exchanged
from tests.channels.carrier_phone import CALL, KEY, CarrierPhone
from tests.conftest import CALLER

CARD = "4111111111111111"
FLOWS = """
company: Northwind
language: en-US
timezone: America/Los_Angeles
lines: {"+15035550100": welcome}
slots:
  card: {kind: digits, length: 16, ask: Please key in your card number., secret: true, confirm: always}
flows:
  welcome:
    - say: Welcome.
    - menu:
        ask: Do you want to pay?
        options:
          pay: {press: 1, go: pay}
  pay:
    - collect: card
    - say: "Your card is {card|digits}."
    - menu:
        ask: Anything else?
        options:
          no: {press: 2, go: bye}
  bye:
    - hangup: Goodbye.
"""


def exchanges(parts: Parts) -> list[Exchanged]:
    parts.traffic.flush()
    return parts.traffic_kept.of_call(CALL)


def test_every_post_of_a_call_is_kept_with_what_was_answered_and_how_long_it_took(
    phone: CarrierPhone, parts: Parts
) -> None:
    phone.rings().presses("1")
    phone.send("/voice/status", CallStatus="completed", CallDuration="7")
    found = exchanges(parts)
    assert [(one.what, one.status) for one in found] == [
        ("voice.incoming", 200),
        ("voice.turn", 200),
        ("voice.status", 204),
    ]
    assert found[0].sent == {"CallSid": CALL, "From": "...23", "To": "...00", "CallStatus": "ringing"}
    assert found[1].path == f"/voice/turn/{CALL}/1"
    assert found[1].sent["Digits"] == "1"
    assert [one.answered.encode() for one in found[:2]] == phone.answers
    assert found[2].answered == ""
    assert all(one.took_s > 0 for one in found)
    assert all(CALLER not in str(one) for one in found)


def test_what_is_told_in_confidence_is_nowhere_in_what_is_kept(
    make_parts: Callable[..., Parts], tmp_path: Path
) -> None:
    (tmp_path / "flows.yaml").write_text(FLOWS)
    parts = make_parts()
    phone = CarrierPhone(parts.web().test_client())
    phone.rings().presses("1").presses("4222222222222222")
    assert "4 2 2 2" in " ".join(phone.heard).replace(",", "")
    phone.presses("2")  # no: once more
    phone.presses(CARD).presses("1")
    assert "Anything else?" in phone.heard
    action = phone.the(Gather).action
    phone.post(f"/voice/turn/{CALL}/2", Digits="4222222222222222")  # the carrier posts again what it posted before
    phone.follows(action, Digits="2")
    found = exchanges(parts)
    said = "".join(
        letter for letter in " ".join(f"{one.path} {one.sent} {one.answered}" for one in found) if letter.isalnum()
    )
    for digits in (CARD, "4222222222222222", "4222", "4111"):
        assert digits not in said
    answers = [one.sent["Digits"] for one in found if "Digits" in one.sent]
    assert answers[0] == "1"
    assert answers[1] == "****"
    assert answers[-1] == "2"
    assert "Please key in your card number." in found[1].answered
    assert '<Say language="en-US">****</Say>' in found[2].answered
    assert "Goodbye." in found[-1].answered


def test_posts_that_the_carrier_did_not_sign_leave_nothing_behind(phone: CarrierPhone, parts: Parts) -> None:
    assert phone.send("/voice/incoming", signed="made up").status_code == 403
    assert phone.send("/voice/nowhere").status_code == 404
    assert phone.send("/voice/turn/no-call/1").status_code == 400
    assert exchanges(parts) == []


def test_what_is_kept_of_a_post_is_bounded_and_on_one_line(phone: CarrierPhone, parts: Parts) -> None:
    more = {f"SipHeader_X-{number}": "tell nobody" for number in range(3)} | {f"Field{one}": "x" for one in range(200)}
    phone.post("/voice/incoming", **more, CallToken="a right")
    phone.rings()
    phone.send("/voice/status", CallStatus="ringing", Odd="a\r\nb\x00\u202e" + "y" * 9000, CallerName="JO", Key=KEY)
    first, second, third = exchanges(parts)
    assert len(first.sent) == MOST_FIELDS
    assert first.sent["SipHeader_X-0"] == "****"
    assert second.answered == first.answered
    assert third.sent["Odd"].startswith("a\\r\\nb\\x00\\u202eyyy")
    assert len(third.sent["Odd"]) < MOST_CHARS + 50
    assert (third.sent["CallerName"], third.sent["Key"]) == ("****", "****")
    assert max(len(one.answered) for one in (first, second)) <= MOST_ANSWER_CHARS


@pytest.mark.parametrize("transfer", ["queue", "agent"])
def test_the_legs_of_agents_belong_to_the_call_they_are_for(phone: CarrierPhone, parts: Parts, transfer: str) -> None:
    phone.rings()
    other = CarrierPhone(phone.client, call="CA" + "5" * 32)
    other.post(f"/agent/whisper/{CALL}-{transfer}/1")
    other.send("/agent/status/no-call/1", CallStatus="completed")
    assert [one.what for one in exchanges(parts)] == ["voice.incoming", "agent_legs.whisper"]
    assert parts.traffic_kept.of_call(other.call) == []


def test_a_database_that_is_away_costs_no_caller_the_answer(
    phone: CarrierPhone, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.rings()
    exchanges(parts)
    parts.traffic.close()  # its thread shall not write while the table is away
    with parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE call_traffic RENAME TO elsewhere")
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"
    with parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO call_traffic")
    assert [one.what for one in exchanges(parts)] == ["voice.incoming", "voice.turn"]
