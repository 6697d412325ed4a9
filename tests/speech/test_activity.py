"""Voice activity: what is quiet costs nothing and is never speech; what is said is noticed as before."""

from __future__ import annotations

import time

import numpy as np

from ivr import audio
from ivr.speech import Pyttsx3Voice, SileroActivity

FRAME = 320


def frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + FRAME] for at in range(0, len(pcm) - FRAME + 1, FRAME)]


def noise(length_s: float, level: float) -> bytes:
    return np.random.default_rng(1).normal(0, level, int(length_s * audio.RATE_HZ)).astype("<i2").tobytes()


def spoken() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return audio.mulaw_decode(voice.render("nine four one zero seven", "en-US"))
    finally:
        voice.close()


def test_speech_after_a_long_quiet_is_noticed_within_two_tenths_of_a_second() -> None:
    activity = SileroActivity()
    assert max(activity.probability(frame) for frame in frames(noise(20.0, 12))) == 0.0
    heard = [activity.probability(frame) for frame in frames(spoken())]
    assert next(at for at, probability in enumerate(heard) if probability >= 0.5) <= 10


def test_the_end_of_speech_is_noticed_with_the_first_quiet_frame() -> None:
    activity = SileroActivity()
    for frame in frames(spoken()):
        activity.probability(frame)
    assert activity.probability(noise(0.02, 12)) == 0.0


def test_speech_under_a_noisy_line_is_noticed() -> None:
    activity = SileroActivity()
    hiss = noise(6.0, 150)
    speech = np.frombuffer(spoken(), "<i2").astype(int)
    mixed = np.frombuffer(hiss, "<i2").astype(int)
    start = 3 * audio.RATE_HZ
    mixed[start : start + len(speech)] += speech
    heard = [activity.probability(frame) for frame in frames(np.clip(mixed, -32768, 32767).astype("<i2").tobytes())]
    assert max(heard[:140]) < 0.5
    assert max(heard[150:]) > 0.9


def test_silence_costs_less_than_a_fifth_of_speech() -> None:
    quiet, loud = frames(noise(10.0, 12)), frames(spoken() * 5)

    def cost_s(sound: list[bytes]) -> float:
        activity = SileroActivity()
        began_s = time.thread_time()
        for frame in sound:
            activity.probability(frame)
        return (time.thread_time() - began_s) / len(sound)

    assert cost_s(quiet) < cost_s(loud) / 5


def test_sound_of_any_length_is_taken() -> None:
    activity = SileroActivity()
    assert activity.probability(b"") == 0.0
    assert activity.probability(b"\x01") == 0.0
    assert activity.probability(spoken()[:-1]) >= 0.0
