"""A caller on a media stream as the carrier carries one: frames in real time, prompts played, marks sent back."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import aiohttp
import numpy as np

from ivr import audio
from ivr.benchmarks.carrier_posts import CarrierPosts, call_form, new_call_id
from ivr.benchmarks.spoken import FRAME, FRAME_S, Spoken, hush
from ivr.ports import OutsideError
from ivr.signing import signature

LOCKSTEP_FRAMES = 5
PATIENCE_S = 4.0
"""Without a reply for so long after an answer, the caller goes on."""
SETTLE_S = 2.5
"""After a reply that came before the answer's end, the caller waits for calm."""
_STREAM = re.compile(r'<Stream url="([^"]+)"')
_LOUD = 200
"""Samples above this (-44 dB) are sound that a caller would hear."""


@dataclass(slots=True)
class Exchange:
    """One answer given at ``turn``, by the caller's clock in seconds.

    ``ended_s`` is when its last sound was sent, ``replied_s`` when the service's first sound came, ``lead_s`` the
    silence at the beginning of that sound. Zero: it never came.
    """

    spoken: Spoken
    turn: int
    ended_s: float = 0.0
    replied_s: float = 0.0
    lead_s: float = 0.0
    taken_early: bool = False
    replied_frame: int = 0
    """How many frames had been sent by then."""

    @property
    def wait_s(self) -> float:
        """From the end of the answer until the next prompt is heard to begin."""
        return self.replied_s + self.lead_s - self.ended_s


