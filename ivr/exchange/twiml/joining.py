"""Dial, Enqueue and Connect: joining the caller with somebody or something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from ivr.exchange.refusals import INVALID_URL, SCHEMA, STREAM_INVALID_TRACK, VERB_NOT_SUPPORTED, Refusal
from ivr.exchange.twiml.asking import TRIMS, recording_events
from ivr.exchange.twiml.attributes import MAX_URL_CHARS, Attributes, no_text, text_only
from ivr.exchange.twiml.document import Node
from ivr.exchange.twiml.targets import (
    e164,
    queue_name,
    read_client,
    read_conference,
    read_number,
    read_parameter,
    read_queue,
    read_sip,
)
from ivr.exchange.twiml.verbs import Connect, Dial, Enqueue, Number, Start, Stop, Stream, Target

MAX_RING_S, MAX_CALL_S = 600, 86400
MAX_RUNG_AT_ONCE = 10
MAX_QUEUE = 5000
MAX_PARAMETERS, MAX_PARAMETER_CHARS = 99, 500
CALLER_ID = r"\+?[0-9*#]{1,20}|client:[\x21-\x7e]{1,256}|sips?:[\x21-\x7e]{1,256}"
DIAL_RECORDS = (
    "do-not-record",
    "record-from-answer",
    "record-from-answer-dual",
    "record-from-ringing",
    "record-from-ringing-dual",
)
TARGETS: dict[str, Callable[[Node], Target]] = {
    "Number": read_number,
    "Client": read_client,
    "Sip": read_sip,
    "Conference": read_conference,
    "Queue": read_queue,
}
TARGETS_ELSEWHERE = ("Application", "Sim", "WhatsApp")
STARTED_ELSEWHERE = ("Recording", "Siprec", "Transcription")
STREAMS_ELSEWHERE = (
    "AiSession",
    "Autopilot",
    "Conversation",
    "ConversationRelay",
    "ConversationRelaySession",
    "Room",
    "VirtualAgent",
)


def read_dial(node: Node) -> Dial:
    attributes = Attributes(node)
    dial = Dial(
        action=attributes.optional_url("action"),
        method=attributes.method(number=13210),
        timeout_s=attributes.whole("timeout", 30, 1, MAX_RING_S, 13212),
        hangup_on_star=attributes.flag("hangupOnStar", False, 13213),
        time_limit_s=attributes.whole("timeLimit", 14400, 1, MAX_CALL_S, 13216),
        caller_id=attributes.text("callerId", pattern=CALLER_ID, number=13214),
        answer_on_bridge=attributes.flag("answerOnBridge"),
        sequential=attributes.flag("sequential"),
        record=attributes.choice("record", "do-not-record", DIAL_RECORDS, 13217),
        targets=_targets(node),
        recording_status_callback=attributes.url("recordingStatusCallback", 13256),
        recording_status_callback_method=attributes.method("recordingStatusCallbackMethod"),
        recording_status_callback_event=recording_events(attributes),
    )
    # Legal, and of no effect here: one ringing tone, no REFER, both directions recorded.
    attributes.choice("trim", "do-not-trim", TRIMS, 13699)
    attributes.choice("recordingTrack", "both", ("inbound", "outbound", "both"), 13622)
    attributes.text("recordingConfigurationId")
    attributes.text("ringTone", pattern=r"[a-z-]{2,20}")
    attributes.url("referUrl")
    attributes.method("referMethod")
    attributes.text("events")
    attributes.text("passports")
    attributes.done()
    return dial


def read_enqueue(node: Node) -> Enqueue:
    attributes = Attributes(node)
    if attributes.text("workflowSid") or any(node.children):
        raise Refusal(14220, "<Enqueue>: this exchange has no task router; name a queue instead")
    enqueue = Enqueue(
        name=queue_name(node.own_text, too_short=14204, too_long=14205),
        action=attributes.optional_url("action", 14203),
        method=attributes.method(number=14201),
        wait_url=attributes.optional_url("waitUrl", 14202),
        wait_url_method=attributes.method("waitUrlMethod", 14206),
        max_queue_size=attributes.whole("maxQueueSize", 0, 1, MAX_QUEUE) or None,
    )
    attributes.done()
    return enqueue


def read_connect(node: Node) -> Connect:
    child = _only_stream(node, STREAMS_ELSEWHERE)
    attributes = Attributes(node)
    connect = Connect(
        _stream(child, ("inbound_track",)), action=attributes.optional_url("action"), method=attributes.method()
    )
    attributes.done()
    return connect


def read_start(node: Node) -> Start:
    child = _only_stream(node, STARTED_ELSEWHERE)
    attributes = Attributes(node)
    attributes.url("action")  # legal, and nothing is known to come there
    attributes.method()
    attributes.done()
    return Start(_stream(child, ("inbound_track", "outbound_track", "both_tracks")))


def read_stop(node: Node) -> Stop:
    child = _only_stream(node, STARTED_ELSEWHERE)
    Attributes(node).done()
    attributes = Attributes(child)
    stop = Stop(attributes.text("name", pattern=".+"))
    attributes.done()
    no_text(child)
    text_only(child)
    if not stop.name:
        raise Refusal(SCHEMA, "<Stop>: write the name of the <Stream>")
    return stop


def _only_stream(node: Node, elsewhere: Sequence[str]) -> Node:
    """The one ``Stream`` inside ``node``."""
    no_text(node)
    children = list(node.children)
    if len(children) != 1:
        raise Refusal(SCHEMA, f"<{node.name}> holds exactly one <Stream>, not {len(children)} elements")
    if children[0].name in elsewhere:
        raise Refusal(VERB_NOT_SUPPORTED, f"<{children[0].name}> is not performed by this exchange")
    if children[0].name != "Stream":
        raise Refusal(SCHEMA, f"<{children[0].name[:40]}> is not allowed inside <{node.name}>")
    return children[0]


def is_stream_url(url: str) -> bool:
    """Whether the carrier would open ``url``: wss, no query.

    Plain ``ws`` is allowed to this machine only: the exchange in a box has no certificate, and there is nobody
    between.

    >>> is_stream_url("wss://x.example/s"), is_stream_url("wss://x.example/s?a=b"), is_stream_url("ws://x.example/s")
    (True, False, False)
    >>> is_stream_url("ws://127.0.0.1:5000/voice/stream")
    True
    """
    if len(url) > MAX_URL_CHARS or any(letter <= " " or letter in '<>"' for letter in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "?" in url or "#" in url:
        return False
    return parts.scheme == "wss" or (parts.scheme == "ws" and _is_this_machine(parts.hostname))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _stream(node: Node, tracks: Sequence[str]) -> Stream:
    no_text(node)
    attributes = Attributes(node)
    stream = Stream(
        url=attributes.text("url"),
        name=attributes.text("name"),
        track=attributes.choice("track", "inbound_track", tracks, STREAM_INVALID_TRACK),
        status_callback=attributes.url("statusCallback"),
        status_callback_method=attributes.method("statusCallbackMethod"),
        parameters=_parameters(node),
    )
    attributes.text("connectorName")
    attributes.choice("audioFormat", "audio/x-mulaw", ("audio/x-mulaw",))
    attributes.choice("sampleRate", "8000", ("8000",))
    attributes.done()
    if not is_stream_url(stream.url):
        raise Refusal(
            INVALID_URL,
            f"<Stream>: invalid url {stream.url[:80]!r}; write wss://host/path without a query "
            "(ws:// to this machine only), and pass data as <Parameter>",
        )
    return stream


def _parameters(node: Node) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for child in node.children:
        if child.name != "Parameter":
            raise Refusal(SCHEMA, f"<{child.name[:40]}> is not allowed inside <{node.name}>")
        name, value = read_parameter(child)
        if len(name) + len(value) > MAX_PARAMETER_CHARS:
            raise Refusal(SCHEMA, f"<Parameter> {name[:40]!r}: {MAX_PARAMETER_CHARS} characters are allowed")
        parameters[name] = value
    if len(parameters) > MAX_PARAMETERS:
        raise Refusal(SCHEMA, f"<{node.name}> may have {MAX_PARAMETERS} parameters")
    return parameters


def _targets(node: Node) -> tuple[Target, ...]:
    children = list(node.children)
    if not children:
        return (Number(e164(node.own_text)),)
    no_text(node)
    for child in children:
        if child.name in TARGETS_ELSEWHERE:
            raise Refusal(VERB_NOT_SUPPORTED, f"<{child.name}> is not performed by this exchange")
        if child.name not in TARGETS:
            raise Refusal(13215, f"<Dial>: invalid nested element <{child.name[:40]}>")
        if child.name in ("Conference", "Queue") and len(children) > 1:
            raise Refusal(13215, f"<Dial>: <{child.name}> must be alone")
    if len(children) > MAX_RUNG_AT_ONCE:
        raise Refusal(13250, f"<Dial>: {len(children)} targets; {MAX_RUNG_AT_ONCE} can be rung at once")
    return tuple(TARGETS[child.name](child) for child in children)
