"""Recordings are judged by what is in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr import audio
from ivr.calling.sound import TwoSides, likeness_to_music, loud_share, recognised, word_errors
from ivr.ports import Ears
from ivr.speech import Pyttsx3Voice


@pytest.fixture(scope="module")
def speech() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return audio.mulaw_decode(voice.render("of course i will send it to your house today", "en-us+m3"))
    finally:
        voice.close()


def music(from_s: float, to_s: float) -> bytes:
    return audio.hold_music(24.0)[round(from_s * 16000) : round(to_s * 16000)]


def test_the_hold_music_is_recognised_from_any_place_in_it_and_at_any_loudness() -> None:
    for from_s in (0.0, 3.7, 20.0):
        assert likeness_to_music(music(from_s, from_s + 3)) > 0.99
    assert likeness_to_music(audio.peak_normalised(music(5, 8), -30)) > 0.98


def test_speech_other_music_and_silence_are_not_the_hold_music(speech: bytes) -> None:
    other = audio.tone([392.0, 523.3], 3.0)
    assert likeness_to_music(speech) < 0.5
    assert likeness_to_music(other) < 0.9
    assert likeness_to_music(audio.silence(3)) == 0.0
    assert likeness_to_music(b"") == 0.0


def test_half_seconds_with_sound_are_counted() -> None:
    assert loud_share(music(0, 2) + audio.silence(2)) == pytest.approx(0.5, abs=0.13)
    assert loud_share(audio.silence(2)) == 0.0
    assert loud_share(b"") == 0.0


def test_the_ears_hear_what_was_said(ears: Ears, speech: bytes) -> None:
    assert recognised(ears, speech) == "of course i will send it to your house today"


def test_the_two_sides_of_a_call_are_kept_apart(tmp_path: Path) -> None:
    wav = tmp_path / "call.wav"
    both = np.stack([np.full(16000, 1000), np.full(16000, -2000)], axis=1).astype(np.int16)
    soundfile.write(wav, both, 8000)
    heard = TwoSides.read(wav).heard_between(0.5, 1.0)
    assert len(heard) == 8000
    assert set(np.frombuffer(heard, dtype="<i2")) == {-2000}


def test_a_recording_of_one_side_only_is_refused(tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "mono.wav", audio.silence(1))
    with pytest.raises(audio.AudioError, match="no recording of a call"):
        TwoSides.read(tmp_path / "mono.wav")


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("a b c", "a b c", 0), ("a b c", "", 3), ("", "a", 1), ("a b c", "a x c d", 2), ("A b", "a B", 0)],
)
def test_wrong_missing_and_added_words_are_counted(said: str, heard: str, errors: int) -> None:
    assert word_errors(said, heard) == errors