@dataclass(slots=True)
class Caller:
    """Calls ``line`` and answers each turn with what ``answer`` gives for it, until that is None or :meth:`stop`.

    ``patient`` callers hear prompts to their end, others answer ``think_s`` after a prompt was sent. With ``lockstep``
    frames go out as fast as the service takes them, and time is counted in frames.
    """

    posts: CarrierPosts
    account: str
    line: str
    answer: Callable[[int], Spoken | None]
    patient: bool = True
    lockstep: bool = False
    think_s: float = 0.5
    late_s: float = 0.0
    call_id: str = field(default_factory=new_call_id)
    exchanges: list[Exchange] = field(default_factory=list)
    sent: bytearray = field(default_factory=bytearray)
    frames: int = 0
    over: bool = False
    _socket: Any = None
    _sid: str = "MZ" + "0" * 32
    _began_s: float = 0.0
    _plays_until_s: float = 0.0
    _marks: deque[tuple[float, str]] = field(default_factory=deque)
    _open: tuple[int, float] | None = None
    _now: Exchange | None = None
    _said: int = 0
    _calm_s: float = 0.0
    _step: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, session: aiohttp.ClientSession) -> None:
        """The whole call.

        Raises:
            OutsideError: when the service does not take the call.
        """
        url = await asyncio.to_thread(self._ring)
        headers = {"X-Twilio-Signature": signature(self.posts.token, url, {})}
        try:
            async with session.ws_connect(url, headers=headers, compress=0, max_msg_size=0) as self._socket:
                listening = asyncio.create_task(self._listen())
                try:
                    await self._speak()
                finally:
                    listening.cancel()
                    with suppress(asyncio.CancelledError):
                        await listening
        except aiohttp.ClientError as error:
            raise OutsideError(f"the media stream broke: {error}", retry=True) from error

    @property
    def done(self) -> list[Exchange]:
        """The answers that were said to their end, but for one that may still be waiting."""
        return [one for one in self.exchanges if one.ended_s and one is not self._now]

    def stop(self) -> None:
        """Hang up at the next frame."""
        self.over = True

    # --- the carrier's part -----------------------------------------------------------------------------------------

    def _ring(self) -> str:
        answer = self.posts.post("/voice/incoming", call_form(self.account, self.call_id, self.line))
        found = _STREAM.search(answer.text)
        if found is None:
            raise OutsideError(f"the service offers no media stream: {answer.text[:200]}", retry=False)
        return unescape(found.group(1))

    async def _speak(self) -> None:
        await self._send({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {
            "streamSid": self._sid,
            "accountSid": self.account,
            "callSid": self.call_id,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"call": self.call_id},
            "lockstep": self.lockstep,
        }
        await self._send({"event": "start", "sequenceNumber": "1", "start": start, "streamSid": self._sid})
        self._began_s = time.monotonic()
        while not self.over and not self._socket.closed:
            await self._frame()
        with suppress(ConnectionError, aiohttp.ClientError):
            await self._send({"event": "stop", "stop": {"callSid": self.call_id}})

    async def _frame(self) -> None:
        payload = self._next_frame()
        self.frames += 1
        self.sent += payload
        sound = base64.b64encode(payload).decode()
        await self._socket.send_str(
            f'{{"event":"media","sequenceNumber":"{self.frames + 1}","media":'
            f'{{"track":"inbound","chunk":"{self.frames}","timestamp":"{self.frames * 20}",'
            f'"payload":"{sound}"}},"streamSid":"{self._sid}"}}'
        )
        if self._now and self._said == self._now.spoken.end_frame and not self._now.ended_s:
            self._now.ended_s = self.clock() - self._now.spoken.after_end_s
        while self._marks and self._marks[0][0] <= self.clock():
            await self._echo(self._marks.popleft()[1])
        await self._pace()

    async def _pace(self) -> None:
        if not self.lockstep:
            ahead_s = self._began_s + self.frames * FRAME_S - time.monotonic()
            self.late_s = max(self.late_s, -ahead_s)
            await asyncio.sleep(max(0.0, ahead_s))
        elif self.frames % LOCKSTEP_FRAMES == 0:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._step.wait(), PATIENCE_S)
            self._step.clear()

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            heard = json.loads(message.data)
            match heard["event"]:
                case "media":
                    self._plays(base64.b64decode(heard["media"]["payload"]))
                case "mark":
                    await self._marked(heard["mark"]["name"])
                case "clear":
                    self._plays_until_s = self.clock()
                    self._marks = deque((0.0, name) for _, name in self._marks)
                case _:
                    pass
        self.over = True

    async def _marked(self, name: str) -> None:
        if name.startswith("lockstep:"):
            self._step.set()
        elif self.patient:
            self._marks.append((self._plays_until_s, name))
        else:
            await self._echo(name)

    async def _echo(self, name: str) -> None:
        await self._send({"event": "mark", "streamSid": self._sid, "mark": {"name": name}})
        self._open = (int(name.rpartition("-")[2]), self.clock())

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(message))

    def clock(self) -> float:
        """Seconds: of the clock on the wall, or of sound sent."""
        return self.frames * FRAME_S if self.lockstep else time.monotonic()

    # --- the caller's part ------------------------------------------------------------------------------------------

    def _plays(self, mulaw: bytes) -> None:
        now_s = self.clock()
        begins_s = max(now_s, self._plays_until_s)
        self._plays_until_s = begins_s + len(mulaw) / audio.RATE_HZ
        loud = np.flatnonzero(np.abs(np.frombuffer(audio.mulaw_decode(mulaw), "<i2").astype(int)) > _LOUD)
        if self._now and not self._now.replied_s and len(loud):
            self._now.replied_s, self._now.lead_s = now_s, int(loud[0]) / audio.RATE_HZ
            self._now.taken_early, self._now.replied_frame = not self._now.ended_s, self.frames
            self._calm_s = now_s + (SETTLE_S if self._now.taken_early else 0.0)

    def _next_frame(self) -> bytes:
        if self._now is None:
            self._begin_answer()
        if self._now is None:
            return QUIET[self.frames % len(QUIET)]
        frames = self._now.spoken.frames
        if self._said < len(frames):
            self._said += 1
            return frames[self._said - 1]
        waited_s = self.clock() - self._now.ended_s
        if (self._now.replied_s and self.clock() >= self._calm_s) or waited_s > PATIENCE_S:
            self._now = None
        return QUIET[self.frames % len(QUIET)]

    def _begin_answer(self) -> None:
        if self._open is None or self.clock() < self._open[1] + self.think_s:
            return
        spoken = self.answer(self._open[0])
        if spoken is None:
            self.over = True
            return
        self._now, self._said = Exchange(spoken, self._open[0]), 0
        self._open = None
        self.exchanges.append(self._now)


def _quiet() -> tuple[bytes, ...]:
    """Two seconds of nothing but the line's noise, in frames."""
    mulaw = audio.mulaw_encode(hush(2.0))
    return tuple(mulaw[at : at + FRAME] for at in range(0, len(mulaw), FRAME))


QUIET = _quiet()
