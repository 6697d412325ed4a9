"""The list of what the exchange does names everything the carrier's package can write, and is true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twilio.rest.api.v2010.account.call import CallContext, CallList
from twilio.rest.api.v2010.account.conference.participant import ParticipantContext, ParticipantList

from ivr.exchange import rest_calls, rest_conferences
from ivr.exchange.extent import EXTENT, REFUSED
from ivr.exchange.extent_page import extent_page
from ivr.exchange.refusals import Refusal
from ivr.exchange.twiml import read_twiml
from ivr.exchange.twiml.prompts import MARKUP
from tests.conftest import ROOT
from tests.contract.twiml_grammar import Element, grammar

DOCUMENTS = {
    "Say": "<Say {}>x</Say>",
    "Play": "<Play {}>/a.wav</Play>",
    "Enqueue": "<Enqueue {}>x</Enqueue>",
    "Redirect": "<Redirect {}>/x</Redirect>",
    "Dial": "<Dial {}>+15035550100</Dial>",
    "Dial > Number": "<Dial><Number {}>+15035550100</Number></Dial>",
    "Dial > Client": "<Dial><Client {}>ann</Client></Dial>",
    "Dial > Client > Identity": "<Dial><Client><Identity {}>ann</Identity></Client></Dial>",
    "Dial > Client > Parameter": "<Dial><Client>ann<Parameter {}/></Client></Dial>",
    "Dial > Sip": "<Dial><Sip {}>sip:ann@x.example</Sip></Dial>",
    "Dial > Sip > Uri": "<Dial><Sip><Uri {}>sip:ann@x.example</Uri></Sip></Dial>",
    "Dial > Sip > Headers": "<Dial><Sip>sip:ann@x.example<Headers {}/></Sip></Dial>",
    "Dial > Sip > Headers > Header": "<Dial><Sip>sip:a@x.example<Headers><Header {}/></Headers></Sip></Dial>",
    "Dial > Conference": "<Dial><Conference {}>x</Conference></Dial>",
    "Dial > Queue": "<Dial><Queue {}>x</Queue></Dial>",
    "Connect": "<Connect {}><Stream url='wss://x.example/s'/></Connect>",
    "Connect > Stream": "<Connect><Stream {}/></Connect>",
    "Start": "<Start {}><Stream url='wss://x.example/s'/></Start>",
    "Start > Stream": "<Start><Stream {}/></Start>",
    "Start > Stream > Parameter": "<Start><Stream url='wss://x.example/s'><Parameter {}/></Stream></Start>",
    "Stop": "<Stop {}><Stream name='s'/></Stop>",
    "Stop > Stream": "<Stop><Stream {}/></Stop>",
    "Connect > Stream > Parameter": "<Connect><Stream url='wss://x.example/s'><Parameter {}/></Stream></Connect>",
}
"""A document for each element that needs more than itself; the attribute is put in at ``{}``."""

VALUES = {
    "method": "GET",
    "loop": "2",
    "language": "de-DE",
    "voice": "alice",
    "digits": "12",
    "length": "3",
    "input": "speech",
    "timeout": "7",
    "speechTimeout": "auto",
    "finishOnKey": "5",
    "numDigits": "4",
    "actionOnEmptyResult": "true",
    "bargeIn": "false",
    "maxSpeechTime": "9",
    "profanityFilter": "false",
    "playBeep": "false",
    "maxLength": "9",
    "trim": "do-not-trim",
    "reason": "busy",
    "maxQueueSize": "5",
    "workflowSid": "WW" + "0" * 32,
    "timeLimit": "9",
    "callerId": "+15035550111",
    "record": "record-from-answer",
    "recordingTrack": "inbound",
    "ringTone": "at",
    "sendDigits": "1",
    "byoc": "BY" + "0" * 32,
    "machineDetection": "Enable",
    "name": "n2",
    "value": "v2",
    "priority": "1",
    "weight": "1",
    "beep": "onExit",
    "muted": "true",
    "startConferenceOnEnter": "false",
    "endConferenceOnExit": "true",
    "maxParticipants": "5",
    "coach": "CA" + "0" * 32,
    "jitterBufferSize": "off",
    "region": "ie1",
    "url": "/other",
    "track": "inbound_track",
    "audioFormat": "audio/x-mulaw",
    "sampleRate": "8000",
    "statusCallbackEvent": "ringing",
    "recordingStatusCallbackEvent": "absent",
    "hangupOnStar": "true",
    "answerOnBridge": "true",
    "sequential": "true",
    "speechModel": "phone_call",
    "enhanced": "true",
    "debug": "true",
    "transcribe": "true",
    "machineDetectionTimeout": "9",
    "machineDetectionSpeechThreshold": "2000",
    "machineDetectionSpeechEndThreshold": "1000",
    "machineDetectionSilenceTimeout": "3000",
}
"""A legal value that is not the default; ``/x`` for all others."""

ELSEWHERE = {
    ("Dial > Conference", "record"): "record-from-start",
    ("Dial > Conference", "statusCallbackEvent"): "join",
    ("Dial > Conference", "trim"): "do-not-trim",
    ("Dial", "trim"): "trim-silence",
    ("Connect > Stream", "url"): "wss://x.example/s",
    ("Start > Stream", "url"): "wss://x.example/s",
    ("Start > Stream", "track"): "both_tracks",
}
NAMED = {"name": "n", "value": "v"}
BESIDE = {
    "Connect > Stream": {"url": "wss://x.example/r"},
    "Start > Stream": {"url": "wss://x.example/r"},
    "Start > Stream > Parameter": NAMED,
    "Stop > Stream": {"name": "s"},
    "Connect > Stream > Parameter": NAMED,
    "Dial > Client > Parameter": NAMED,
    "Dial > Sip > Headers > Header": NAMED,
    "Dial > Number": {"machineDetection": "DetectMessageEnd"},
    "Dial > Sip": {"machineDetection": "DetectMessageEnd"},
}
"""Attributes without which an element, or others of its attributes, mean nothing."""

READ_BUT_NOT_USED = {
    "Say voice",
    "Gather hints",
    "Gather language",
    "Dial > Conference record",
    "Dial > Conference recordingStatusCallback",
    "Dial > Conference recordingStatusCallbackMethod",
    "Dial > Conference recordingStatusCallbackEvent",
    "Dial > Sip username",
    "Dial > Sip password",
    "Dial > Sip > Uri username",
    "Dial > Sip > Uri password",
}
"""What a document's reader gives on though nothing is done with it."""


