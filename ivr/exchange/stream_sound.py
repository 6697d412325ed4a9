"""What a media stream has sent and the caller has not heard yet, with the marks in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ivr.audio import MULAW_SILENCE, RATE_HZ, mulaw_decode
from ivr.exchange.refusals import STREAM_BAD_MESSAGE, Refusal
from ivr.exchange.sounds import FRAME_SAMPLES, SILENCE
from ivr.exchange.stream_messages import Mark

MAX_BUFFER_BYTES = 1200 * RATE_HZ
"""Twenty minutes waiting to be played: more is a service that does not know what it does."""


class StreamSound:
    """A source that plays what arrives, in order; ``echo`` is told each mark once it is played or cleared."""

    is_turn = True

    def __init__(self, echo: Callable[[str], None]) -> None:
        self._echo = echo
        self._items: deque[bytes | Mark] = deque()
        self._waiting_bytes = 0

    @property
    def pending(self) -> bool:
        return bool(self._waiting_bytes)

    def add(self, item: bytes | Mark) -> None:
        if isinstance(item, bytes):
            self._waiting_bytes += len(item)
            if self._waiting_bytes > MAX_BUFFER_BYTES:
                raise Refusal(STREAM_BAD_MESSAGE, f"more than {MAX_BUFFER_BYTES} bytes wait to be played")
        self._items.append(item)
        self._pass_marks()

    def clear(self) -> None:
        """Throw the sound away; marks are echoed in order."""
        marks = [item for item in self._items if isinstance(item, Mark)]
        self._items.clear()
        self._waiting_bytes = 0
        for mark in marks:
            self._echo(mark.name)

    def frame(self) -> bytes:
        if not self._waiting_bytes:
            return SILENCE
        mulaw = b""
        while self._items and len(mulaw) < FRAME_SAMPLES:
            item = self._items.popleft()
            if isinstance(item, Mark):
                self._echo(item.name)
                continue
            missing = FRAME_SAMPLES - len(mulaw)
            mulaw += item[:missing]
            if len(item) > missing:
                self._items.appendleft(item[missing:])
        self._waiting_bytes -= len(mulaw)
        self._pass_marks()
        return mulaw_decode(mulaw.ljust(FRAME_SAMPLES, bytes([MULAW_SILENCE])))

    def _pass_marks(self) -> None:
        while self._items and isinstance(mark := self._items[0], Mark):
            self._items.popleft()
            self._echo(mark.name)
