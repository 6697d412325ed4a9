"""Calls that are heard over a stream, and how they go on when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app import Parts
from ivr.channels.falling_back import SENTENCES
from ivr.exchange.twiml import Connect, Gather, Hangup, Redirect
from ivr.flows.events import Pressed
from ivr.ports import OutsideError
from ivr.speech.canned import CannedEars
from tests.channels.carrier_phone import CALL, PUBLIC_URL, CarrierPhone
from tests.conftest import MONDAY_NOON


@pytest.fixture
def streaming(make_parts: Callable[..., Parts]) -> CarrierPhone:
    return CarrierPhone(make_parts(IVR_SPEECH="local").web().test_client())


def test_a_call_is_heard_over_a_stream_where_there_are_ears(streaming: CarrierPhone) -> None:
    streaming.rings()
    stream = streaming.the(Connect).stream
    assert stream.url == "wss://ivr.example/voice/stream"
    assert dict(stream.parameters) == {"call": CALL, "turn": "1"}


def test_a_stream_that_broke_is_tried_again_once_and_then_the_call_goes_on_by_keys(streaming: CarrierPhone) -> None:
    streaming.rings().resumes()
    assert streaming.the(Connect).stream.url
    streaming.resumes()
    assert "For find a store press 1" in streaming.heard[-1]
    streaming.presses("1").presses("94107")
    assert streaming.heard[0].startswith("Northwind Outfitters Downtown San Francisco")


def test_a_stream_that_breaks_before_the_last_words_were_heard_does_not_go_on_for_ever(streaming: CarrierPhone) -> None:
    streaming.line = "+19995550100"
    streaming.rings().resumes().resumes()
    assert streaming.heard == ["Sorry, this number is not in service. Please check the number and call again. Goodbye."]
    assert isinstance(streaming.document[-1], Hangup)


def test_a_stream_that_did_its_part_is_not_counted_as_broken(make_parts: Callable[..., Parts]) -> None:
    parts = make_parts(IVR_SPEECH="local")
    streaming = CarrierPhone(parts.web().test_client()).rings()
    parts.runtime.handle(CALL, 1, Pressed(MONDAY_NOON, "4"))
    parts.runtime.spoken(CALL, 2)
    streaming.resumes()
    assert streaming.the(Redirect).url == f"{PUBLIC_URL}/voice/wait/{CALL}/2"
    session = parts.runtime.get(CALL)
    assert session is not None
    assert session.notes["mode"] == "stream"


def test_a_stream_that_found_the_house_full_goes_on_by_keys_at_once_and_the_caller_is_told(
    make_parts: Callable[..., Parts],
) -> None:
    parts = make_parts(IVR_SPEECH="local")
    phone = CarrierPhone(parts.web().test_client()).rings()
    parts.__dict__["gear"] = replace(parts.gear, ears=None)  # as when streams are full
    phone.resumes()
    assert phone.heard[0] == SENTENCES["keys"]
    assert "For find a store press 1" in phone.heard[-1]
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"


def test_with_an_account_the_carriers_ears_stand_in_for_ours(make_parts: Callable[..., Parts]) -> None:
    parts = make_parts(IVR_SPEECH="local", TWILIO_ACCOUNT_SID="AC" + "1" * 32)
    phone = CarrierPhone(parts.web().test_client()).rings()
    parts.runtime.note(CALL, mode="carrier", fell_back="1")
    phone.resumes()
    assert phone.heard[0] == SENTENCES["carrier"]
    assert phone.the(Gather).input == ("dtmf", "speech")
    phone.says("Find a store.")
    assert phone.heard == ["What is your ZIP code or city?"]
    parts.__dict__["gear"] = replace(parts.gear, ears=None)
    phone.call = "CA" + "9" * 32
    assert phone.rings().the(Gather).input == ("dtmf", "speech")


def test_a_pound_key_that_ended_the_answer_before_does_not_answer_the_next_question(phone: CarrierPhone) -> None:
    phone.rings().presses("1").presses("94107")
    found = phone.answers[-1]
    phone.presses("#")
    assert phone.answers[-1] == found
    phone.presses("9")
    assert phone.heard[0].startswith("Is there anything else?")


def test_when_the_carrier_falls_back_the_call_goes_on_by_keys(streaming: CarrierPhone) -> None:
    streaming.rings()
    streaming.post("/voice/fallback", ErrorCode="11200", ErrorUrl=f"{PUBLIC_URL}/voice/incoming")
    assert "For find a store press 1" in streaming.heard[-1]


def test_a_call_whose_first_request_reached_nobody_begins_by_keys_at_the_fallback(
    make_parts: Callable[..., Parts],
) -> None:
    parts = make_parts(IVR_SPEECH="local")
    phone = CarrierPhone(parts.web().test_client())
    error_url = f"{PUBLIC_URL}/voice/incoming"
    phone.post("/voice/fallback", CallStatus="ringing", Direction="inbound", ErrorCode="11200", ErrorUrl=error_url)
    assert "For find a store press 1" in phone.heard[-1]
    phone.presses("1")
    assert phone.heard[0] == "What is your ZIP code or city?"
    record = parts.records.call(CALL)
    assert record is not None
    assert record["line"] == phone.line


@pytest.mark.parametrize("path", [f"/voice/turn/{CALL}/1", f"/voice/resume/{CALL}", f"/voice/wait/{CALL}/1"])
def test_a_caller_who_is_there_and_whose_call_nobody_knows_any_more_begins_again(
    streaming: CarrierPhone, path: str
) -> None:
    streaming.post(path, CallStatus="in-progress", Direction="inbound")
    assert dict(streaming.the(Connect).stream.parameters) == {"call": CALL, "turn": "1"}


@pytest.mark.parametrize(
    "form",
    [
        {"CallStatus": "completed", "Direction": "inbound"},
        {"CallStatus": "in-progress", "Direction": "outbound-api"},
        {"CallStatus": "in-progress", "Direction": "inbound", "DialCallStatus": "completed"},
    ],
)
def test_nobody_else_begins_a_call_that_nobody_knows(streaming: CarrierPhone, form: dict[str, str]) -> None:
    streaming.post(f"/voice/turn/{CALL}/1", **form)
    assert isinstance(streaming.document[-1], Hangup)


def test_without_ears_calls_go_by_keys(make_parts: Callable[..., Parts]) -> None:
    class NoEars(CannedEars):
        def knows(self, word: str) -> bool:
            raise OutsideError("no model", retry=False)

    parts = make_parts(IVR_SPEECH="local")
    parts.__dict__["ears"] = NoEars()
    assert CarrierPhone(parts.web().test_client()).rings().the(Gather).prompts
