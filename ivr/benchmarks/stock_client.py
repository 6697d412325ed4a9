"""A caller of the stock server: the same sound as a caller of ours, who says when an answer is over."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from ivr.audio import mulaw_decode
from ivr.benchmarks.caller import QUIET
from ivr.benchmarks.spoken import FRAME_S, Spoken
from ivr.benchmarks.vosk_server import RESET

QUIET_PCM = tuple(mulaw_decode(frame) for frame in QUIET)


@dataclass(slots=True)
class StockClient:
    """Sends quiet for ``quiet_s``, an answer, then asks for the result at once: no end of utterance is waited for.

    ``finals_s`` are the times from the end of an answer's sound until its result.
    """

    url: str
    sheet: Sequence[Spoken]
    phrases: Sequence[str] | None
    quiet_s: float
    finals_s: list[float] = field(default_factory=list)
    late_s: float = 0.0
    over: bool = False
    _asked_s: float = 0.0
    _unanswered: int = 0

    async def talk(self, session: aiohttp.ClientSession) -> None:
        """Until told to stop."""
        async with session.ws_connect(self.url, compress=0, max_msg_size=0) as socket:
            config = {"sample_rate": 8000, "phrase_list": list(self.phrases) if self.phrases else None}
            await socket.send_str(json.dumps({"config": config}))
            reading = asyncio.create_task(self._read(socket))
            try:
                await self._send(socket)
            finally:
                reading.cancel()

    @property
    def unanswered_s(self) -> float:
        """How much of the sound sent has not been answered: how far the server is behind."""
        return self._unanswered * FRAME_S

    async def _send(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        began_s, frames = time.monotonic(), 0
        quiet = itertools.cycle(QUIET_PCM)
        for spoken in itertools.cycle(self.sheet):
            silence = itertools.islice(quiet, round(self.quiet_s / FRAME_S))
            for pcm in (*silence, *(mulaw_decode(frame) for frame in spoken.frames)):
                if self.over:
                    return
                await socket.send_bytes(pcm)
                frames += 1
                self._unanswered += 1
                ahead_s = began_s + frames * FRAME_S - time.monotonic()
                self.late_s = max(self.late_s, -ahead_s)
                await asyncio.sleep(max(0.0, ahead_s))
            self._asked_s = time.monotonic()
            self._unanswered += 1
            await socket.send_str(RESET)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self._unanswered -= 1
            if self._asked_s and "partial" not in json.loads(message.data):
                self.finals_s.append(time.monotonic() - self._asked_s)
                self._asked_s = 0.0
