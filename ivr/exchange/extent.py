"""What of the carrier's language this exchange does, takes without doing anything, and refuses.

For people (``ivr exchange --extent``, docs/exchange.md), and held by a test against the carrier's own package, so that
nothing a document can say is missing here, and against the reader, so that nothing here is wishful.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CALLED_BACK = ("statusCallback", "statusCallbackMethod", "statusCallbackEvent")
RECORDED = ("recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent")
DETECTED = (
    "machineDetection",
    "machineDetectionTimeout",
    "machineDetectionSpeechThreshold",
    "machineDetectionSpeechEndThreshold",
    "machineDetectionSilenceTimeout",
    "amdStatusCallback",
    "amdStatusCallbackMethod",
)
_SETTINGS = "there is one recording setting"
_ROUTER = "14220 or 14215, 14216: there is no task router"


@dataclass(frozen=True, slots=True)
class Extent:
    """One element: attributes that are done, those taken without effect (why), those refused (number and why)."""

    does: tuple[str, ...] = ()
    ignores: Mapping[str, str] = field(default_factory=dict)
    refuses: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def _same(why: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, why)


_OF_STREAMS = {
    "connectorName": "no connectors are known",
    **_same("8 kHz mu-law is the only one (else 12200)", "audioFormat", "sampleRate"),
}

EXTENT: Mapping[str, Extent] = {
    "Say": Extent(
        ("loop", "language"), {"voice": "the exchange has one voice"}, note="speech markup: the words are spoken"
    ),
    "Play": Extent(("loop", "digits"), note="files are fetched once and asked for again with their ETag"),
    "Pause": Extent(("length",)),
    "Gather": Extent(
        (
            "input",
            "action",
            "method",
            "timeout",
            "speechTimeout",
            "finishOnKey",
            "numDigits",
            "actionOnEmptyResult",
            "bargeIn",
        ),
        {
            **_same(
                "speech is known from the script",
                "language",
                "hints",
                "profanityFilter",
                "speechModel",
                "enhanced",
                "maxSpeechTime",
            ),
            **_same("nothing is told before the end", "partialResultCallback", "partialResultCallbackMethod"),
            "debug": "the timeline has everything",
        },
        note="speech is recognised from scripts and `say` only",
    ),
    "Record": Extent(
        ("action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", *RECORDED),
        {
            **_same("nothing is written down", "transcribe", "transcribeCallback"),
            "recordingConfigurationId": _SETTINGS,
        },
    ),
    "Redirect": Extent(("method",)),
    "Hangup": Extent(),
    "Reject": Extent(("reason",)),
    "Echo": Extent(),
    "Leave": Extent(),
    "Enqueue": Extent(
        ("action", "method", "waitUrl", "waitUrlMethod", "maxQueueSize"), refuses={"workflowSid": _ROUTER}
    ),
    "Dial": Extent(
        (
            "action",
            "method",
            "timeout",
            "hangupOnStar",
            "timeLimit",
            "callerId",
            "answerOnBridge",
            "record",
            "sequential",
            *RECORDED,
        ),
        {
            "trim": "nothing is cut off",
            "recordingTrack": "both directions are recorded",
            "recordingConfigurationId": _SETTINGS,
            "ringTone": "the American one is heard",
            **_same("no SIP is spoken", "referUrl", "referMethod"),
            **_same("meaning not known", "events", "passports"),
        },
    ),
    "Dial > Number": Extent(
        ("sendDigits", "url", "method", *CALLED_BACK, *DETECTED), {"byoc": "there is one way to telephones"}
    ),
    "Dial > Client": Extent(("url", "method", *CALLED_BACK)),
    "Dial > Client > Identity": Extent(),
    "Dial > Client > Parameter": Extent(("name", "value")),
    "Dial > Sip": Extent(
        ("url", "method", *CALLED_BACK, *DETECTED), _same("nobody asks for a password", "username", "password")
    ),
    "Dial > Sip > Uri": Extent(
        (),
        {
            **_same("nobody asks for a password", "username", "password"),
            **_same("one address is rung", "priority", "weight"),
        },
        note="one for each Sip; more are refused (13250)",
    ),
    "Dial > Sip > Headers": Extent(),
    "Dial > Sip > Headers > Header": Extent(("name", "value")),
    "Dial > Conference": Extent(
        (
            "muted",
            "beep",
            "startConferenceOnEnter",
            "endConferenceOnExit",
            "waitUrl",
            "waitMethod",
            "maxParticipants",
            "participantLabel",
            "coach",
            *CALLED_BACK,
        ),
        {
            **_same("rooms are not recorded", "record", "trim", *RECORDED, "recordingConfigurationId"),
            "jitterBufferSize": "rooms mix every 20 ms",
            "region": "there is one place",
            "eventCallbackUrl": "an old word for recordings of rooms",
        },
        note="the events `speaker` and `announcement` never come",
    ),
    "Dial > Queue": Extent(("url", "method"), refuses=_same(_ROUTER, "reservationSid", "postWorkActivitySid")),
    "Connect": Extent(("action", "method")),
    "Connect > Stream": Extent(
        ("url", "name", "statusCallback", "statusCallbackMethod"),
        {"track": "`inbound_track` is the only one (else 31941)", **_OF_STREAMS},
        note="`ws://` to this machine is taken beside `wss://`",
    ),
    "Connect > Stream > Parameter": Extent(("name", "value")),
    "Start": Extent((), _same("nothing is known to be asked", "action", "method")),
    "Start > Stream": Extent(
        ("url", "name", "track", "statusCallback", "statusCallbackMethod"),
        _OF_STREAMS,
        note="a message from the service ends it (31924)",
    ),
    "Start > Stream > Parameter": Extent(("name", "value")),
    "Stop": Extent(),
    "Stop > Stream": Extent(
        ("name",),
        refuses=_same(
            "12200: the name says which",
            "url",
            "track",
            "statusCallback",
            "statusCallbackMethod",
            "connectorName",
            "audioFormat",
            "sampleRate",
        ),
    ),
}
"""By the way to the element. An attribute that is in none of the three is refused with 12200."""

REFUSED: Mapping[str, str] = {
    "Pay": "no payments",
    "Prompt": "belongs to Pay",
    "Queue": "an old word; write Dial > Queue",
    "Refer": "no SIP is spoken",
    "Sms": "an old word; text by REST",
    "Start > Recording": "recordings are begun by REST",
    "Start > Siprec": "no SIP is spoken",
    "Start > Transcription": "nothing is written down",
    "Stop > Siprec": "no SIP is spoken",
    "Stop > Transcription": "nothing is written down",
    "Stop > Stream > Parameter": "there is nobody to send it to",
    "Hangup > Parameter": "nothing is sent along with a hang-up",
    "Reject > Parameter": "nothing is sent along with a rejection",
    "Dial > Application": "no applications beside the one",
    "Dial > Sim": "no SIM cards",
    "Dial > WhatsApp": "no WhatsApp",
    "Enqueue > Task": "no task router",
    "Connect > AiSession": "no AI sessions",
    "Connect > Autopilot": "no longer there at the carrier",
    "Connect > Conversation": "no conversations",
    "Connect > ConversationRelay": "no relay of speech; use Stream",
    "Connect > ConversationRelaySession": "no relay of speech; use Stream",
    "Connect > Room": "no video",
    "Connect > VirtualAgent": "no virtual agents",
}
"""Elements the carrier knows and this exchange refuses, with 13750 (Task: 14220, Parameter: 12200), and why."""
