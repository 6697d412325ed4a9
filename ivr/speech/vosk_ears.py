"""Vosk as the ear: one model for all calls of a process, one recogniser for each answer.

Held to phrases, the decoder lists its best readings with their scores: the share of the readings that agree on a word
is its confidence, and the runners-up are the alternatives. In free speech, where a handful of readings is a poor
sample, the decoder's own confidence is used and no alternatives are given.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ivr.flows.events import Word
from ivr.ports import Hearing, OutsideError
from ivr.speech.grammar import UNKNOWN, spoken_words
from ivr.speech.stand_ins import StandIns, listed_rows, places, text_as_meant, words_of

_GRAMMARS_KEPT = 128  # questions with thousands of names take 10 ms to put into the model's words
_READINGS = 6  # a guess: measured as cheap as one; further ones add nothing to a short answer's confidence
_LEAST_S = 0.06  # feeding the decoder costs something each time; who asks for a partial gets it at once all the same
_MOST_S = 0.2  # the decoder looks for pauses once per feed: a whole file at once would be a single utterance
_DIGITAL_SILENCE = bytes(40)  # 2.5 ms without the least noise
_PARTIAL_CONFIDENCE = 0.4  # a guess: heard on the way, gone at the end; low enough to be confirmed


class VoskEars:
    """Ears with the Vosk model in ``model_dir``, loaded at the first use and shared by all threads."""

    def __init__(self, model_dir: Path) -> None:
        self.model_dir = model_dir
        self._model: Any = None
        self._lock = threading.Lock()
        self._grammar = lru_cache(maxsize=_GRAMMARS_KEPT)(self._made_grammar)

    def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> VoskRecognizer:
        """See :class:`ivr.ports.Ears`; words the model does not know are heard by words that sound the same.

        Those that nothing sounds like are left out of ``phrases``.

        Raises:
            OutsideError: when the model cannot be loaded.
        """
        import vosk

        model = self._loaded()
        grammar, meant = (None, {}) if phrases is None else self._grammar(tuple(phrases))
        if grammar is None:
            recognizer = vosk.KaldiRecognizer(model, rate_hz)
        else:
            recognizer = vosk.KaldiRecognizer(model, rate_hz, grammar)
            recognizer.SetMaxAlternatives(_READINGS)
        recognizer.SetWords(True)
        return VoskRecognizer(recognizer, rate_hz, meant)

    def knows(self, word: str) -> bool:
        """Whether the model has a pronunciation for ``word`` (any case)."""
        return bool(word) and self._loaded().vosk_model_find_word(word.lower()) >= 0

    def stand_in(self, word: str) -> tuple[str, ...]:
        """Known words that are listened for instead of ``word``; none when it is known, or nothing sounds like it."""
        return self._stand_ins.of(word)

    @cached_property
    def _stand_ins(self) -> StandIns:
        return StandIns(self.knows, words_of(self.model_dir))

    def unknown(self, phrases: Sequence[str]) -> tuple[str, ...]:
        """The words of ``phrases`` that the model does not know, each once, in order."""
        words = dict.fromkeys(word for phrase in phrases for word in spoken_words(phrase))
        return tuple(word for word in words if not self.knows(word))

    def _made_grammar(self, phrases: tuple[str, ...]) -> tuple[str | None, Mapping[tuple[str, ...], str]]:
        """The phrases in words the model knows, and the garbage word, as JSON; None when not one word is known.

        Then, which words stand in for which. A grammar without any known word brings the decoder down, so then the ear
        listens freely.
        """
        known: dict[str, None] = {}
        meant: dict[tuple[str, ...], str] = {}
        for phrase in (*phrases, UNKNOWN):
            heard: list[str] = []
            for word in spoken_words(phrase):
                instead = (word,) if self.knows(word) else self.stand_in(word)
                if instead and instead != (word,):
                    meant[instead] = word
                heard += instead
            known[" ".join(heard)] = None
        for row in listed_rows(phrases) & meant.keys():
            del meant[row]  # who lists those words themselves means them
        grammar = [phrase for phrase in known if phrase]
        return json.dumps(grammar) if grammar else None, meant

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _load(self.model_dir)
            return self._model


def _load(model_dir: Path) -> Any:
    if not (model_dir / "conf").is_dir() and not (model_dir / "final.mdl").is_file():
        raise OutsideError(f"{model_dir} holds no speech model: get one with 'ivr models pull NAME'", retry=False)
    import vosk

    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(model_dir))
    except Exception as error:  # the package raises plain Exception; the operator is told
        raise OutsideError(f"the speech model in {model_dir} cannot be loaded", retry=False) from error


class VoskRecognizer:
    """The ear for one utterance. Not for two threads at once, as an utterance has one source."""

    def __init__(
        self, recognizer: Any, rate_hz: int, meant: Mapping[tuple[str, ...], str] = MappingProxyType({})
    ) -> None:
        self._recognizer = recognizer
        self._meant = meant
        self._least, self._most = (2 * int(length_s * rate_hz) for length_s in (_LEAST_S, _MOST_S))
        self._waiting = bytearray()
        self._heard_samples = 0
        self._parts: list[Hearing] = []
        self._partial = ""
        self._final: Hearing | None = None

    def accept(self, pcm: bytes) -> None:
        """See :class:`ivr.ports.Recognizer`. Sound after :meth:`final` is not heard."""
        if self._final is not None:
            return
        self._waiting += pcm
        if len(self._waiting) >= self._least:
            self._feed()

    def _feed(self) -> None:
        """Give the decoder what has come in, in pieces it can find pauses between."""
        whole = len(self._waiting) // 2 * 2
        for start in range(0, whole, self._most):
            piece = _hissing(bytes(self._waiting[start : min(start + self._most, whole)]), self._heard_samples)
            self._heard_samples += len(piece) // 2
            if self._recognizer.AcceptWaveform(piece):
                self._keep(self._recognizer.Result())
        del self._waiting[:whole]

    def partial(self) -> str:
        """The words so far; may still change."""
        if self._final is not None:
            return self._final.text
        self._feed()
        self._partial = str(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        text = " ".join(part for part in (*(part.text for part in self._parts), self._partial) if part)
        return text_as_meant(text, self._meant)

    def final(self) -> Hearing:
        """End the utterance. Asked again, it answers the same."""
        if self._final is None:
            self.partial()
            self._keep(self._recognizer.FinalResult())
            self._final = _as_meant(_joined(self._parts), self._meant)
            self._recognizer = None  # gives the decoder's memory back while the caller may still hold us
        return self._final

    def _keep(self, result: str) -> None:
        hearing = _read(json.loads(result))
        if not hearing.text and self._partial.replace(UNKNOWN, "").strip():
            hearing = Hearing(self._partial, _PARTIAL_CONFIDENCE, alternatives=hearing.alternatives)
        self._partial = ""
        if hearing.text:
            self._parts.append(hearing)


@cache
def _hiss() -> NDArray[np.int16]:
    """A second of the faintest hiss: the same for every call, so that a call can be replayed."""
    return np.random.default_rng(8000).integers(-2, 3, 8000).astype(np.int16)


def _hissing(pcm: bytes, position: int) -> bytes:
    """``pcm`` with faint hiss for digital silence, which no phone line has and in which models hear words."""
    if _DIGITAL_SILENCE not in pcm:
        return pcm
    samples = np.frombuffer(pcm, dtype="<i2").copy()
    silent = np.flatnonzero(samples == 0)
    samples[silent] = _hiss()[(silent + position) % len(_hiss())]
    return samples.tobytes()


def _read(result: dict[str, Any]) -> Hearing:
    """The decoder's result, in either of its two forms."""
    if "alternatives" in result:
        return _best_of(result["alternatives"])
    words = tuple(
        Word(word["word"], word["start"], word["end"], min(1.0, word["conf"])) for word in result.get("result", ())
    )
    return Hearing(result.get("text", ""), _mean(words), words)


