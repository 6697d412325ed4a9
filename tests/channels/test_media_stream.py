"""The media socket as the carrier uses it, and as nobody should. Messages are given one by one; no network."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ivr import audio
from ivr.channels.media_stream import REPEAT, Streams
from ivr.channels.phone_line import Gear
from ivr.flows import FlowBook
from ivr.flows.actions import Record
from ivr.flows.events import Heard, Pressed
from ivr.runtime import Runtime
from ivr.speech import PromptStore, SileroActivity, VoskEars
from ivr.speech.canned import CannedEars, CannedRecognizer, LoudnessActivity
from tests.channels.conftest import frames
from tests.channels.test_phone_line import Tapes
from tests.conftest import Caller

CALL = "CA" + "0" * 32
SECOND = audio.tone([300.0], 1.0)


@dataclass
class Phone:
    """The carrier's end: ``messages`` come in, what is sent and how it was closed can be looked at."""

    messages: list[str]
    sent: list[dict[str, Any]] = field(default_factory=list)
    closed: int | None = None

    def receive(self, timeout: float | None = None, gather_s: float = 0.0) -> str | None:
        return self.messages.pop(0) if self.messages else None

    def send(self, data: str) -> None:
        self.sent.append(json.loads(data))

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        self.closed = reason

    @property
    def marks(self) -> list[str]:
        return [message["mark"]["name"] for message in self.sent if message["event"] == "mark"]

    @property
    def sound_s(self) -> float:
        """How much sound was sent."""
        payloads = (message["media"]["payload"] for message in self.sent if message["event"] == "media")
        return sum(len(base64.b64decode(payload)) for payload in payloads) / 8000


def message(event: str, **parts: Any) -> str:
    return json.dumps({"event": event, "streamSid": "MZ1", **parts})


def start(call: str = CALL, **more: Any) -> str:
    about = {
        "streamSid": "MZ1",
        "callSid": call,
        "customParameters": {"call": call},
        "mediaFormat": {"encoding": "audio/x-mulaw"},
        **more,
    }
    return message("start", start=about)


def media(pcm: bytes) -> list[str]:
    pieces = (base64.b64encode(audio.mulaw_encode(piece)).decode() for piece in frames(pcm))
    return [
        message("media", media={"track": "inbound", "chunk": str(number), "payload": payload})
        for number, payload in enumerate(pieces, 1)
    ]


CONNECTED = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
STOP = message("stop", stop={"callSid": CALL})


@pytest.fixture
def runtime(shop: FlowBook) -> Runtime:
    caller = Caller(shop)
    caller.runtime.start(CALL, "+15035550100", "+14155550123", mode="stream")
    return caller.runtime


@pytest.fixture
def serve(runtime: Runtime, prompts: PromptStore, ears: VoskEars) -> Callable[..., Phone]:
    streams = Streams(runtime, runtime.books, Gear(prompts, ears, SileroActivity, Tapes(), lambda: 100.0), limit=1)

    def use(*messages: str) -> Phone:
        phone = Phone(list(messages))
        streams.serve(phone)
        assert streams.full is False
        return phone

    return use


def test_the_greeting_goes_out_and_its_mark_behind_it(serve: Callable[..., Phone]) -> None:
    phone = serve(CONNECTED, start(), STOP)
    assert phone.sound_s > 3
    assert phone.sent[-1] == {"event": "mark", "mark": {"name": "turn-1"}, "streamSid": "MZ1"}


def test_a_spoken_answer_is_a_turn_and_the_next_prompt_goes_out(
    serve: Callable[..., Phone], runtime: Runtime, speak: Callable[[str], bytes]
) -> None:
    heard = message("mark", mark={"name": "turn-1"})
    phone = serve(CONNECTED, start(), heard, *media(speak("store near me") + audio.silence(1)), STOP)
    session = runtime.get(CALL)
    assert session is not None
    assert session.call.step == "find_store.0"
    assert phone.marks == ["turn-1", "turn-2"]


