"""Every document that the carrier's own package writes, for the verbs performed here, is taken."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml import voice_response as written

from ivr.exchange.twiml import (
    Connect,
    Dial,
    Echo,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Start,
    Stop,
    read_twiml,
)

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Cn", "Co"]), min_size=1, max_size=30)
URL = st.sampled_from(["/next", "next?a=b&c=d", "https://x.example/a", "http://127.0.0.1:5000/voice/turn/CA1/2", ""])
SOUND = st.sampled_from(["https://x.example/a.wav", "/a.wav"])
METHOD = st.sampled_from(["GET", "POST"])
FLAG = st.booleans()
KEY = st.sampled_from([*"0123456789*#", ""])
LANGUAGE = st.sampled_from(["en-US", "en-GB", "es-MX", "cmn-Hans-CN", "de"])
RECORDING_EVENTS = st.sampled_from(["in-progress", "completed absent", "in-progress completed absent"])
CALL_EVENTS = st.sampled_from(["initiated", "initiated ringing answered completed", "completed"])
TRIM = st.sampled_from(["trim-silence", "do-not-trim"])
RECORDING = {
    "recording_status_callback": URL,
    "recording_status_callback_method": METHOD,
    "recording_status_callback_event": RECORDING_EVENTS,
    "trim": TRIM,
}
STATUS = {"status_callback": URL, "status_callback_method": METHOD, "status_callback_event": CALL_EVENTS}
MACHINE = {
    "machine_detection": st.sampled_from(["Enable", "DetectMessageEnd"]),
    "machine_detection_timeout": st.integers(3, 60),
    "machine_detection_speech_threshold": st.integers(1000, 6000),
    "machine_detection_speech_end_threshold": st.integers(500, 5000),
    "machine_detection_silence_timeout": st.integers(2000, 10000),
    "amd_status_callback": URL,
    "amd_status_callback_method": METHOD,
}
SAY = {"loop": st.integers(0, 1000), "language": LANGUAGE, "voice": st.sampled_from(["man", "alice", "Polly.Joanna"])}
GATHER = {
    "input": st.sampled_from(["dtmf", "speech", "dtmf speech"]),
    "action": URL,
    "method": METHOD,
    "timeout": st.integers(1, 60),
    "speech_timeout": st.sampled_from(["auto", "1", "30"]),
    "max_speech_time": st.integers(1, 60),
    "profanity_filter": FLAG,
    "finish_on_key": KEY,
    "num_digits": st.integers(1, 20),
    "partial_result_callback": URL,
    "partial_result_callback_method": METHOD,
    "language": LANGUAGE,
    "hints": st.sampled_from(["", "yes, no", "find a store"]),
    "barge_in": FLAG,
    "debug": FLAG,
    "action_on_empty_result": FLAG,
    "speech_model": st.sampled_from(["default", "phone_call", "googlev2_telephony", "deepgram_nova-2"]),
    "enhanced": FLAG,
}
RECORD = RECORDING | {
    "action": URL,
    "method": METHOD,
    "timeout": st.integers(0, 60),
    "finish_on_key": st.sampled_from(["", "#", "1234567890*#"]),
    "max_length": st.integers(1, 14400),
    "play_beep": FLAG,
    "transcribe": FLAG,
    "transcribe_callback": URL,
}
DIAL = RECORDING | {
    "action": URL,
    "method": METHOD,
    "timeout": st.integers(1, 600),
    "hangup_on_star": FLAG,
    "time_limit": st.integers(1, 86400),
    "caller_id": st.sampled_from(["+15035550100", "client:ann"]),
    "record": st.sampled_from(["do-not-record", "record-from-answer-dual", "record-from-ringing"]),
    "answer_on_bridge": FLAG,
    "ring_tone": st.sampled_from(["us", "at"]),
    "recording_track": st.sampled_from(["inbound", "outbound", "both"]),
    "sequential": FLAG,
    "refer_url": URL,
    "refer_method": METHOD,
}
CONFERENCE = (
    RECORDING
    | STATUS
    | {
        "muted": FLAG,
        "beep": st.sampled_from(["true", "false", "onEnter", "onExit"]),
        "start_conference_on_enter": FLAG,
        "end_conference_on_exit": FLAG,
        "wait_url": URL,
        "wait_method": METHOD,
        "max_participants": st.integers(2, 250),
        "record": st.sampled_from(["do-not-record", "record-from-start"]),
        "region": st.sampled_from(["us1", "ie1"]),
        "coach": st.just("CA" + "0a" * 16),
        "status_callback_event": st.sampled_from(["start end join leave mute hold modify speaker announcement", "end"]),
        "event_callback_url": URL,
        "jitter_buffer_size": st.sampled_from(["large", "off"]),
        "participant_label": TEXT,
    }
)
ENQUEUE = {
    "action": URL,
    "method": METHOD,
    "wait_url": URL,
    "wait_url_method": METHOD,
    "max_queue_size": st.integers(1, 100),
}


def some(attributes: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the attributes with legal values."""
    return st.fixed_dictionaries({}, optional=attributes)


