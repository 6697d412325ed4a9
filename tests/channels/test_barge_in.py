"""What stops a prompt and what does not: the line's own sounds, our own echo, and callers who speak over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ivr import audio
from ivr.channels.phone_line import ENOUGH, Clear, Gear, PhoneLine, Sound
from ivr.flows.actions import Choice, Listen, Say
from ivr.flows.events import Event, Heard, Silence
from ivr.speech import PromptStore, SileroActivity, VoskEars
from ivr.speech.canned import CannedEars, LoudnessActivity
from ivr.understanding.answers import Answers
from tests.channels.conftest import frames
from tests.channels.test_phone_line import Tapes

ASK = Say("How can I help? You can find a store, track an order, leave a message, or talk to sales.")
MENU = Listen(
    "menu",
    (
        Choice("find a store", ("nearest store",), "1"),
        Choice("track an order", ("order status",), "2"),
        Choice("leave a message", (), "3"),
        Choice("talk to sales", ("sales",), "4"),
    ),
    wait_s=3.0,
)
Line = Callable[[], PhoneLine]


@pytest.fixture
def new_line(prompts: PromptStore, ears: VoskEars, answers: Answers) -> Line:
    return lambda: PhoneLine("CA1", "+1", Gear(prompts, ears, SileroActivity, Tapes(), lambda: 100.0), answers)


def mixed(*sounds: tuple[bytes, float, float]) -> bytes:
    """Sounds laid over each other on a line that hisses: each with its level in dB and the second it begins at."""
    parts = []
    for pcm, level_db, at_s in sounds:
        samples = np.frombuffer(pcm, "<i2").astype(float) * 10 ** (level_db / 20)
        parts.append(np.concatenate([np.zeros(round(at_s * 8000)), samples]))
    whole = np.random.default_rng(5).normal(0, 20, max(len(part) for part in parts))
    for part in parts:
        whole[: len(part)] += part
    return audio.mulaw_decode(audio.mulaw_encode(np.clip(whole, -32767, 32767).astype("<i2").tobytes()))


def asked(line: PhoneLine, listen: Listen) -> bytes:
    """Asks; what was sent."""
    line.perform(1, [ASK, listen])
    return audio.mulaw_decode(b"".join(one.mulaw for one in line.out if isinstance(one, Sound)))


def hear(line: PhoneLine, pcm: bytes, prompt_s: float = 1e9) -> tuple[Event | None, bool]:
    """The first event, and whether the prompt was stopped; the mark of its end comes after ``prompt_s``."""
    event = None
    for number, frame in enumerate(frames(pcm)):
        if abs(number * 0.02 - prompt_s) < 0.011:
            line.marked("turn-1")
        event = line.frame(audio.mulaw_encode(frame))
        if event is not None:
            break
    return event, Clear() in line.out


def cough(seed: int) -> bytes:
    """Two or three bursts of throaty noise, each dying away."""
    rng = np.random.default_rng(seed)
    bursts = []
    for _ in range(rng.integers(2, 4)):
        length = int(8000 * rng.uniform(0.12, 0.35))
        throat = np.exp(-np.arange(40) / 6) * np.cos(2 * np.pi * rng.uniform(400, 1400) * np.arange(40) / 8000)
        sound = np.convolve(rng.normal(0, 1, length), throat, "same") * np.exp(-np.linspace(0, 5, length))
        bursts += [9000 * sound / np.abs(sound).max(), np.zeros(int(8000 * rng.uniform(0.1, 0.25)))]
    return np.concatenate(bursts).astype("<i2").tobytes()


SOUNDS = {
    "coughs": b"".join(cough(seed) for seed in range(5)),
    "ringback": audio.tone([440, 480], 2.0),
    "busy tone": (audio.tone([480, 620], 0.5) + audio.silence(0.5)) * 3,
    "hold music": audio.hold_music(6.0),
    "hiss": np.random.default_rng(2).normal(0, 1500, 8000 * 2).astype("<i2").tobytes(),
}


@pytest.mark.parametrize("barge_in", ["matching", "any"])
@pytest.mark.parametrize("sound", SOUNDS)
def test_noises_and_music_stop_no_prompt(new_line: Line, sound: str, barge_in: str) -> None:
    line = new_line()
    asked(line, replace(MENU, barge_in=barge_in))
    assert hear(line, SOUNDS[sound] + audio.silence(0.5)) == (None, False)


@pytest.mark.parametrize(("level_db", "late_s"), [(-15.0, 0.0), (-15.0, 0.12), (-8.0, 0.6), (-22.0, 0.25)])
def test_our_own_echo_neither_stops_the_prompt_nor_answers_it(new_line: Line, level_db: float, late_s: float) -> None:
    line = new_line()
    sent = asked(line, MENU)
    event, stopped = hear(line, mixed((sent + audio.silence(5), level_db, late_s)), audio.pcm_length_s(sent))
    assert not stopped
    assert isinstance(event, Silence)


@pytest.mark.parametrize("closed", [True, False])
def test_a_caller_is_heard_over_our_echo(new_line: Line, speak: Callable[[str], bytes], closed: bool) -> None:
    line = new_line()
    sent = asked(line, replace(MENU, expect="menu" if closed else "text", closed=closed))
    event, stopped = hear(
        line, mixed((sent[: 2 * 8000 * 2], -15.0, 0.1), (speak("track an order"), 0.0, 1.5), (b"", 0, 5))
    )
    assert stopped
    assert isinstance(event, Heard)
    assert event.text == "track an order"


def test_who_repeats_an_option_that_was_just_read_out_is_no_echo(new_line: Line, speak: Callable[[str], bytes]) -> None:
    line = new_line()
    asked(line, MENU)
    event, stopped = hear(line, audio.silence(2.6) + speak("find a store") + audio.silence(0.5))
    assert stopped
    assert isinstance(event, Heard)


def test_sounds_that_are_no_words_do_not_put_off_the_end_of_the_wait(prompts: PromptStore, answers: Answers) -> None:
    line = PhoneLine("CA1", "+1", Gear(prompts, CannedEars(), LoudnessActivity, Tapes(), lambda: 100.0), answers)
    asked(line, MENU)
    line.marked("turn-1")
    barking = (audio.tone([300], 0.3) + audio.silence(1.2)) * 4
    assert len(barking) > 2 * 8000 * MENU.wait_s
    assert hear(line, barking)[0] == Silence(100.0)


def test_who_talks_on_and_on_is_told_so_before_the_next_prompt(new_line: Line, speak: Callable[[str], bytes]) -> None:
    line = new_line()
    asked(line, Listen("text", closed=False, max_keys=0))
    line.marked("turn-1")
    event, _ = hear(line, speak("please call me back about my order") * 12)
    assert isinstance(event, Heard)
    line.out.clear()
    line.perform(2, [Say("Thank you."), MENU])
    first = line.out[0]
    assert first == Sound(line.gear.prompts.audio(Say(ENOUGH)))
    line.out.clear()
    line.perform(3, [Say("Thank you."), MENU])
    assert line.out[0] != first
