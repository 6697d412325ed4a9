"""What a document can tell the exchange to do: the carrier's verbs and nouns with the carrier's defaults.

URLs stay as written (they may be relative to the document). Where None is allowed it means "not written": for
``action`` the carrier then uses the document's own URL (Gather, Record) or goes on with the next verb (Dial,
Enqueue, Connect); for ``wait_url`` it means the carrier's music, while ``""`` means silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr.exchange.machine import Detection


@dataclass(frozen=True, slots=True)
class Say:
    """Speak ``text`` (markup taken out) ``loop`` times; 0 is for ever."""

    text: str
    voice: str = "man"
    language: str = "en-US"
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    """Play the sound at ``url`` ``loop`` times (0 is for ever), or the keys ``digits`` (``w`` is half a second)."""

    url: str = ""
    loop: int = 1
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence."""

    length_s: int = 1


Prompt: TypeAlias = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """Collect keys or speech. ``speech_timeout`` is seconds or ``auto``; empty means the same as ``timeout_s``."""

    input: tuple[str, ...] = ("dtmf",)
    action: str | None = None
    method: str = "POST"
    timeout_s: int = 5
    speech_timeout: str = ""
    finish_on_key: str = "#"
    num_digits: int | None = None
    action_on_empty_result: bool = False
    hints: tuple[str, ...] = ()
    barge_in: bool = True
    language: str = "en-US"
    prompts: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Record the caller until a key, ``timeout_s`` of silence, ``max_length_s`` or the end of the call."""

    action: str | None = None
    method: str = "POST"
    timeout_s: int = 5
    finish_on_key: str = "1234567890*#"
    max_length_s: int = 3600
    play_beep: bool = True
    trim: str = "trim-silence"
    recording_status_callback: str = ""
    recording_status_callback_method: str = "POST"
    recording_status_callback_event: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with the document at ``url``."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not answer the call; ``reason`` is rejected or busy."""

    reason: str = "rejected"


@dataclass(frozen=True, slots=True)
class Echo:
    """Let the caller hear what they say."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the queue the caller waits in."""


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Wait in the queue ``name`` to the sound of ``wait_url``."""

    name: str
    action: str | None = None
    method: str = "POST"
    wait_url: str | None = None
    wait_url_method: str = "POST"
    max_queue_size: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """Ring a telephone; the document at ``url`` runs on the callee before the two are joined."""

    number: str
    send_digits: str = ""
    url: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_callback_event: tuple[str, ...] = ("completed",)
    status_callback_method: str = "POST"
    detection: Detection | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """Ring a browser phone; ``parameters`` go along with the call."""

    identity: str
    url: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_callback_event: tuple[str, ...] = ("completed",)
    status_callback_method: str = "POST"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sip:
    """Ring a SIP address; its ``?x-name=value`` part becomes headers."""

    uri: str
    username: str = ""
    password: str = field(default="", repr=False)
    url: str = ""
    method: str = "POST"
    status_callback: str = ""
    status_callback_event: tuple[str, ...] = ("completed",)
    status_callback_method: str = "POST"
    detection: Detection | None = None


@dataclass(frozen=True, slots=True)
class Conference:
    """Join a room. ``status_callback`` counts only from the first participant of a room."""

    name: str
    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    wait_url: str | None = None
    wait_method: str = "POST"
    max_participants: int = 250
    status_callback: str = ""
    status_callback_event: tuple[str, ...] = ()
    status_callback_method: str = "POST"
    label: str = ""
    coach: str = ""
    record: bool = False
    recording_status_callback: str = ""
    recording_status_callback_method: str = "POST"
    recording_status_callback_event: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Queue:
    """Take the first caller of a queue; the document at ``url`` runs on that caller first."""

    name: str
    url: str = ""
    method: str = "POST"


Target: TypeAlias = Number | Client | Sip | Conference | Queue


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring ``targets``, at once or one after the other, and join the first who answers (or a room, or a queue's)."""

    action: str | None = None
    method: str = "POST"
    timeout_s: int = 30
    hangup_on_star: bool = False
    time_limit_s: int = 14400
    caller_id: str = ""
    answer_on_bridge: bool = False
    record: str = "do-not-record"
    sequential: bool = False
    targets: tuple[Target, ...] = ()
    recording_status_callback: str = ""
    recording_status_callback_method: str = "POST"
    recording_status_callback_event: tuple[str, ...] = ("completed",)


@dataclass(frozen=True, slots=True)
class Stream:
    """A WebSocket that hears the caller and speaks to them."""

    url: str
    name: str = ""
    track: str = "inbound_track"
    status_callback: str = ""
    status_callback_method: str = "POST"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connect:
    """Hand the call to ``stream`` until the other side closes it."""

    stream: Stream
    action: str | None = None
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Start:
    """Send the call's sound to ``stream``, one way, and go on."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class Stop:
    """End the one-way stream called ``name``."""

    name: str


Verb: TypeAlias = (
    Say
    | Play
    | Pause
    | Gather
    | Record
    | Redirect
    | Hangup
    | Reject
    | Echo
    | Leave
    | Enqueue
    | Dial
    | Connect
    | Start
    | Stop
)
