"""What the exchange takes and what it refuses, with the carrier's numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.refusals import Refusal
from ivr.exchange.twiml import (
    Client,
    Conference,
    Connect,
    Dial,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Number,
    Pause,
    Play,
    Queue,
    Record,
    Redirect,
    Reject,
    Say,
    Sip,
    Stream,
    Verb,
    read_twiml,
)


def read(inside: str) -> tuple[Verb, ...]:
    return read_twiml(f"<?xml version='1.0' encoding='UTF-8'?><Response>{inside}</Response>".encode(), "text/xml")


def refusal(inside: str) -> int:
    with pytest.raises(Refusal) as caught:
        read(inside)
    return caught.value.number


READ: list[tuple[str, tuple[Verb, ...]]] = [
    ("", ()),
    ("<Say>Hello &amp; welcome</Say>", (Say("Hello & welcome"),)),
    ("<Say> two\n  lines </Say>", (Say("two lines"),)),
    ("<Say loop='0' voice='Polly.Joanna' language='en-GB'>x</Say>", (Say("x", "Polly.Joanna", "en-GB", 0),)),
    ("<Say><![CDATA[a < b]]></Say>", (Say("a < b"),)),
    ("<Say>It is <say-as interpret-as='date'>1/2</say-as>.</Say>", (Say("It is 1/2."),)),
    ("<Say>The <sub alias='World Wide Web'>WWW</sub><break time='1s'/></Say>", (Say("The World Wide Web"),)),
    ("<Play>https://x.example/a.wav</Play>", (Play("https://x.example/a.wav"),)),
    ("<Play loop='3'>/a.wav</Play>", (Play("/a.wav", 3),)),
    ("<Play digits='ww12#'/>", (Play(digits="ww12#"),)),
    ("<Pause/>", (Pause(1),)),
    ("<Pause length='10'/>", (Pause(10),)),
    ("<Gather/>", (Gather(),)),
    (
        (
            "<Gather input='dtmf speech' action='/turn/2' numDigits='5' timeout='6' speechTimeout='auto' finishOnKey=''"
            " actionOnEmptyResult='true' hints='find a store, one' bargeIn='false' language='en-GB' method='get'>"
            "<Say>ZIP?</Say><Play>z.wav</Play><Pause/></Gather>"
        ),
        (
            Gather(
                ("dtmf", "speech"),
                "/turn/2",
                "GET",
                6,
                "auto",
                "",
                5,
                True,
                ("find a store", "one"),
                False,
                "en-GB",
                (Say("ZIP?"), Play("z.wav"), Pause()),
            ),
        ),
    ),
    ("<Record/>", (Record(),)),
    (
        (
            "<Record maxLength='180' playBeep='false' finishOnKey='#' timeout='10' trim='do-not-trim' action='/a'"
            " recordingStatusCallback='/r' recordingStatusCallbackEvent='in-progress completed absent'/>"
        ),
        (
            Record(
                "/a", "POST", 10, "#", 180, False, "do-not-trim", "/r", "POST", ("in-progress", "completed", "absent")
            ),
        ),
    ),
    ("<Redirect>/next?a=b&amp;c=d</Redirect>", (Redirect("/next?a=b&c=d"),)),
    ("<Redirect method='GET'>https://x.example/#rc=2</Redirect>", (Redirect("https://x.example/#rc=2", "GET"),)),
    ("<Hangup/>", (Hangup(),)),
    ("<Reject/>", (Reject("rejected"),)),
    ("<Reject reason='busy'/>", (Reject("busy"),)),
    ("<Leave/>", (Leave(),)),
    ("<Enqueue>sales</Enqueue>", (Enqueue("sales"),)),
    (
        "<Enqueue waitUrl='' action='/done' maxQueueSize='7'>sales</Enqueue>",
        (Enqueue("sales", "/done", wait_url="", max_queue_size=7),),
    ),
    ("<Dial>503-555-0100</Dial>", (Dial(targets=(Number("+15035550100"),)),)),
    (
        "<Dial callerId='client:ann'><Client>bob</Client></Dial>",
        (Dial(caller_id="client:ann", targets=(Client("bob"),)),),
    ),
    (
        (
            "<Dial timeout='25' action='/after'><Number url='/whisper' sendDigits='ww1'>+15035550100</Number>"
            "<Client url='/whisper'><Identity>ann</Identity><Parameter name='call' value='CA1'/></Client></Dial>"
        ),
        (
            Dial(
                "/after",
                timeout_s=25,
                targets=(
                    Number("+15035550100", "ww1", "/whisper"),
                    Client("ann", "/whisper", parameters={"call": "CA1"}),
                ),
            ),
        ),
    ),
    (
        "<Dial><Sip>sip:ann@pbx.example?x-call=1</Sip></Dial>",
        (Dial(targets=(Sip("sip:ann@pbx.example?x-call=1"),)),),
    ),
    (
        (
            "<Dial><Conference endConferenceOnExit='true' waitUrl='' beep='onEnter' statusCallback='/c'"
            " statusCallbackEvent='start end join leave'>room-CA1</Conference></Dial>"
        ),
        (
            Dial(
                targets=(
                    Conference(
                        "room-CA1",
                        beep="onEnter",
                        end_on_exit=True,
                        wait_url="",
                        status_callback="/c",
                        status_callback_event=("start", "end", "join", "leave"),
                    ),
                )
            ),
        ),
    ),
    ("<Dial><Queue url='/brief'>sales</Queue></Dial>", (Dial(targets=(Queue("sales", "/brief"),)),)),
    (
        (
            "<Connect action='/after'><Stream url='wss://x.example/voice/stream'><Parameter name='call' value='1'/>"
            "</Stream></Connect>"
        ),
        (Connect(Stream("wss://x.example/voice/stream", parameters={"call": "1"}), "/after"),),
    ),
    ("<Connect><Stream url='ws://127.0.0.1:5000/s'/></Connect>", (Connect(Stream("ws://127.0.0.1:5000/s")),)),
    ("<Connect><Stream url='ws://[::1]:5000/s'/></Connect>", (Connect(Stream("ws://[::1]:5000/s")),)),
    ("<!-- a note --><Hangup/>\n", (Hangup(),)),
]


@pytest.mark.parametrize(("inside", "verbs"), READ, ids=[inside[:60] for inside, _ in READ])
def test_a_legal_document_means_what_the_carrier_says_it_means(inside: str, verbs: tuple[Verb, ...]) -> None:
    assert read(inside) == verbs


REFUSED: list[tuple[str, int]] = [
    ("<Say>", 12100),
    ("<Say>&nbsp;</Say>", 12100),
    ("<a>" * 20 + "</a>" * 20, 12100),
    ("hello", 12200),
    ("<Shout>x</Shout>", 12200),
    ("<say>x</say>", 12200),
    ("<Echo>x</Echo>", 12200),
    ("<Start><Stream url='wss://x.example/' track='all'/></Start>", 31941),
    ("<Start><Recording/></Start>", 13750),
    ("<Start/>", 12200),
    ("<Stop><Stream/></Stop>", 12200),
    ("<Say mood='glad'>x</Say>", 12200),
    ("<Say></Say>", 13520),
    ("<Say>" + "x" * 4097 + "</Say>", 13521),
    ("<Say loop='-1'>x</Say>", 13510),
    ("<Say loop='two'>x</Say>", 13510),
    ("<Say loop='\u0662'>x</Say>", 13510),
    ("<Say voice='a b'>x</Say>", 13511),
    ("<Say language='English please'>x</Say>", 13512),
    ("<Say><Play>a.wav</Play></Say>", 12200),
    ("<Say><sub onclick='x'>a</sub></Say>", 12200),
    ("<Play/>", 11100),
    ("<Play>file:///etc/passwd</Play>", 11100),
    ("<Play>//other.example/a.wav</Play>", 11100),
    ("<Play loop='1001'>a.wav</Play>", 13410),
    ("<Play digits='12x'/>", 13430),
    ("<Pause length='0'/>", 13910),
    ("<Pause length='1.5'/>", 13910),
    ("<Pause>text</Pause>", 12200),
    ("<Gather input='smell'/>", 13326),
    ("<Gather finishOnKey='x'/>", 13310),
    ("<Gather method='PUT'/>", 13312),
    ("<Gather timeout='0'/>", 13313),
    ("<Gather numDigits='0'/>", 13314),
    ("<Gather><Dial>503-555-0100</Dial></Gather>", 13320),
    ("<Gather><Gather/></Gather>", 13320),
    ("<Gather>text</Gather>", 12200),
    ("<Gather speechTimeout='soon'/>", 13327),
    ("<Gather hints='" + "x" * 101 + "'/>", 13330),
    ("<Gather hints='" + "x," * 501 + "'/>", 13330),
    ("<Gather bargeIn='maybe'/>", 13332),
    ("<Gather actionOnEmptyResult='1'/>", 13338),
    ("<Gather action='javascript:alert(1)'/>", 11100),
    ("<Gather action='https://'/>", 11100),
    ("<Gather action='http://x.example:99999/'/>", 11100),
    ("<Record method='PUT'/>", 13610),
    ("<Record timeout='-1'/>", 13611),
    ("<Record maxLength='0'/>", 13612),
    ("<Record maxLength='86401'/>", 13612),
    ("<Record finishOnKey='a'/>", 13613),
    ("<Record playBeep='loud'/>", 13616),
    ("<Record trim='some'/>", 13699),
    ("<Record recordingStatusCallbackEvent='begun'/>", 13621),
    ("<Record><Say>x</Say></Record>", 12200),
    ("<Redirect method='PUT'>/x</Redirect>", 13710),
    ("<Redirect>mailto:x@example.com</Redirect>", 11100),
    ("<Reject reason='tired'/>", 13810),
    ("<Hangup now='true'/>", 12200),
    ("<Enqueue/>", 14204),
    ("<Enqueue>" + "q" * 65 + "</Enqueue>", 14205),
    ("<Enqueue method='PUT'>q</Enqueue>", 14201),
    ("<Enqueue waitUrl='ftp://x.example/'>q</Enqueue>", 14202),
    ("<Enqueue workflowSid='WW1'/>", 14220),
    ("<Dial/>", 13223),
    ("<Dial>pizza</Dial>", 13223),
    ("<Dial method='PUT'>503-555-0100</Dial>", 13210),
    ("<Dial timeout='601'>503-555-0100</Dial>", 13212),
    ("<Dial hangupOnStar='x'>503-555-0100</Dial>", 13213),
    ("<Dial callerId='me'>503-555-0100</Dial>", 13214),
    ("<Dial><Say>x</Say></Dial>", 13215),
    ("<Dial><Conference>a</Conference><Number>503-555-0100</Number></Dial>", 13215),
    ("<Dial timeLimit='0'>503-555-0100</Dial>", 13216),
    ("<Dial record='yes'>503-555-0100</Dial>", 13217),
    ("<Dial>" + "<Number>503-555-0100</Number>" * 11 + "</Dial>", 13250),
    ("<Dial>x<Number>503-555-0100</Number></Dial>", 12200),
    ("<Dial><Sim>DE1</Sim></Dial>", 13750),
    ("<Dial><Number method='PUT'>503-555-0100</Number></Dial>", 13221),
    ("<Dial><Number sendDigits='call me'>503-555-0100</Number></Dial>", 13222),
    ("<Dial><Number action='/x'>503-555-0100</Number></Dial>", 12200),
    ("<Dial><Client/></Dial>", 13224),
    ("<Dial><Client>a b</Client></Dial>", 13224),
    ("<Dial><Client>ann<Parameter value='x'/></Client></Dial>", 12200),
    ("<Dial><Sip>tel:+1</Sip></Dial>", 13243),
    ("<Dial><Sip>sip:a@x.example?x-a=" + "b" * 1025 + "</Sip></Dial>", 13253),
    ("<Dial><Conference/></Dial>", 13237),
    ("<Dial><Conference muted='x'>a</Conference></Dial>", 13230),
    ("<Dial><Conference endConferenceOnExit='x'>a</Conference></Dial>", 13231),
    ("<Dial><Conference startConferenceOnEnter='x'>a</Conference></Dial>", 13232),
    ("<Dial><Conference waitUrl='ftp://x'>a</Conference></Dial>", 13233),
    ("<Dial><Conference waitMethod='PUT'>a</Conference></Dial>", 13234),
    ("<Dial><Conference beep='loud'>a</Conference></Dial>", 13235),
    ("<Dial><Conference maxParticipants='251'>a</Conference></Dial>", 12200),
    ("<Dial><Conference coach='ann'>a</Conference></Dial>", 12200),
    ("<Dial><Queue/></Dial>", 14212),
    ("<Connect/>", 12200),
    ("<Connect><ConversationRelay url='wss://x.example/'/></Connect>", 13750),
    ("<Connect><Stream/></Connect>", 11100),
    ("<Connect><Stream url='ws://x.example/s'/></Connect>", 11100),
    ("<Connect><Stream url='ws://127.0.0.1.evil.example/s'/></Connect>", 11100),
    ("<Connect><Stream url='wss://x.example/s?call=1'/></Connect>", 11100),
    ("<Connect><Stream url='https://x.example/s'/></Connect>", 11100),
    ("<Connect><Stream url='wss://x.example/s' track='both_tracks'/></Connect>", 31941),
    (
        "<Connect><Stream url='wss://x.example/s'><Parameter name='a' value='" + "x" * 500 + "'/></Stream></Connect>",
        12200,
    ),
]


@pytest.mark.parametrize(("inside", "number"), REFUSED, ids=[f"{number} {inside[:50]}" for inside, number in REFUSED])
def test_what_the_carrier_refuses_is_refused_with_its_number(inside: str, number: int) -> None:
    assert refusal(inside) == number


@pytest.mark.parametrize(
    ("body", "content_type", "number"),
    [
        (b"<!DOCTYPE html><html></html>", "text/html", 12100),
        (b"<html></html>", "text/html", 12102),
        (b"<Response/>", "text/plain", 12300),
        (b"<Response/>", "application/json", 12300),
        (b"<Response/>", "", 12300),
        (b"", "text/xml", 12100),
        (b"{}", "text/xml", 12100),
        (b"<Response/><Response/>", "text/xml", 12100),
        (b"<response/>", "text/xml", 12102),
        (b"<html/>", "text/xml", 12102),
        (b"<Response mood='glad'/>", "text/xml", 12200),
        (b"<Response>" + b" " * 65536 + b"</Response>", "text/xml", 11750),
        (b"<!DOCTYPE Response><Response/>", "text/xml", 12100),
        (b"<!DOCTYPE r [<!ENTITY a 'b'>]><Response><Say>&a;</Say></Response>", "text/xml", 12100),
        (b"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><Response/>", "text/xml", 12100),
        (b"<?xml version='1.0' encoding='klingon'?><Response/>", "text/xml", 12100),
        (b"<Response><Say>\xff\xfe</Say></Response>", "text/xml", 12100),
    ],
)
def test_what_is_no_document_is_refused_with_its_number(body: bytes, content_type: str, number: int) -> None:
    with pytest.raises(Refusal) as caught:
        read_twiml(body, content_type)
    assert caught.value.number == number
    assert caught.value.more_info.endswith(str(number))


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "TEXT/XML; charset=utf-8"])
def test_both_names_of_xml_are_taken_with_any_charset(content_type: str) -> None:
    assert read_twiml(b"<Response><Hangup/></Response>", content_type) == (Hangup(),)


LEGAL = [inside for inside, _ in READ]
BYTES = st.binary(max_size=400) | st.text(max_size=200).map(str.encode)
PIECES = st.lists(
    st.sampled_from([*LEGAL, *(inside for inside, _ in REFUSED), "<", ">", "</Dial>", "<Gather>", "&", "\x00", "]]>"]),
    max_size=5,
).map(lambda pieces: f"<Response>{''.join(pieces)}</Response>".encode())


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A legal document with some bytes changed."""
    body = bytearray(f"<Response>{draw(st.sampled_from(LEGAL))}</Response>".encode())
    for _ in range(draw(st.integers(1, 4))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(body)


@given(BYTES | PIECES | spoilt(), st.sampled_from(["text/xml", "application/xml", "", "\x00"]))
def test_any_bytes_give_verbs_or_a_refusal_and_no_other_error(body: bytes, content_type: str) -> None:
    try:
        verbs: tuple[Verb, ...] | None = read_twiml(body, content_type)
    except Refusal as refused:
        number = refused.number
        verbs = None
    else:
        number = 0
    assert (verbs is None) == (11000 <= number < 32000)
