"""One call's sound: what is played, what stops it, what is recorded. Real ears and voice, no sockets."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ivr import audio
from ivr.channels.phone_line import Clear, Gear, Leave, Mark, PhoneLine, Sound
from ivr.flows.actions import Choice, HangUp, Listen, Play, Record, Say, Transfer
from ivr.flows.events import Event, Failed, Heard, Pressed, Recorded
from ivr.ports import OutsideError
from ivr.speech import PromptStore, SileroActivity, VoskEars
from ivr.understanding.answers import Answers
from tests.channels.conftest import frames

MENU = Listen("menu", (Choice("sales", ("sales",), "1"), Choice("leave a message", (), "3")))


@dataclass
class Tape:
    """A recording kept in memory."""

    id: str = "VM1"
    pcm: bytes = b""
    ended_by: str = ""
    takes: int | None = None
    """So many pieces, then the disk is full."""

    def write(self, pcm: bytes) -> None:
        if self.takes == 0:
            raise OutsideError("the disk is full", retry=False)
        self.takes = None if self.takes is None else self.takes - 1
        self.pcm += pcm

    def finish(self, ended_by: str) -> float:
        self.ended_by = ended_by
        return len(self.pcm) / 16000


@dataclass
class Tapes:
    """Recordings kept in memory; ``full`` takes none."""

    tapes: list[Tape] = field(default_factory=list)
    full: bool = False
    fills_up: bool = False

    def start(self, call_id: str, mailbox: str, caller: str, at_s: float) -> Tape:
        if self.full:
            raise OutsideError("the disk is full", retry=True)
        self.tapes.append(Tape(takes=20 if self.fills_up else None))
        return self.tapes[-1]

    def keep(self, call_id: str, mailbox: str, caller: str, at_s: float, wav: bytes, source: str = "") -> str:
        raise NotImplementedError


@pytest.fixture
def tapes() -> Tapes:
    return Tapes()


@pytest.fixture
def line(prompts: PromptStore, ears: VoskEars, answers: Answers, tapes: Tapes) -> PhoneLine:
    return PhoneLine("CA1", "+14155550123", Gear(prompts, ears, SileroActivity, tapes, lambda: 100.0), answers)


def hear(line: PhoneLine, pcm: bytes) -> Event | None:
    """The caller's sound; the first event it makes."""
    return next((event for piece in frames(pcm) if (event := line.frame(audio.mulaw_encode(piece)))), None)


def taken(line: PhoneLine) -> list[object]:
    """What went out since the last look."""
    out, line.out = line.out, []
    return list(out)


def test_prompts_are_sent_at_once_and_followed_by_the_mark_of_the_turn(line: PhoneLine) -> None:
    line.perform(4, [Say("Hello."), Say("How can I help?"), MENU])
    first, second, mark = taken(line)
    assert isinstance(first, Sound)
    assert isinstance(second, Sound)
    assert mark == Mark("turn-4")
    assert not line.heard_out


def test_a_word_that_matches_clears_the_prompt_and_is_the_answer(
    line: PhoneLine, speak: Callable[[str], bytes]
) -> None:
    line.perform(1, [Say("How can I help?"), MENU])
    taken(line)
    event = hear(line, speak("leave a message") + audio.silence(1))
    assert isinstance(event, Heard)
    assert taken(line) == [Clear()]


def test_a_key_clears_the_prompt_and_is_the_answer(line: PhoneLine) -> None:
    line.perform(1, [Say("How can I help?"), MENU])
    taken(line)
    assert line.key("1") == Pressed(100.0, "1")
    assert taken(line) == [Clear()]


def test_after_the_prompt_a_key_clears_nothing(line: PhoneLine) -> None:
    line.perform(1, [Say("How can I help?"), MENU])
    line.marked("turn-1")
    taken(line)
    line.key("1")
    assert taken(line) == []


def test_the_mark_of_an_earlier_turn_says_nothing(line: PhoneLine) -> None:
    line.perform(2, [Say("Goodbye."), HangUp()])
    taken(line)
    line.marked("turn-1")
    assert taken(line) == []
    line.marked("turn-2")
    assert taken(line) == [Leave()]
    assert line.heard_out


@pytest.mark.parametrize("last", [HangUp(), Transfer("queue sales", "")])
def test_what_the_carrier_must_do_waits_until_the_prompts_are_heard(line: PhoneLine, last: HangUp | Transfer) -> None:
    line.perform(1, [Say("One moment."), last])
    assert Leave() not in taken(line)
    line.marked("turn-1")
    assert taken(line) == [Leave()]


