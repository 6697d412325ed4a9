"""Ears, voice and activity without an engine: for tests and for trying flows where nothing is installed.

They are honest about sound: the ears hear nothing in silence, and the voice's tone lasts as long as speech would.
"""

from __future__ import annotations

import threading
import zlib
from collections import deque
from collections.abc import Iterable, Sequence

from ivr import audio
from ivr.flows.events import Word
from ivr.ports import Hearing
from ivr.speech.grammar import UNKNOWN, spoken_words

_LOUD_DB = -45.0  # quieter than any speech on a telephone line, louder than its noise
_WINDOW_BYTES = 512  # 32 ms, as the real one
_WORD_S = 0.3


class CannedEars:
    """Ears that hear the lines of ``script`` in turn, one for each utterance that has sound in it."""

    def __init__(self, script: Iterable[str] = ()) -> None:
        self._script = deque(script)
        self._lock = threading.Lock()

    def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> CannedRecognizer:
        """A recogniser for the next line; words not in ``phrases`` become ``[unk]``."""
        known = None if phrases is None else {word for phrase in phrases for word in spoken_words(phrase)}
        return CannedRecognizer(self, known)

    def knows(self, word: str) -> bool:
        """All words are known."""
        return bool(word)

    def stand_in(self, word: str) -> tuple[str, ...]:
        """No word needs any."""
        return ()

    def unknown(self, phrases: Sequence[str]) -> tuple[str, ...]:
        """None of the words is unknown."""
        return ()

    def next_line(self) -> str:
        """The line the caller says now; empty when the script is over."""
        with self._lock:
            return self._script.popleft() if self._script else ""


class CannedRecognizer:
    """The ear for one utterance: takes its line when the first sound comes."""

    def __init__(self, ears: CannedEars, known: set[str] | None) -> None:
        self._ears = ears
        self._known = known
        self._text: str | None = None
        self._ended = False

    def accept(self, pcm: bytes) -> None:
        """Hear more audio."""
        if self._text is None and not self._ended and audio.level_db(pcm) > _LOUD_DB:
            words = spoken_words(self._ears.next_line())
            self._text = " ".join(word if self._known is None or word in self._known else UNKNOWN for word in words)

    def partial(self) -> str:
        """The whole line, once there was sound."""
        return self._text or ""

    def final(self) -> Hearing:
        """The line with even word times; ``[unk]`` has confidence 0.5, every other word 1."""
        self._ended = True
        words = tuple(
            Word(word, round(place * _WORD_S, 3), round((place + 1) * _WORD_S, 3), 0.5 if word == UNKNOWN else 1.0)
            for place, word in enumerate(self.partial().split())
        )
        confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
        return Hearing(self.partial(), confidence, words)


class CannedVoice:
    """A voice that hums: a tone whose pitch depends on the text and whose length is that of speaking it."""

    version = "canned-1"

    def render(self, text: str, language: str) -> bytes:
        """A tone for ``text``; nothing for a text without a letter or figure."""
        if not any(character.isalnum() for character in text):
            return b""
        pitch_hz = 200 + zlib.crc32(f"{language}\0{text}".encode("utf-8", "surrogatepass")) % 800
        return audio.mulaw_encode(audio.tone([pitch_hz], 0.2 + 0.06 * len(text)))


class LoudnessActivity:
    """Calls anything loud speech: the twin of :class:`ivr.speech.activity.SileroActivity`."""

    def __init__(self) -> None:
        self._rest = b""
        self._latest = 0.0

    def probability(self, pcm: bytes) -> float:
        """1 when the latest complete window of 32 ms is loud, else 0."""
        sound = self._rest + pcm
        whole = len(sound) // _WINDOW_BYTES * _WINDOW_BYTES
        self._rest = sound[whole:]
        if whole:
            self._latest = float(audio.level_db(sound[whole - _WINDOW_BYTES : whole]) > _LOUD_DB)
        return self._latest