@st.composite
def a_dial(draw: st.DrawFn) -> written.Dial:
    dial = written.Dial(**draw(some(DIAL)))
    match draw(st.sampled_from(["ring", "conference", "queue", "text"])):
        case "conference":
            dial.conference(draw(TEXT), **draw(some(CONFERENCE)))
        case "queue":
            dial.queue(draw(TEXT), **draw(some({"url": URL, "method": METHOD})))
        case "text":
            return written.Dial("+442079460000", **draw(some(DIAL)))
        case _:
            for _ in range(draw(st.integers(1, 3))):
                _ring(draw, dial)
    return dial


def _ring(draw: st.DrawFn, dial: Any) -> None:
    called = {"url": URL, "method": METHOD} | STATUS
    match draw(st.sampled_from(["number", "client", "sip"])):
        case "number":
            keys = {"send_digits": st.sampled_from(["ww1234", "1#", ""])}
            dial.number("+15035550100", **draw(some(called | MACHINE | keys)))
        case "client":
            client = written.Client(**draw(some(called)))
            client.identity("ann")
            client.parameter(name=draw(TEXT), value=draw(TEXT))
            dial.append(client)
        case _:
            login = {"username": TEXT, "password": TEXT}
            dial.sip("sip:ann@pbx.example?x-call=CA1", **draw(some(called | MACHINE | login)))


@st.composite
def a_gather(draw: st.DrawFn) -> written.Gather:
    gather = written.Gather(**draw(some(GATHER)))
    gather.say(draw(TEXT), **draw(some(SAY)))
    gather.play(draw(SOUND), **draw(some({"loop": st.integers(0, 1000)})))
    gather.pause(**draw(some({"length": st.integers(1, 60)})))
    return gather


@st.composite
def a_marked_up_say(draw: st.DrawFn) -> written.Say:
    say = written.Say(draw(TEXT), **draw(some(SAY)))
    say.break_(strength="weak", time="100ms")
    say.emphasis(draw(TEXT), level="strong")
    say.lang(draw(TEXT), xml_lang="de-DE")
    say.p(draw(TEXT))
    say.phoneme(draw(TEXT), alphabet="ipa", ph="x")
    say.prosody(draw(TEXT), volume="loud", rate="slow", pitch="+10%")
    say.s(draw(TEXT))
    say.say_as(draw(TEXT), interpret_as="digits", format="x")
    say.sub(draw(TEXT), alias=draw(TEXT))
    say.w(draw(TEXT), role="x")
    return say


@st.composite
def a_connect(draw: st.DrawFn) -> written.Connect:
    connect = written.Connect(**draw(some({"action": URL, "method": METHOD})))
    attributes = {"name": TEXT, "track": st.just("inbound_track"), "status_callback": URL}
    stream = written.Stream(url="wss://x.example/voice/stream", **draw(some(attributes)))
    stream.parameter(name=draw(TEXT), value=draw(TEXT))
    connect.append(stream)
    return connect


@st.composite
def a_start(draw: st.DrawFn) -> written.Start:
    start = written.Start(**draw(some({"action": URL, "method": METHOD})))
    track = st.sampled_from(["inbound_track", "outbound_track", "both_tracks"])
    attributes = {"name": TEXT, "track": track, "status_callback": URL, "status_callback_method": METHOD}
    stream = written.Stream(url="wss://x.example/voice/stream", **draw(some(attributes)))
    stream.parameter(name=draw(TEXT), value=draw(TEXT))
    start.append(stream)
    return start


def a_stop(name: str) -> written.Stop:
    stop = written.Stop()
    stop.stream(name=name)
    return stop


DOCUMENTS: dict[type, st.SearchStrategy[Any]] = {
    Say: a_marked_up_say() | st.builds(lambda text, more: written.Say(text, **more), TEXT, some(SAY)),
    Play: st.builds(written.Play, SOUND, loop=st.integers(0, 1000)) | st.builds(written.Play, digits=st.just("ww1")),
    Pause: st.builds(written.Pause, length=st.integers(1, 60)),
    Gather: a_gather(),
    Record: some(RECORD).map(lambda more: written.Record(**more)),
    Redirect: st.builds(written.Redirect, URL, method=METHOD),
    Hangup: st.builds(written.Hangup),
    Reject: st.builds(written.Reject, reason=st.sampled_from(["rejected", "busy"])),
    Echo: st.builds(written.Echo),
    Leave: st.builds(written.Leave),
    Enqueue: st.builds(lambda name, more: written.Enqueue(name, **more), TEXT, some(ENQUEUE)),
    Dial: a_dial(),
    Connect: a_connect(),
    Start: a_start(),
    Stop: st.builds(a_stop, TEXT),
}


@settings(max_examples=300)
@given(st.data())
def test_what_the_carriers_package_writes_is_taken_verb_for_verb(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(DOCUMENTS)), max_size=5))
    response = written.VoiceResponse()
    for kind in kinds:
        response.append(data.draw(DOCUMENTS[kind]))
    verbs = read_twiml(str(response).encode(), "text/xml")
    assert [type(verb) for verb in verbs] == kinds
