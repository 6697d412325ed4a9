"""Number, Client, Sip, Conference and Queue: whom a Dial can reach."""

from __future__ import annotations

import re
from urllib.parse import quote

from ivr.exchange.machine import Detection
from ivr.exchange.refusals import SCHEMA, Refusal
from ivr.exchange.twiml.asking import TRIMS, recording_events
from ivr.exchange.twiml.attributes import Attributes, no_text, text_only
from ivr.exchange.twiml.document import Node
from ivr.exchange.twiml.verbs import Client, Conference, Number, Queue, Sip

CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
CONFERENCE_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
MAX_ROOM, MAX_ROOM_NAME, MAX_QUEUE_NAME = 250, 128, 64
IDENTITY = r"[\x21-\x7e]{1,256}"
MAX_SIP_CHARS, MAX_SIP_HEADERS = 1024, 1024
CALL_SID = r"CA[0-9a-fA-F]{32}"
MACHINE_NUMBERS = {
    "machineDetectionTimeout": (30, 3, 60),
    "machineDetectionSpeechThreshold": (2400, 1000, 6000),
    "machineDetectionSpeechEndThreshold": (1200, 500, 5000),
    "machineDetectionSilenceTimeout": (5000, 2000, 10000),
}
"""Answering machine detection: default, least and most; the time-out in seconds, the others in milliseconds."""


def e164(written: str) -> str:
    """A telephone number without punctuation; ten digits, or eleven after a 1, are of the USA.

    >>> e164("(503) 555-0100"), e164("+44 20 7946 0000"), e164("911")
    ('+15035550100', '+442079460000', '911')

    Raises:
        Refusal: 13223
    """
    number = re.sub(r"[\s().-]", "", written)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}|[0-9]{3,15}", number):
        raise Refusal(13223, f"<Dial>: invalid phone number format {written[:40]!r}")
    if re.fullmatch(r"[2-9][0-9]{9}", number):
        return f"+1{number}"
    return f"+{number}" if re.fullmatch(r"1[2-9][0-9]{9}", number) else number


def read_number(node: Node) -> Number:
    attributes = Attributes(node)
    number = Number(
        number=e164(text_only(node)),
        send_digits=attributes.text("sendDigits", pattern=r"[0-9A-Da-d*#wW,]{0,32}", number=13222),
        url=attributes.url("url"),
        method=attributes.method(number=13221),
        status_callback=attributes.url("statusCallback"),
        status_callback_event=_call_events(attributes),
        status_callback_method=attributes.method("statusCallbackMethod"),
        detection=_machine_detection(attributes),
    )
    attributes.text("byoc", pattern=r"BY[0-9a-fA-F]{32}")
    attributes.done()
    return number


def read_client(node: Node) -> Client:
    attributes = Attributes(node)
    identity, parameters = node.own_text, {}
    for child in node.children:
        match child.name:
            case "Identity" if not identity:
                identity = text_only(child)
                Attributes(child).done()
            case "Parameter":
                name, value = read_parameter(child)
                parameters[name] = value
            case _:
                raise Refusal(SCHEMA, f"<{child.name[:40]}> is not allowed here inside <Client>")
    if not re.fullmatch(IDENTITY, identity):
        raise Refusal(13224, f"<Client>: invalid identity {identity[:40]!r}")
    client = Client(
        identity=identity,
        url=attributes.url("url"),
        method=attributes.method(number=13221),
        status_callback=attributes.url("statusCallback"),
        status_callback_event=_call_events(attributes),
        status_callback_method=attributes.method("statusCallbackMethod"),
        parameters=parameters,
    )
    attributes.done()
    return client


def read_parameter(node: Node) -> tuple[str, str]:
    """A name and value that go along with a call or stream."""
    attributes = Attributes(node)
    name, value = attributes.text("name"), attributes.text("value")
    attributes.done()
    no_text(node)
    text_only(node)
    if not name:
        raise Refusal(SCHEMA, "<Parameter>: write name=")
    return name, value


def read_sip(node: Node) -> Sip:
    attributes = Attributes(node)
    uri, username, password = node.own_text, attributes.text("username"), attributes.text("password")
    headers: dict[str, str] = {}
    for child in node.children:
        inside = Attributes(child)
        match child.name:
            case "Uri" if not uri:
                uri = text_only(child)
                username, password = inside.text("username", username), inside.text("password", password)
                inside.whole("priority", 0, 0, 65535)
                inside.whole("weight", 0, 0, 65535)
            case "Headers":
                headers |= dict(read_parameter(header) for header in _only(child, "Header"))
            case _:
                raise Refusal(13250, f"<Sip>: <{child.name[:40]}> is not allowed here; one address a Sip")
        inside.done()
    sip = Sip(
        uri=_sip_uri(uri, headers),
        username=username,
        password=password,
        url=attributes.url("url"),
        method=attributes.method(number=13241),
        status_callback=attributes.url("statusCallback"),
        status_callback_event=_call_events(attributes),
        status_callback_method=attributes.method("statusCallbackMethod"),
        detection=_machine_detection(attributes),
    )
    attributes.done()
    return sip


