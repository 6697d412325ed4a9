"""What is no message: silence, a click, the tones of a line that was put down. Speech always is one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ivr import audio
from ivr.records import Database
from ivr.speech import Pyttsx3Voice
from voicemail.emptiness import is_line_tone, why_none
from voicemail.mailbox import State
from voicemail.store import Voicemails

CADENCES = {
    "busy (North America)": ((480, 620), 0.5, 0.5),
    "congestion (North America)": ((480, 620), 0.25, 0.25),
    "dial tone (North America)": ((350, 440), 3.0, 0.0),
    "busy (Europe)": ((425,), 0.5, 0.5),
    "dial tone (Europe)": ((425,), 3.0, 0.0),
    "busy (Britain)": ((400,), 0.375, 0.375),
    "busy (China)": ((450,), 0.35, 0.35),
}


def line_tone(name: str, length_s: float = 3.0, level: float = 0.2) -> bytes:
    """The tone as it comes over a telephone line: noise with it, and mu-law."""
    freqs, on_s, off_s = CADENCES[name]
    one = audio.tone(freqs, on_s, level) + audio.silence(off_s)
    clean = np.frombuffer((one * 20)[: int(length_s * 16000)], dtype="<i2")
    noise = np.random.default_rng(1).normal(0, 60, len(clean))
    return audio.mulaw_decode(audio.mulaw_encode((clean + noise).astype("<i2").tobytes()))


@pytest.fixture(scope="module")
def said() -> bytes:
    return audio.mulaw_decode(Pyttsx3Voice().render("Hello, my package never arrived. Please call me back.", "en-US"))


@pytest.mark.parametrize("name", CADENCES)
@pytest.mark.parametrize("level", [0.02, 0.4])
def test_the_tone_of_a_line_that_was_put_down_is_no_message(name: str, level: float) -> None:
    assert why_none(line_tone(name, level=level)) == "only the tone of a line"


@pytest.mark.parametrize("name", CADENCES)
def test_who_spoke_before_the_tone_has_left_a_message(name: str, said: bytes) -> None:
    assert why_none(said + line_tone(name)) == ""
    assert why_none(line_tone(name) + said) == ""
    assert why_none(line_tone(name) + said[16000:20000] + line_tone(name)) == "", "a quarter of a second of speech"


def test_speech_is_no_tone_wherever_it_is_cut(said: bytes) -> None:
    rng = random.Random(1)
    for _ in range(100):
        start = rng.randrange(0, len(said) - 16000, 2)
        piece = said[start : start + 16000]
        assert not is_line_tone(piece)


@pytest.mark.parametrize("pitch_hz", [300, 440, 500, 1000])
def test_other_tones_may_be_somebody_whistling(pitch_hz: float) -> None:
    assert why_none(audio.tone([pitch_hz], 2.0)) == ""


def test_silence_and_what_is_too_short_is_no_message(said: bytes) -> None:
    assert why_none(audio.silence(3)) == "only silence"
    assert why_none(b"") == "shorter than 0.5 s"
    assert why_none(said[:16000], shortest_s=2.0) == "shorter than 2 s"


def test_what_is_no_message_is_not_in_the_inbox_and_says_why(
    database: Database, store: Voicemails, queue: list[str]
) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(line_tone("busy (North America)"))
    assert recording.finish("hangup") == 0.0
    kept = store.message(recording.id)
    assert kept is not None
    assert (kept.state, kept.reason) == (State.EMPTY, "only the tone of a line")
    assert (queue, store.messages()) == ([], [])
