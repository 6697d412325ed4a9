"""A caller's voice and the real ears, made once for all tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from ivr import audio
from ivr.settings import ROOT
from ivr.speech import PromptStore, Pyttsx3Voice, SileroActivity, VoskEars
from ivr.understanding.answers import Answers
from ivr.understanding.kinds import make_kinds

FRAME_BYTES = 320


@pytest.fixture(scope="session")
def voice() -> Iterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice()
    yield voice
    voice.close()


@pytest.fixture(scope="session")
def speak(voice: Pyttsx3Voice) -> Callable[[str], bytes]:
    """Text as PCM, in another voice than the service's own."""
    return cache(lambda text: audio.mulaw_decode(voice.render(text, "en-us+f3")))


@pytest.fixture(scope="session")
def ears() -> VoskEars:
    return VoskEars(ROOT / "models" / "telephony-en-8k")


@pytest.fixture(scope="session")
def answers() -> Answers:
    cities = {"portland": "Portland, Oregon", "seattle": "Seattle, Washington"}
    return Answers(make_kinds(cities.get, tuple(cities)))


@pytest.fixture
def activity() -> SileroActivity:
    return SileroActivity()


@pytest.fixture(scope="session")
def prompts(voice: Pyttsx3Voice, tmp_path_factory: pytest.TempPathFactory) -> PromptStore:
    folder: Path = tmp_path_factory.mktemp("prompts")
    return PromptStore(voice, folder / "cache", folder / "recorded")


def frames(pcm: bytes) -> Iterator[bytes]:
    """20 ms pieces; the last is filled up with silence."""
    for at in range(0, len(pcm), FRAME_BYTES):
        yield pcm[at : at + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
