"""Who speaks in a trial: voices at several rates, each sentence spoken once and kept on disk by its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from ivr import audio
from ivr.confusions.foreign import SENTENCES
from ivr.flows.actions import Say
from ivr.speech import PromptStore, Pyttsx3Voice

ENGLISH = ("en-us", "en-us+f3", "en-gb", "en-us+m3", "en-gb+f2", "en-us-nyc+m7")
VARIANTS = ("", "+f3", "+m1", "+m3", "+f2", "+m7")
RATES_WPM = (140, 165, 190)
"""Slow, as the product speaks, and in a hurry."""
TALKERS = 6
"""Voices in the babble: from here on it is hard to follow a single one."""


def voices(language: str) -> tuple[str, ...]:
    """Names of voices that speak ``language``.

    >>> voices("de-DE")[1]
    'de-DE+f3'
    """
    return ENGLISH if language.lower().startswith("en") else tuple(f"{language}{variant}" for variant in VARIANTS)


class Speakers:
    """All voices at all rates; use as ``with``. What they say is kept below ``folder``."""

    def __init__(self, folder: Path, rates_wpm: Sequence[int] = RATES_WPM) -> None:
        self._stores: Mapping[int, PromptStore] = {
            rate: PromptStore(Pyttsx3Voice(rate), folder, folder) for rate in rates_wpm
        }

    def __enter__(self) -> Speakers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for store in self._stores.values():
            if isinstance(store.voice, Pyttsx3Voice):
                store.voice.close()

    def says(self, text: str, voice: str, rate_wpm: int) -> bytes:
        """PCM of ``text``.

        Raises:
            OutsideError: when there is no voice.
        """
        say, store = Say(text, voice), self._stores[rate_wpm]
        for _ in store.render_ahead([say]):
            pass
        return audio.mulaw_decode(store.audio(say))

    def babble(self) -> bytes:
        """Other people talking at the same time, about all sorts of things."""
        talks = []
        for talker in range(TALKERS):
            sentences = SENTENCES[talker::TALKERS] * 2
            talk = b"".join(self.says(one, ENGLISH[talker % len(ENGLISH)], 165) for one in sentences)
            talks.append(np.frombuffer(talk, dtype="<i2").astype(np.float64))
        shortest = min(len(talk) for talk in talks)
        mixed = sum((talk[:shortest] for talk in talks), np.zeros(shortest)) / TALKERS
        return bytes(mixed.astype("<i2"))
