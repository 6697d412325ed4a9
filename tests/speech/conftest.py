"""One voice and one model for all speech tests: both take longer to start than to use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr import audio
from ivr.speech import Pyttsx3Voice, VoskEars

MODEL = Path(__file__).resolve().parents[2] / "models" / "telephony-en-8k"


class Speaker:
    """Somebody who says things: ``says("yes")`` is 8 kHz PCM with silence around it."""

    def __init__(self, voice: Pyttsx3Voice) -> None:
        self._voice = voice

    def says(self, text: str, language: str = "en-us") -> bytes:
        return audio.silence(0.2) + audio.mulaw_decode(self._voice.render(text, language)) + audio.silence(0.4)


@pytest.fixture(scope="session")
def voice() -> Iterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice()
    yield voice
    voice.close()


@pytest.fixture(scope="session")
def speaker(voice: Pyttsx3Voice) -> Speaker:
    return Speaker(voice)


@pytest.fixture(scope="session")
def ears() -> VoskEars:
    return VoskEars(MODEL)