def read_conference(node: Node) -> Conference:
    attributes = Attributes(node)
    name = text_only(node)
    if not 0 < len(name) <= MAX_ROOM_NAME:
        raise Refusal(13237, f"<Conference>: invalid name {name[:40]!r}; write 1 to {MAX_ROOM_NAME} characters")
    conference = Conference(
        name=name,
        muted=attributes.flag("muted", False, 13230),
        beep=attributes.choice("beep", "true", ("true", "false", "onEnter", "onExit"), 13235),
        start_on_enter=attributes.flag("startConferenceOnEnter", True, 13232),
        end_on_exit=attributes.flag("endConferenceOnExit", False, 13231),
        wait_url=attributes.optional_url("waitUrl", 13233),
        wait_method=attributes.method("waitMethod", 13234),
        max_participants=attributes.whole("maxParticipants", MAX_ROOM, 2, MAX_ROOM),
        status_callback=attributes.url("statusCallback"),
        status_callback_event=attributes.several("statusCallbackEvent", (), CONFERENCE_EVENTS, SCHEMA),
        status_callback_method=attributes.method("statusCallbackMethod"),
        label=attributes.text("participantLabel", pattern=r".{0,128}"),
        coach=attributes.text("coach", pattern=CALL_SID),
        record=attributes.choice("record", "do-not-record", ROOM_RECORDS) in ("record-from-start", "true"),
        recording_status_callback=attributes.url("recordingStatusCallback", 13256),
        recording_status_callback_method=attributes.method("recordingStatusCallbackMethod"),
        recording_status_callback_event=recording_events(attributes),
    )
    attributes.choice("trim", "trim-silence", TRIMS)
    attributes.choice("jitterBufferSize", "large", ("off", "small", "medium", "large"))
    attributes.text("region", pattern=r"[a-z0-9-]{2,20}")
    attributes.text("recordingConfigurationId")
    attributes.url("eventCallbackUrl")
    attributes.done()
    return conference


ROOM_RECORDS = ("do-not-record", "record-from-start", "true", "false")


def read_queue(node: Node) -> Queue:
    attributes = Attributes(node)
    queue = Queue(
        name=queue_name(text_only(node), too_short=14212, too_long=14213),
        url=attributes.url("url", 14211),
        method=attributes.method(number=14210),
    )
    for name, number in (("reservationSid", 14215), ("postWorkActivitySid", 14216)):
        if attributes.text(name):
            raise Refusal(number, f"<Queue>: {name} belongs to a task router, which this exchange has not")
    attributes.done()
    return queue


def queue_name(name: str, *, too_short: int, too_long: int) -> str:
    """``name`` when it has 1 to 64 characters."""
    if not name:
        raise Refusal(too_short, "A queue needs a name")
    if len(name) > MAX_QUEUE_NAME:
        raise Refusal(too_long, f"A queue's name may have {MAX_QUEUE_NAME} characters")
    return name


def _call_events(attributes: Attributes) -> tuple[str, ...]:
    return attributes.several("statusCallbackEvent", ("completed",), CALL_EVENTS, SCHEMA)


def _machine_detection(attributes: Attributes) -> Detection | None:
    kind = attributes.choice("machineDetection", "", ("", "Enable", "DetectMessageEnd"))
    url, method = attributes.url("amdStatusCallback"), attributes.method("amdStatusCallbackMethod")
    timeout_s, *ms = (attributes.whole(name, *limits) for name, limits in MACHINE_NUMBERS.items())
    if not kind:
        return None
    speech_s, speech_end_s, silence_s = (one / 1000 for one in ms)
    return Detection(kind == "DetectMessageEnd", timeout_s, speech_s, speech_end_s, silence_s, True, url, method)


def _only(node: Node, name: str) -> list[Node]:
    no_text(node)
    for child in node.children:
        if child.name != name:
            raise Refusal(SCHEMA, f"<{child.name[:40]}> is not allowed inside <{node.name}>")
    return list(node.children)


def _sip_uri(uri: str, headers: dict[str, str]) -> str:
    for name in headers:
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name):
            raise Refusal(13252, f"<Sip>: invalid header name {name[:40]!r}")
    more = "&".join(f"{name}={quote(value, safe='')}" for name, value in headers.items())
    if more:
        uri += ("&" if "?" in uri else "?") + more
    if not re.fullmatch(r"sips?:[^\s@?<>\"]+@[^\s@?<>\"/]+(\?[^\s<>\"]*)?", uri):
        raise Refusal(13243, f"<Sip>: invalid SIP URI {uri[:80]!r}")
    address, _, tail = uri.partition("?")
    if len(tail.encode()) > MAX_SIP_HEADERS:
        raise Refusal(13253, f"<Sip>: the headers may have {MAX_SIP_HEADERS} bytes")
    if len(address) > MAX_SIP_CHARS:
        raise Refusal(13243, f"<Sip>: the address may have {MAX_SIP_CHARS} characters")
    return uri