def test_a_message_begins_after_the_beep_and_ends_with_pound(
    line: PhoneLine, tapes: Tapes, speak: Callable[[str], bytes]
) -> None:
    line.perform(1, [Say("Please leave a message."), Record("support")])
    hear(line, speak("too early"))
    assert tapes.tapes == []
    line.marked("turn-1")
    said = speak("my package never arrived")
    assert hear(line, said) is None
    event = line.key("#")
    assert isinstance(event, Recorded)
    assert event.ended_by == "key"
    assert event.duration_s == pytest.approx(len(said) / 16000, abs=0.05)
    assert tapes.tapes[0].ended_by == "key"


def test_a_message_without_a_word_is_empty(line: PhoneLine) -> None:
    line.perform(1, [Record("support", silence_s=1.0)])
    line.marked("turn-1")
    assert hear(line, audio.silence(3)) == Recorded(100.0, "VM1", 0.0, "silence")


def test_a_message_ends_at_its_limit(line: PhoneLine, speak: Callable[[str], bytes]) -> None:
    line.perform(1, [Record("support", max_s=2.0)])
    line.marked("turn-1")
    event = hear(line, speak("please call me back about my order") * 3)
    assert isinstance(event, Recorded)
    assert event.ended_by == "limit"
    assert event.duration_s == pytest.approx(2.0, abs=0.05)


def test_hanging_up_keeps_what_was_said(line: PhoneLine, tapes: Tapes, speak: Callable[[str], bytes]) -> None:
    line.perform(1, [Record("support")])
    line.marked("turn-1")
    hear(line, speak("my package never arrived"))
    line.gone()
    assert tapes.tapes[0].ended_by == "hangup"
    assert len(tapes.tapes[0].pcm) > 16000


def test_the_network_of_a_call_that_is_over_serves_the_next_one_at_once(line: PhoneLine) -> None:
    line.perform(1, [Say("Hello."), MENU])
    hear(line, audio.silence(0.1))
    activity = weakref.ref(line._activity)
    assert activity() is not None
    gc.disable()  # the collector may not run for minutes
    try:
        line.gone()
        assert activity() is None
    finally:
        gc.enable()


def test_a_disk_that_takes_nothing_leaves_the_message_to_the_carrier(line: PhoneLine, tapes: Tapes) -> None:
    tapes.full = True
    line.perform(1, [Record("support")])
    assert (line.marked("turn-1"), line.broken) == (None, True)


def test_a_disk_that_fills_up_in_the_middle_leaves_it_to_the_carrier_and_what_was_said_is_kept(
    line: PhoneLine, tapes: Tapes
) -> None:
    tapes.fills_up = True
    line.perform(1, [Record("support")])
    line.marked("turn-1")
    assert (hear(line, audio.tone([300], 1.0)), line.broken) == (None, True)
    assert (tapes.tapes[0].ended_by, len(tapes.tapes[0].pcm)) == ("failed", 20 * 320)
    assert hear(line, audio.tone([300], 1.0)) is None


@pytest.mark.parametrize("warning", ["Two seconds left.", ""])
def test_a_caller_is_warned_once_before_the_longest_message_ends(
    line: PhoneLine, prompts: PromptStore, warning: str
) -> None:
    line.perform(1, [Record("support", max_s=4.0, silence_s=60, warn_s=2.0, warning=warning)])
    line.marked("turn-1")
    taken(line)
    hear(line, audio.tone([300], 1.9))
    assert taken(line) == []
    hear(line, audio.tone([300], 1.0))
    sound = prompts.audio(Say(warning)) if warning else audio.mulaw_encode(audio.beep())
    assert taken(line) == [Sound(sound)]


def test_without_a_voice_the_line_is_left_to_the_carrier(line: PhoneLine) -> None:
    assert isinstance(line.perform(1, [Play("missing.wav"), MENU]), Failed)
    assert taken(line) == [Leave()]
    assert not line.heard_out


def test_without_ears_keys_still_work(prompts: PromptStore, answers: Answers, tapes: Tapes) -> None:
    line = PhoneLine("CA1", "+1", Gear(prompts, None, None, tapes, lambda: 100.0), answers)
    line.perform(1, [Say("How can I help?"), MENU])
    line.marked("turn-1")
    assert hear(line, audio.tone([300], 1.0)) is None
    assert line.key("3") == Pressed(100.0, "3")