def test_what_happens_on_a_stream_is_told_with_how_long_the_caller_waited_and_nothing_that_was_said(
    runtime: Runtime, prompts: PromptStore, ears: VoskEars
) -> None:
    told: list[tuple[str, str, dict[str, str], float]] = []
    gear = Gear(prompts, ears, SileroActivity, Tapes(), lambda: 100.0)

    def hears(call: str, what: str, facts: Mapping[str, str], took_s: float) -> None:
        told.append((call, what, dict(facts), took_s))

    streams = Streams(runtime, runtime.books, gear, told=hears)
    streams.serve(Phone([CONNECTED, start(), message("dtmf", dtmf={"digit": "1"}), STOP]))
    streams.serve(Phone([CONNECTED, start(), "{"]))
    assert [(call, what) for call, what, _, _ in told] == [
        (CALL, what) for what in ("stream opened", "stream turn", "stream closed", "stream opened", "stream closed")
    ]
    assert told[0][2] == {"StreamSid": "MZ1", "turn": "1"}
    assert told[1][2] == {"turn": "2"}
    assert told[1][3] > 0
    assert told[2][2] == {"StreamSid": "MZ1", "why": "ended by the carrier", "frames": "0", "decoded": "0"}
    assert told[4][2]["why"] == "broke off"


def test_a_key_during_the_greeting_clears_it(serve: Callable[..., Phone], runtime: Runtime) -> None:
    phone = serve(CONNECTED, start(), message("dtmf", dtmf={"track": "inbound_track", "digit": "3"}), STOP)
    events = [one["event"] for one in phone.sent]
    assert "clear" in events[events.index("mark") :]
    session = runtime.get(CALL)
    assert session is not None
    assert session.call.step == "message.0"


def test_the_end_of_the_conversation_closes_the_socket_when_it_was_heard(
    serve: Callable[..., Phone], runtime: Runtime
) -> None:
    phone = serve(
        CONNECTED,
        start(),
        message("dtmf", dtmf={"track": "inbound_track", "digit": "9"}),
        message("mark", mark={"name": "turn-1"}),
        message("mark", mark={"name": "turn-2"}),
        *["never read"],
    )
    assert phone.closed == 1000
    assert phone.messages == ["never read"]
    session = runtime.get(CALL)
    assert session is not None
    assert session.spoken == 2


def test_a_resumed_stream_apologises_and_asks_the_same_question_again(
    serve: Callable[..., Phone], runtime: Runtime, prompts: PromptStore
) -> None:
    from ivr.flows.actions import Say

    runtime.handle(CALL, 1, Heard(101.0, "store near me"))
    asked_s = serve(CONNECTED, start(), STOP).sound_s
    runtime.note(CALL, resumed_turn="2", resumes="1")
    again = serve(CONNECTED, start(), STOP)
    apology_s = len(prompts.audio(Say(REPEAT))) / 8000
    assert again.sound_s == pytest.approx(asked_s + apology_s, abs=0.01)
    assert again.marks == ["turn-2"]


@pytest.mark.parametrize("chunk", ["9" * 4400, "\u00b2", "\u0665", "-5", "5.0"])
def test_a_number_of_a_frame_that_is_none_is_passed_over(serve: Callable[..., Phone], chunk: str) -> None:
    sound = message("media", media={"track": "inbound", "chunk": chunk, "payload": "//////8="})
    phone = serve(CONNECTED, start(lockstep=True), sound, STOP)
    assert not [mark for mark in phone.marks if mark.startswith("lockstep")]
    assert phone.closed is None


def test_lockstep_marks_come_after_every_fifth_frame(serve: Callable[..., Phone]) -> None:
    phone = serve(CONNECTED, start(lockstep=True), *media(audio.silence(0.3)), STOP)
    assert [mark for mark in phone.marks if mark.startswith("lockstep")] == [
        "lockstep:5",
        "lockstep:10",
        "lockstep:15",
    ]


@pytest.mark.parametrize(
    "messages",
    [
        (),
        ("not json",),
        ("[" * 100_000,),
        (b"\xff\xfe",),
        ("[]",),
        ('{"event": "media"}',),
        (CONNECTED, CONNECTED),
        (CONNECTED, message("start", start="x")),
        (CONNECTED, message("start", start={"streamSid": "MZ1"})),
        (CONNECTED, start(call="CA" + "f" * 32)),
        (CONNECTED, start(customParameters={"call": "CA" + "f" * 32})),
        (CONNECTED, start(customParameters=None)),
        (CONNECTED, start(mediaFormat={"encoding": "audio/opus"})),
        (CONNECTED, start(mediaFormat=None)),
        (CONNECTED, start(), message("media", media={"payload": "???"})),
        (CONNECTED, start(), message("media", media={"payload": 7})),
        (CONNECTED, start(), message("media", media=None)),
        (CONNECTED, start(), message("dtmf")),
        (CONNECTED, start(), message("surprise")),
        (CONNECTED, start(), json.dumps({"no": "event"})),
    ],
    ids=lambda messages: str(messages)[-60:],
)
def test_what_is_no_protocol_ends_the_stream_and_nothing_else(
    serve: Callable[..., Phone], runtime: Runtime, messages: tuple[str, ...]
) -> None:
    before = runtime.get(CALL)
    phone = serve(*messages)
    assert phone.closed == 1003
    assert runtime.get(CALL) == before


