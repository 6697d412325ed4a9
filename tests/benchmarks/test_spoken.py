"""The answers that callers give in a benchmark."""

from __future__ import annotations

from itertools import islice

import numpy as np

from ivr import audio
from ivr.benchmarks.spoken import PAUSES_S, Spoken, answers, hush, sounding


class Beeps:
    """Says every word as a tone."""

    name = "beeps"

    def says(self, text: str) -> bytes:
        return b"".join(audio.tone([600], 0.2) for _ in text.split())


def longest_quiet_s(spoken: Spoken) -> float:
    loud = np.flatnonzero(np.abs(np.frombuffer(spoken.pcm, "<i2").astype(int)) > 500)
    return float(np.diff(loud).max()) / audio.RATE_HZ


def test_every_second_answer_of_several_words_has_a_pause_inside() -> None:
    given = list(islice(answers("zip", [Beeps()], 1), 6))
    assert [one.paused for one in given] == [False, True] * 3
    assert all(longest_quiet_s(one) >= PAUSES_S[0] for one in given if one.paused)
    assert all(longest_quiet_s(one) < PAUSES_S[0] for one in given if not one.paused)


def test_an_answer_to_a_zip_has_five_digits_and_is_the_same_in_every_run() -> None:
    texts = [one.text for one in islice(answers("zip", [Beeps()], 3), 4)]
    assert [len(text.split()) for text in texts] == [5] * 4
    assert texts == [one.text for one in islice(answers("zip", [Beeps()], 3), 4)]


def test_an_answer_ends_with_its_sound() -> None:
    tone = audio.tone([600], 0.3)
    trimmed = sounding(hush(0.5) + tone + hush(0.5))
    assert abs(audio.pcm_length_s(trimmed) - 0.3) <= 0.03
    spoken = Spoken("menu", "beep", tone[:-100], "beeps", paused=False)
    assert 0 <= spoken.after_end_s < 0.02
    assert spoken.end_frame == 15
