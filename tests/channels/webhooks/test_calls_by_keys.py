"""Whole calls through the webhooks, by keys and by the carrier's own ears."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import Parts
from ivr.exchange.twiml import Gather, Hangup, Play
from tests.channels.carrier_phone import CALL, MUSIC, CarrierPhone
from tests.conftest import CALLER, MONDAY_NOON
from tests.voicemail.conftest import SPEECH


def test_a_whole_conversation_by_keys_reaches_a_store(phone: CarrierPhone, parts: Parts) -> None:
    phone.rings()
    menu = phone.the(Gather)
    assert (menu.input, menu.num_digits, menu.finish_on_key) == (("dtmf",), 1, "#")
    assert phone.heard[0] == "Thanks for calling Northwind Outfitters."
    assert "For find a store press 1" in phone.heard[-1]
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"
    assert (phone.the(Gather).num_digits, phone.the(Gather).finish_on_key) == (5, "#")
    phone.presses("94107")
    assert phone.heard[0].startswith("Northwind Outfitters Downtown San Francisco, ")
    phone.presses("9").presses("9")
    assert phone.heard == ["Thank you for calling Northwind Outfitters. Goodbye."]
    assert isinstance(phone.document[-1], Hangup)
    record = parts.records.call(CALL)
    assert record is not None
    assert (record["outcome"], record["variables"]["where"], record["caller"]) == ("finished", "94107", CALLER)
    assert [event["event"] for event in record["events"]] == ["Started", "Pressed", "Pressed", "Pressed", "Pressed"]


def test_a_silent_caller_is_asked_again_and_then_handed_to_a_person(phone: CarrierPhone) -> None:
    phone.rings().waits()
    assert phone.heard[0] == "Sorry, I didn't hear you."
    phone.waits()
    assert phone.heard[0] == "You can also press a key."
    phone.waits()
    assert phone.heard == ["Please hold while I connect you."]
    assert phone.resumes().heard == []
    assert [verb.url for verb in phone.document if isinstance(verb, Play)] == [MUSIC]


def test_a_repeated_post_gets_the_same_document_to_the_byte(phone: CarrierPhone) -> None:
    phone.rings()
    action = phone.the(Gather).action
    phone.follows(action, Digits="1").follows(action, Digits="1").follows(action, Digits="4")
    assert phone.answers[1] == phone.answers[2] == phone.answers[3]
    phone.rings()
    assert phone.heard[0] == "What is your ZIP code or city?"


OWNERS = """
lines: {"+15035550100": main}
mailboxes: {support: {number: "100"}}
anywhere: {operator: {press: 0, hear: [agent], go: main}}
flows: {main: [{messages: support}, {hangup: Goodbye.}]}
"""


def test_the_owner_of_a_mailbox_hears_each_key_once(make_parts: Callable[..., Parts], tmp_path: Path) -> None:
    (tmp_path / "flows.yaml").write_text(OWNERS)
    parts = make_parts()
    parts.boxes.set_pin("support", "2580")
    message = parts.voicemails.start("CA9", "support", CALLER, MONDAY_NOON)
    message.write(SPEECH)
    message.finish("hangup")
    phone = CarrierPhone(parts.web().test_client()).rings().presses("2580")
    assert phone.heard[-2].startswith("To hear it again, press 1. To save it, 2.")
    assert phone.heard[-1] == "For operator press 0."
    phone.presses("3")
    assert phone.heard == [
        "Deleted. To bring it back, press 6.",
        "There are no more messages.",
        "To hear your messages from the first one, press 1. For your greeting, press 7, and 9 when you are done.",
        "For bring it back press 6, for operator press 0.",
    ]


def test_a_number_nobody_has_gets_a_spoken_apology(phone: CarrierPhone, parts: Parts) -> None:
    phone.line = "+19995550100"
    phone.rings()
    assert phone.heard == ["Sorry, this number is not in service. Please check the number and call again. Goodbye."]
    assert isinstance(phone.document[-1], Hangup)
    record = parts.records.call(CALL)
    assert record is not None
    assert record["outcome"] == "unknown line"


def test_a_call_that_is_not_known_any_more_gets_a_spoken_apology(phone: CarrierPhone) -> None:
    for path in (f"/voice/turn/{CALL}/3", f"/voice/resume/{CALL}", "/voice/fallback"):
        phone.post(path, Digits="1")
        assert phone.heard == ["Sorry, something went wrong. Please call again later. Goodbye."]
        assert isinstance(phone.document[-1], Hangup)


@pytest.mark.parametrize("keys", ["", "x", "\uff11", "1234567890" * 50, "**##", "<Say>"])
def test_odd_keys_do_no_harm(phone: CarrierPhone, keys: str) -> None:
    phone.rings().presses(keys)
    assert phone.the(Gather).prompts


def test_by_the_carriers_own_ears(make_parts: Callable[..., Parts]) -> None:
    phone = CarrierPhone(make_parts(IVR_SPEECH="carrier").web().test_client()).rings()
    gather = phone.the(Gather)
    assert gather.input == ("dtmf", "speech")
    assert "nearest store" in gather.hints
    phone.says("Find a store, please!")
    assert phone.heard == ["What is your ZIP code or city?"]
    phone.says("Nine four one oh seven.", "0.3")
    assert phone.heard == ["I heard 9 4 1 0 7. Is that right?"]
    phone.says("Yes.", "nonsense")
    assert phone.heard[0].startswith("Northwind Outfitters Downtown San Francisco")
