"""The recogniser by itself: no telephone, no flow, no voice activity. The baseline of everything that listens."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr import audio
from ivr.benchmarks.spoken import FRAME_S
from ivr.ports import OutsideError

UNKNOWN = "[unk]"
PCM_FRAME = 320


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of feeding sound: ``texts`` by utterance, CPU seconds used, and for each end its place in the sound."""

    texts: tuple[str, ...]
    cpu_s: float
    ends_s: tuple[float, ...]

    @property
    def text(self) -> str:
        return " ".join(text for text in self.texts if text)


class Bare:
    """One model; each :meth:`hears` is a recogniser of its own, fed in frames of 20 ms."""

    def __init__(self, model: Path) -> None:
        import vosk

        vosk.SetLogLevel(-1)
        try:
            self._model: Any = vosk.Model(str(model))
        except Exception as error:  # the package raises plain Exception
            raise OutsideError(f"the speech model in {model} cannot be loaded", retry=False) from error

    def hears(self, pcm: bytes, phrases: Sequence[str] | None, *, first_only: bool = False) -> Heard:
        """Feed ``pcm`` whole, or with ``first_only`` until the recogniser says that an utterance has ended."""
        import vosk

        grammar = () if phrases is None else (json.dumps([*self._known(phrases), UNKNOWN]),)
        recognizer = vosk.KaldiRecognizer(self._model, audio.RATE_HZ, *grammar)
        recognizer.SetWords(True)
        texts, ends_s = [], []
        began_s = time.thread_time()
        for at in range(0, len(pcm), PCM_FRAME):
            fed_s = time.thread_time()
            if recognizer.AcceptWaveform(pcm[at : at + PCM_FRAME]):
                texts.append(_text(recognizer.Result()))
                ends_s.append((at // PCM_FRAME + 1) * FRAME_S + time.thread_time() - fed_s)
                if first_only and texts[-1]:
                    break
        else:
            texts.append(_text(recognizer.FinalResult()))
        return Heard(tuple(texts), time.thread_time() - began_s, tuple(ends_s))

    def _known(self, phrases: Sequence[str]) -> list[str]:
        """The phrases of which the model knows every word."""
        find = self._model.vosk_model_find_word
        return [phrase for phrase in phrases if all(find(word) >= 0 for word in phrase.split())]


def _text(result: str) -> str:
    words = str(json.loads(result).get("text", "")).split()
    return " ".join(word for word in words if word != UNKNOWN)
