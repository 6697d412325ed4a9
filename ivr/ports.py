"""What the parts need from each other, as Protocols. Adapters implement these; nobody imports an adapter.

Audio between parts is 8 kHz mono: ``pcm`` is signed 16-bit little-endian, ``mulaw`` is G.711 mu-law, one byte a
sample. Times are epoch seconds (``at_s``), lengths are seconds (``_s``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ivr.flows.actions import Action, Play, Say, Transfer
from ivr.flows.call import Call
from ivr.flows.events import Event, Word


class OutsideError(Exception):
    """Something outside did not work. ``retry`` says whether trying again can help."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


# --- hearing and speaking ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a recogniser heard: ``text`` is lower case, empty for nothing; ``[unk]`` marks words outside a grammar."""

    text: str
    confidence: float = 0.0
    words: tuple[Word, ...] = ()
    alternatives: tuple[str, ...] = ()


class Recognizer(Protocol):
    """The ear for one utterance."""

    def accept(self, pcm: bytes) -> None:
        """Hear more audio (any length)."""
        ...

    def partial(self) -> str:
        """The words so far; may still change."""
        ...

    def final(self) -> Hearing:
        """End the utterance. Falls back on the last partial when the final text is empty."""
        ...


class Ears(Protocol):
    """Makes recognisers; shared by all calls of a process."""

    def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> Recognizer:
        """A recogniser held to ``phrases`` (any sequence of their words), or free speech for None."""
        ...

    def knows(self, word: str) -> bool:
        """Whether the model has a pronunciation for ``word``."""
        ...

    def stand_in(self, word: str) -> tuple[str, ...]:
        """Known words that are listened for instead of ``word``; none when it is known, or nothing sounds like it."""
        del word
        return ()


class VoiceActivity(Protocol):
    """Says how likely a stretch of sound is speech."""

    def probability(self, pcm: bytes) -> float:
        """Feed any length; the probability (0 to 1) of the latest complete window."""
        ...


class Voice(Protocol):
    """Turns text into sound."""

    def render(self, text: str, language: str) -> bytes:
        """``text`` as mu-law.

        Raises:
            OutsideError: when no sound can be made.
        """
        ...


class Prompts(Protocol):
    """Sound for what the service says, cached by content."""

    def audio(self, action: Say | Play) -> bytes:
        """Mu-law for a prompt.

        Raises:
            OutsideError: when it cannot be made (no voice, no such file).
        """
        ...


# --- live calls -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Session:
    """A live call as stored between turns.

    ``turn`` counts answered events; ``actions`` answer the latest one; ``spoken`` is the latest turn whose prompts
    the caller has heard to the end; ``notes`` is for channels (mode, stream attempts, transfer id).
    """

    call: Call
    turn: int
    actions: tuple[Action, ...]
    spoken: int = 0
    notes: Mapping[str, str] = field(default_factory=dict)


class Sessions(Protocol):
    """Live calls. Writes are compare-and-set, so two workers never answer the same turn differently."""

    def load(self, call_id: str, *, fresh: bool = True, at_least: int = 0) -> tuple[Session, int] | None:
        """The session and its version (for :meth:`save`), or None.

        One that is not ``fresh`` may be what this process saved last: good enough for who saves it with its version.
        Who has heard of turn ``at_least`` says so: a store that knows only earlier ones looks wherever else it can.
        """
        ...

    def save(self, session: Session, expected_version: int, events: Sequence[Event] = ()) -> bool:
        """Store atomically and append ``events``; False when somebody else wrote since. Version 0 = must not exist."""
        ...

    def answer(self, call_id: str, turn: int) -> tuple[Action, ...]:
        """The actions saved with ``turn``, for repeated deliveries; none when that is many turns ago."""
        ...

    def events(self, call_id: str) -> list[Event]:
        """All events of a live call, oldest first."""
        ...

    def live(self) -> list[str]:
        """Ids of live calls."""
        ...

    def end(self, call_id: str) -> None:
        """The call is over and recorded: forget it after a grace period in which repeats still find it."""
        ...


class CallRecords(Protocol):
    """Calls that are over (and those under way, once begun), for people and for replay."""

    def save_call(self, call: Call, events: Sequence[Event]) -> None:
        """Insert or replace the record of a call. Safe to repeat."""
        ...

    def call(self, call_id: str) -> Mapping[str, Any] | None:
        """The record as JSON-able data (id, line, caller, started_s, ended_s, transcript, variables, events ...)."""
        ...

    def calls(self, limit: int = 50) -> list[Mapping[str, Any]]:
        """The newest records first, without their events."""
        ...


# --- recordings -------------------------------------------------------------------------------------------------


class RecordingWriter(Protocol):
    """A recording under way; every :meth:`write` is on disk when it returns control to the operating system."""

    id: str

    def write(self, pcm: bytes) -> None: ...

    def finish(self, ended_by: str) -> float:
        """Close the file, set the record, have it transcribed. Returns the length in seconds. Safe to repeat."""
        ...


class Recordings(Protocol):
    """Where messages are kept. The record exists before the first byte of sound."""

    def start(self, call_id: str, mailbox: str, caller: str, at_s: float) -> RecordingWriter: ...

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str:
        """Keep a finished WAV (from the carrier); returns its id, which is :func:`message_id` of ``source``.

        ``source`` is the carrier's name for the recording; the same one of the same call is kept once.
        """
        ...


class Shelf(Protocol):
    """Where recordings rest once nobody works on them, by the names of their files; see ``ivr.storage``.

    Every method raises ``OutsideError`` when it cannot be reached.
    """

    def settle(self, file: str) -> None:
        """Bring a finished recording from the disk to where it rests. Safe to repeat."""
        ...

    def readable(self, file: str) -> Path | None:
        """The recording as a file that can be read now; None when there is none."""
        ...

    def remove(self, file: str) -> None:
        """Delete it wherever it is; harmless when it is gone."""
        ...


