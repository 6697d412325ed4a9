"""A simulated line does to a voice what a real one does: no more, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from ivr import audio
from ivr.confusions.line import FRAME, LINES, Line, over, speech_level

VOICE = audio.silence(0.2) + audio.tone([700, 1900], 1.0) + audio.silence(0.2)
BABBLE = audio.tone([500, 900, 1300], 2.0)


def carried(line: Line, pcm: bytes = VOICE, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(over(line, pcm, BABBLE, np.random.default_rng(seed)), dtype="<i2").astype(np.float64)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_a_line_keeps_the_length_and_does_the_same_for_the_same_seed(line: Line) -> None:
    assert len(carried(line)) == len(VOICE) // 2
    assert np.array_equal(carried(line), carried(line))


@pytest.mark.parametrize("noise", ["white", "pink", "babble"])
def test_noise_is_as_far_below_the_voice_as_it_says(noise: str) -> None:
    before = carried(Line("it", noise, 10.0))[: audio.RATE_HZ // 5]
    voice = speech_level(np.frombuffer(VOICE, dtype="<i2").astype(np.float64))
    below_db = 20 * np.log10(voice / np.sqrt(np.mean(before**2)))
    assert 8.0 <= below_db <= 17.0  # the band of the telephone takes some of the noise, most of it from pink noise


@pytest.mark.parametrize(("pitch_hz", "passes"), [(100, False), (1000, True), (3000, True), (3800, False)])
def test_a_telephone_carries_300_to_3400_hertz(pitch_hz: int, passes: bool) -> None:
    tone = audio.tone([pitch_hz], 1.0)
    left = np.sqrt(np.mean(carried(Line("clear"), tone) ** 2)) / speech_level(np.frombuffer(tone, "<i2").astype(float))
    assert bool(left > 0.9) is passes
    assert bool(left < 0.05) is not passes


def test_so_many_packets_are_lost_in_bursts_and_all_others_arrive() -> None:
    tone = audio.tone([700], 60.0)
    whole, lossy = carried(Line("clear"), tone), carried(Line("lossy", loss=0.1), tone)
    lost = [not np.array_equal(one, other) for one, other in zip(frames(whole), frames(lossy), strict=True)]
    bursts = sum(1 for before, now in zip([False, *lost], lost, strict=False) if now and not before)
    assert 0.05 <= sum(lost) / len(lost) <= 0.15
    assert 1.4 <= sum(lost) / bursts <= 3.0


def frames(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