@pytest.mark.parametrize("digit", ["", "12", "x", "\uff11", None])
def test_a_key_that_is_none_is_not_heard(serve: Callable[..., Phone], runtime: Runtime, digit: str | None) -> None:
    before = runtime.get(CALL)
    serve(CONNECTED, start(), message("dtmf", dtmf={"digit": digit}), STOP)
    assert runtime.get(CALL) == before


class BrokenEars(CannedEars):
    """An engine that gives up in the middle of a word."""

    def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> CannedRecognizer:
        raise RuntimeError("out of memory")


@pytest.mark.parametrize("instead", ["keys", "carrier"])
def test_a_recogniser_that_breaks_moves_the_call_to_other_ears_at_the_same_question(
    runtime: Runtime, prompts: PromptStore, speak: Callable[[str], bytes], instead: str
) -> None:
    gear = Gear(prompts, BrokenEars(), LoudnessActivity, Tapes(), lambda: 100.0)
    phone = Phone([CONNECTED, start(), message("mark", mark={"name": "turn-1"}), *media(speak("store near me"))])
    Streams(runtime, runtime.books, gear, instead=instead).serve(phone)
    session = runtime.get(CALL)
    assert session is not None
    assert phone.closed == 1000
    assert session.turn == 1
    assert dict(session.notes) == {"mode": instead, "fell_back": "1"}


def test_a_message_that_cannot_be_written_here_is_recorded_by_the_carrier_at_the_same_turn(
    runtime: Runtime, prompts: PromptStore
) -> None:
    gear = Gear(prompts, CannedEars(), LoudnessActivity, Tapes(full=True), lambda: 100.0)
    session = runtime.handle(CALL, 1, Pressed(100.0, "3"))
    assert session is not None
    assert isinstance(session.actions[-1], Record)
    phone = Phone([CONNECTED, start(), message("mark", mark={"name": f"turn-{session.turn}"}), *media(SECOND)])
    Streams(runtime, runtime.books, gear, instead="carrier").serve(phone)
    after = runtime.get(CALL)
    assert after is not None
    assert (phone.closed, after.turn, after.actions) == (1000, session.turn, session.actions)
    assert (after.notes["mode"], after.notes["fell_back"]) == ("carrier", str(session.turn))


def test_a_call_that_is_heard_too_late_is_moved_and_new_calls_are_heard_elsewhere(
    runtime: Runtime, prompts: PromptStore
) -> None:
    passed = iter(range(10_000))
    gear = Gear(prompts, CannedEars(), LoudnessActivity, Tapes(), lambda: 100.0)
    slow = Streams(runtime, runtime.books, gear, clock=lambda: next(passed) * 0.2)
    phone = Phone([CONNECTED, start(), *media(audio.silence(2.0)), STOP])
    assert not slow.full
    slow.serve(phone)
    session = runtime.get(CALL)
    assert session is not None
    assert dict(session.notes) == {"mode": "keys", "fell_back": "1"}
    assert len(phone.messages) > 50, "the rest was not heard"
    assert slow.full


def test_sound_that_the_network_held_back_moves_no_call(runtime: Runtime, prompts: PromptStore) -> None:
    times = iter([0.0, *[5.0 + number * 0.001 for number in range(1000)]])
    gear = Gear(prompts, CannedEars(), LoudnessActivity, Tapes(), lambda: 100.0)
    streams = Streams(runtime, runtime.books, gear, clock=lambda: next(times))
    streams.serve(Phone([CONNECTED, start(), *media(audio.silence(5.0)), STOP]))
    session = runtime.get(CALL)
    assert session is not None
    assert session.notes["mode"] == "stream"
    assert not streams.full


def test_one_stream_too_many_is_refused_at_once(runtime: Runtime, prompts: PromptStore, ears: VoskEars) -> None:
    full = Streams(runtime, runtime.books, Gear(prompts, ears, SileroActivity, Tapes(), lambda: 100.0), limit=0)
    phone = Phone([CONNECTED, start(), STOP])
    full.serve(phone)
    assert phone.closed == 1013
    assert phone.sent == []