def _best_of(readings: Sequence[dict[str, Any]]) -> Hearing:
    """The best reading; a word's confidence is the likelihood of the readings that have it at that time."""
    top = max(reading["confidence"] for reading in readings)
    weights = [math.exp(max(-60.0, reading["confidence"] - top)) for reading in readings]
    total = sum(weights)
    words = []
    for word in readings[0].get("result", ()):
        agreed = sum(weight for weight, reading in zip(weights, readings, strict=True) if _has(reading, word))
        words.append(Word(word["word"], word["start"], word["end"], round(min(1.0, agreed / total), 4)))
    texts = dict.fromkeys(reading["text"].strip() for reading in readings[1:])
    best = readings[0]["text"].strip()
    others = tuple(text for text in texts if text and text != best)
    return Hearing(best, _mean(words), tuple(words), others)


def _has(reading: dict[str, Any], word: dict[str, Any]) -> bool:
    return any(
        other["word"] == word["word"] and other["start"] < word["end"] and word["start"] < other["end"]
        for other in reading.get("result", ())
    )


def _joined(parts: Sequence[Hearing]) -> Hearing:
    """An utterance with pauses is one hearing; alternatives then would not fit together and are left out."""
    if len(parts) == 1:
        return parts[0]
    words = tuple(word for part in parts for word in part.words)
    confidence = _mean(words) if words else max((part.confidence for part in parts), default=0.0)
    return Hearing(" ".join(part.text for part in parts), confidence, words)


def _as_meant(hearing: Hearing, meant: Mapping[tuple[str, ...], str]) -> Hearing:
    """``hearing`` with the words that others stood in for; of those, the least sure counts."""
    if not meant:
        return hearing
    words = list(hearing.words)
    for row, word in meant.items():
        for at in reversed(places([one.text for one in words], row)):
            group = words[at : at + len(row)]
            least = min(one.confidence for one in group)
            words[at : at + len(row)] = [Word(word, group[0].start_s, group[-1].end_s, least)]
    others = tuple(dict.fromkeys(text_as_meant(text, meant) for text in hearing.alternatives))
    return replace(hearing, text=text_as_meant(hearing.text, meant), words=tuple(words), alternatives=others)


def _mean(words: Sequence[Word]) -> float:
    return round(sum(word.confidence for word in words) / len(words), 4) if words else 0.0