def message_id(call_id: str, source: str) -> str:
    """The id of a message that the carrier recorded as ``source``: it is known before the sound is fetched."""
    return f"VM{hashlib.sha256(f'{call_id}{chr(0)}{source}'.encode()).hexdigest()[:32]}"


GREETING = "greeting:"
"""Begins what stands for a mailbox where its greeting is recorded: ``greeting:support``."""


# --- the carrier ------------------------------------------------------------------------------------------------


class CarrierCalls(Protocol):
    """The carrier's REST calls that the product makes.

    Every method raises ``OutsideError`` when the carrier refuses or cannot be reached.
    """

    def ring(
        self,
        to: str,
        caller_id: str,
        url: str,
        status_url: str,
        ring_s: float,
        parameters: Mapping[str, str],
    ) -> str:
        """Place a call that runs the TwiML at ``url`` when answered; returns its sid.

        ``to`` is E.164, ``client:NAME`` or ``sip:USER@HOST``; ``parameters`` go along as client parameters or SIP
        headers.
        """
        ...

    def redirect(self, call_sid: str, url: str) -> None:
        """Have a call in progress fetch ``url`` now."""
        ...

    def hang_up(self, call_sid: str) -> None:
        """End a call. Harmless when it is over."""
        ...

    def status(self, call_sid: str) -> str:
        """The carrier's word for how a call is: ``in-progress``, ``completed`` ...; one it does not know is over."""
        ...

    def send_text(self, to: str, sender: str, body: str, status_url: str = "") -> str:
        """Send a text message; returns its sid. How it gets on is posted to ``status_url``."""
        ...

    def recording(self, url: str) -> bytes:
        """Fetch a recording as WAV."""
        ...


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """A telephone number of the account: the carrier's fields by name, and what takes its calls away from them.

    ``addresses`` has ``voice_url``, ``voice_method`` and so on; ``elsewhere`` says what else its calls go to.
    """

    sid: str
    number: str
    addresses: Mapping[str, str]
    takes_texts: bool = True
    elsewhere: str = ""


class CarrierNumbers(Protocol):
    """The carrier's REST calls about the account's numbers; errors as in ``CarrierCalls``."""

    def numbers(self) -> Sequence[CarrierNumber]:
        """All numbers of the account."""
        ...

    def point(self, sid: str, addresses: Mapping[str, str]) -> None:
        """Change where a number's calls and texts go; what is not named stays."""
        ...


class CarrierRooms(Protocol):
    """The carrier's REST calls about a conference and what is recorded of a call; errors as in ``CarrierCalls``."""

    def adjust(
        self,
        conference: str,
        call_sid: str,
        *,
        held: bool | None = None,
        hold_url: str = "",
        muted: bool | None = None,
        coaches: str | None = None,
        ends: bool | None = None,
    ) -> None:
        """Change how a call takes part; None leaves something as it is. Harmless when it is not there any more.

        ``coaches`` is the only call to hear it (empty: all do); with ``ends`` the room ends when it leaves.
        """
        ...

    def is_inside(self, conference: str, call_sid: str) -> bool:
        """Whether the call is in the conference now."""
        ...

    def record(self, call_sid: str, told_url: str) -> str:
        """Begin to record what a call says and hears; returns the recording's sid.

        ``told_url`` is posted to when the recording can be fetched.
        """
        ...

    def steer_recording(self, call_sid: str, recording_sid: str, status: str) -> None:
        """``paused`` (silence is recorded), ``in-progress`` or ``stopped``. Harmless when the recording is over."""
        ...


@dataclass(frozen=True, slots=True)
class InLine:
    """How a caller who stands in line goes on: to ``wait`` (``say`` comes first), into the ``room``, or ``back``.

    ``offers`` are the exits they may choose meanwhile, by key.
    """

    way: str
    say: str = ""
    offers: Mapping[str, str] = field(default_factory=dict)


class Agents(Protocol):
    """Finds somebody to talk to and keeps track of the attempt. Every method is safe to repeat."""

    def begin(self, call: Call, turn: int, transfer: Transfer, at_s: float) -> str:
        """Note that ``call`` waits for an agent; returns the transfer's id. Rings nobody yet."""
        ...

    def caller_waits(self, transfer_id: str) -> None:
        """The caller is in the conference: ring the first agent."""
        ...

    def wait(self, transfer_id: str) -> InLine:
        """How a caller goes on who stands in a queue's line."""
        ...

    def caller_left(self, transfer_id: str, reason: str = "") -> None:
        """The caller hung up while waiting, or chose the exit ``reason``: stop ringing agents."""
        ...

    def outcome(self, transfer_id: str) -> tuple[str, str]:
        """``(agent, "")`` once an agent accepted, else ``("", reason)`` with a reason of ``Unavailable``."""
        ...


Service = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Answers a ``Request``: arguments in, data of the ``Reply`` out; raises ``OutsideError`` on failure.

Among the arguments is ``REQUEST_KEY``: the same when the same request is asked again, as its process died before.
"""

REQUEST_KEY = "request"


class Alert(Protocol):
    """Tells pages that something changed; ``topic`` is calls, desk, voicemail ..."""

    def __call__(self, topic: str, data: Mapping[str, Any]) -> None: ...


class Audit(Protocol):
    """Writes down who did what, and with what, for good. Never raises."""

    def __call__(self, who: str, what: str, about: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer from the web. ``body`` is None when nothing changed since the marks ``etag`` and ``modified``."""

    body: bytes | None
    etag: str = ""
    modified: str = ""