def ways(inside: dict[str, Element], before: str = "") -> Iterator[tuple[str, Element]]:
    """Every element of the grammar with its way, without what is inside refused ones and inside ``Say``."""
    for name, element in inside.items():
        way = f"{before} > {name}" if before else name
        yield way, element
        if way not in ("Say", "Gather", *REFUSED):
            yield from ways(element.inside, way)


LANGUAGE = dict(ways(grammar()))


def read(way: str, **more: str) -> Any:
    """The verbs of a document with the element and these of its attributes."""
    attributes = " ".join(f"{name}='{value}'" for name, value in {**BESIDE.get(way, {}), **more}.items())
    form = DOCUMENTS.get(way, f"<{way} {{}}/>")
    return read_twiml(f"<Response>{form.format(attributes)}</Response>".encode(), "text/xml")


def value_of(way: str, name: str) -> str:
    if name.lower().endswith("method"):
        return "GET"
    return ELSEWHERE.get((way, name)) or VALUES.get(name, "/x")


def test_the_list_names_every_element_that_can_be_written() -> None:
    assert set(LANGUAGE) == set(EXTENT) | set(REFUSED)
    assert not set(EXTENT) & set(REFUSED)


@pytest.mark.parametrize("way", EXTENT)
def test_the_list_names_every_attribute_once(way: str) -> None:
    extent = EXTENT[way]
    named = [*extent.does, *extent.ignores, *extent.refuses]
    assert sorted(named) == sorted(LANGUAGE[way].attributes)


ATTRIBUTES = [(way, name) for way, extent in EXTENT.items() for name in (*extent.does, *extent.ignores)]


@pytest.mark.parametrize(("way", "name"), ATTRIBUTES)
def test_what_is_said_to_be_done_is_read_and_what_has_no_effect_has_none(way: str, name: str) -> None:
    without, with_it = read(way), read(way, **{name: value_of(way, name)})
    done = name in EXTENT[way].does or f"{way} {name}" in READ_BUT_NOT_USED
    assert (with_it != without) == done


@pytest.mark.parametrize(("way", "name"), [(way, name) for way, extent in EXTENT.items() for name in extent.refuses])
def test_what_is_said_to_be_refused_is_refused_with_the_number_that_is_said(way: str, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(way, **{name: value_of(way, name)})
    assert str(refused.value.number) in EXTENT[way].refuses[name]


@pytest.mark.parametrize("way", REFUSED)
def test_an_element_the_exchange_does_not_do_is_refused_and_not_passed_over(way: str) -> None:
    outside, _, name = way.rpartition(" > ")
    inside = f"{'x' * (outside == 'Enqueue')}<{name}/>"
    for around in reversed(outside.split(" > ") if outside else []):
        named = " name='s'" if around == "Stream" else ""
        inside = f"<{around}{named}>{inside}</{around}>"
    with pytest.raises(Refusal) as refused:
        read_twiml(f"<Response>{inside}</Response>".encode(), "text/xml")
    assert refused.value.number == {"Task": 14220, "Parameter": 12200}.get(name, 13750)


@pytest.mark.parametrize("way", EXTENT)
def test_an_attribute_that_nobody_knows_is_refused(way: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(way, shade="blue")
    assert refused.value.number == 12200


def test_the_markup_of_speech_is_all_there_is() -> None:
    inside = LANGUAGE["Say"].inside
    assert {name: set(element.attributes) for name, element in inside.items()} == {
        name: set(attributes) for name, attributes in MARKUP.items()
    }


def fields(function: Callable[..., Any]) -> set[str]:
    """The carrier's names of the fields that its package can send."""
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    return {"".join(word.capitalize() for word in name.strip("_").split("_")) for name in names}


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        (rest_calls.CREATED_WITH, CallList.create),
        (rest_calls.UPDATED_WITH, CallContext.update),
        (rest_conferences.ADDED_WITH, ParticipantList.create),
        (rest_conferences.UPDATED_WITH, ParticipantContext.update),
    ],
)
def test_rest_takes_no_field_that_cannot_be_sent(known: tuple[str, ...], sent: Callable[..., Any]) -> None:
    assert set(known) <= fields(sent)
    assert len(set(known)) == len(known)


def test_the_page_is_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "exchange.md").read_text("utf-8")
    found = re.search(r"<!-- ivr exchange --extent -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert found is not None
    assert found.group(1) == extent_page()
