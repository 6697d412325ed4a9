"""What was heard badly is read back: the weakest word that the answer hangs on decides, not the mean."""

from __future__ import annotations

import pytest

from ivr.flows.events import Heard, Word
from ivr.flows.skills import KindOptions
from ivr.flows.sureness import surely
from ivr.understanding.kinds import KINDS

ANYTHING = KindOptions()


def heard(text: str, *confidences: float) -> Heard:
    said = text.split()
    words = tuple(Word(word, at, at + 1.0, sure) for at, (word, sure) in enumerate(zip(said, confidences, strict=True)))
    return Heard(0.0, text, sum(confidences) / len(confidences), words=words)


@pytest.mark.parametrize(
    ("kind", "said", "sure"),
    [
        ("zip", heard("nine seven two oh one", 1.0, 1.0, 0.9, 1.0, 0.8), True),
        ("zip", heard("nine seven two oh one", 1.0, 1.0, 0.3, 1.0, 1.0), False),
        ("zip", heard("um it's nine seven two oh one please", 0.2, 0.3, 1.0, 1.0, 1.0, 1.0, 1.0, 0.1), True),
        ("name", heard("dana lee", 0.69, 0.69), False),
        ("name", heard("my name is dana lee", 0.5, 0.6, 0.6, 0.99, 0.97), True),
        ("name", heard("my name is dana lee", 1.0, 1.0, 1.0, 0.99, 0.7), False),
        ("yes_no", heard("yes", 0.7), True),
        ("time", heard("half past four", 0.9, 0.9, 0.55), True),
        ("email", heard("d at example dot com", 0.8, 1.0, 1.0, 1.0, 1.0), False),
    ],
)
def test_the_weakest_word_that_the_answer_hangs_on_decides(kind: str, said: Heard, sure: bool) -> None:
    value = KINDS[kind].hear(said.text, ANYTHING)
    assert value is not None
    assert surely(KINDS[kind], said, value, ANYTHING) is sure


def test_without_words_the_sentence_decides() -> None:
    assert surely(KINDS["name"], Heard(0.0, "dana lee", 0.7), "Dana Lee", ANYTHING)
    assert not surely(KINDS["name"], Heard(0.0, "dana lee", 0.5), "Dana Lee", ANYTHING)
