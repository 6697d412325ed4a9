"""Gather and Record: what the caller gives."""

from __future__ import annotations

from ivr.exchange.refusals import Refusal
from ivr.exchange.twiml.attributes import Attributes, no_text, text_only
from ivr.exchange.twiml.document import Node
from ivr.exchange.twiml.prompts import LANGUAGE, read_prompts
from ivr.exchange.twiml.verbs import Gather, Record

MAX_WAIT_S = 3600
MAX_RECORDING_S = 86400
MAX_HINTS, MAX_HINT_CHARS = 500, 100
INPUTS = ("dtmf", "speech")
RECORDING_EVENTS = ("in-progress", "completed", "absent")
TRIMS = ("trim-silence", "do-not-trim")
TIMEOUT_OR_AUTO = r"auto|[1-9][0-9]{0,3}"


def read_gather(node: Node) -> Gather:
    attributes = Attributes(node)
    gather = Gather(
        input=attributes.several("input", ("dtmf",), INPUTS, 13326),
        action=attributes.optional_url("action"),
        method=attributes.method(number=13312),
        timeout_s=attributes.whole("timeout", 5, 1, MAX_WAIT_S, 13313),
        speech_timeout=attributes.text("speechTimeout", pattern=TIMEOUT_OR_AUTO, number=13327),
        finish_on_key=attributes.text("finishOnKey", "#", pattern=r"[0-9*#]?", number=13310),
        num_digits=attributes.whole("numDigits", 0, 1, 1000, 13314) or None,
        action_on_empty_result=attributes.flag("actionOnEmptyResult", False, 13338),
        hints=_hints(attributes.text("hints")),
        barge_in=attributes.flag("bargeIn", True, 13332),
        language=attributes.text("language", "en-US", pattern=LANGUAGE, number=13331),
        prompts=read_prompts(node),
    )
    # Legal, and of no effect on what this exchange hears:
    attributes.whole("maxSpeechTime", 60, 1, MAX_WAIT_S, 13328)
    attributes.flag("profanityFilter", True, 13333)
    attributes.flag("enhanced")
    attributes.flag("debug")
    attributes.text("speechModel", pattern=r"[A-Za-z0-9_.-]{1,80}", number=13334)
    attributes.url("partialResultCallback")
    attributes.method("partialResultCallbackMethod", 13329)
    attributes.done()
    return gather


def read_record(node: Node) -> Record:
    attributes = Attributes(node)
    record = Record(
        action=attributes.optional_url("action"),
        method=attributes.method(number=13610),
        timeout_s=attributes.whole("timeout", 5, 0, MAX_WAIT_S, 13611),
        finish_on_key=attributes.text("finishOnKey", "1234567890*#", pattern=r"[0-9*#]{0,12}", number=13613),
        max_length_s=attributes.whole("maxLength", 3600, 1, MAX_RECORDING_S, 13612),
        play_beep=attributes.flag("playBeep", True, 13616),
        trim=attributes.choice("trim", "trim-silence", TRIMS, 13699),
        recording_status_callback=attributes.url("recordingStatusCallback", 13256),
        recording_status_callback_method=attributes.method("recordingStatusCallbackMethod"),
        recording_status_callback_event=recording_events(attributes),
    )
    attributes.flag("transcribe", False, 13614)
    attributes.url("transcribeCallback", 13257)
    attributes.text("recordingConfigurationId")
    attributes.done()
    no_text(node)
    text_only(node)
    return record


def recording_events(attributes: Attributes) -> tuple[str, ...]:
    """Which stages of a recording are called back."""
    return attributes.several("recordingStatusCallbackEvent", ("completed",), RECORDING_EVENTS, 13621)


def _hints(value: str) -> tuple[str, ...]:
    hints = tuple(hint for hint in (" ".join(part.split()) for part in value.split(",")) if hint)
    if len(hints) > MAX_HINTS or any(len(hint) > MAX_HINT_CHARS for hint in hints):
        raise Refusal(13330, f"<Gather>: hints may be {MAX_HINTS} phrases of {MAX_HINT_CHARS} characters")
    return hints
