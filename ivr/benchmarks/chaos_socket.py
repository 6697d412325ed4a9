"""The carrier's end of a media socket in the benchmark ``chaos``: hears but marks, and may be cut at any moment.

Prompts are not waited for: a mark is echoed as soon as it comes, and the caller answers by key, or says a message.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from ivr.benchmarks.chaos_tally import ANSWER_WITHIN_S, Tally
from ivr.exchange.refusals import Refusal
from ivr.exchange.sids import new_sid
from ivr.exchange.signing import HEADER, sign_url
from ivr.exchange.stream_messages import Mark, Writer, read_message

QUIET = b"\xff" * 160
QUIET_FRAMES = 5
FRAME_PACE_S = 0.004
"""Five times as fast as people speak, so that cuts and kills fall into messages."""
MESSAGE = "message"
CLOSE_S = 1.0

OPEN: set[aiohttp.ClientWebSocketResponse] = set()
"""Sockets that are open now: one of them may be cut."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the caller does: ``asked`` tells of a turn and is false to hang up, ``keys`` answers it (or a message)."""

    session: aiohttp.ClientSession
    token: str
    call_id: str
    account: str
    tally: Tally
    frames: Sequence[bytes]
    asked: Callable[[int], bool]
    think: Callable[[], Awaitable[None]]
    keys: Callable[[int], str]
    said: Callable[[], None]
    """Told of a message that was said to its end."""


def cut(wire: aiohttp.ClientWebSocketResponse) -> bool:
    """As a line that breaks: no goodbye. False when it is closed already."""
    OPEN.discard(wire)
    line = wire.get_extra_info("socket")
    if line is None:
        return False
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    return True


async def on_the_socket(side: Side, url: str, parameters: Mapping[str, str]) -> None:
    """Until it closes, for whatever reason: the next verb of the document follows."""
    headers, patience = {HEADER: sign_url(side.token, url)}, aiohttp.ClientWSTimeout(ws_close=CLOSE_S)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            wire = await side.session.ws_connect(url, headers=headers, timeout=patience)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return
    OPEN.add(wire)
    side.tally.sockets += 1
    try:
        await _Talk(side, wire, Writer(new_sid("MZ"), side.call_id, side.account)).run(parameters)
    except (aiohttp.ClientError, ConnectionError):
        pass  # it broke while something was sent
    except Refusal as refusal:
        side.tally.astray.append(f"{side.call_id}: {refusal}")
    finally:
        OPEN.discard(wire)
        await wire.close()


@dataclass(slots=True)
class _Talk:
    """One socket while it is open."""

    side: Side
    wire: aiohttp.ClientWebSocketResponse
    writer: Writer
    _since_s: float = 0.0

    async def run(self, parameters: Mapping[str, str]) -> None:
        await self.wire.send_str(self.writer.connected())
        start = self.writer.start(parameters, lockstep=True)  # sound comes faster than it is spoken
        await self.wire.send_str(start)
        stream = json.loads(start)["streamSid"]
        self._since_s = time.monotonic()
        while (mark := await self._next_mark(stream)) is not None:
            turn = int(mark.rpartition("-")[2])
            self.side.tally.waited(self.side.call_id, f"socket, turn {turn}", time.monotonic() - self._since_s)
            await self.wire.send_str(self.writer.mark(mark))
            if not self.side.asked(turn):
                await self.wire.send_str(self.writer.stop())
                return
            await self._answer(self.side.keys(turn))
            self._since_s = time.monotonic()

    async def _next_mark(self, stream: str) -> str | None:
        """The mark behind the next prompt; None when the socket is closed, or nothing comes for too long."""
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + ANSWER_WITHIN_S):
                while (message := await self.wire.receive()).type is aiohttp.WSMsgType.TEXT:
                    match read_message(message.data, stream):
                        case Mark(name) if name.startswith("turn-"):
                            return name
                        case _:
                            pass
        except TimeoutError:
            self.side.tally.unanswered.append(f"{self.side.call_id}: nothing came on the socket")
        return None

    async def _answer(self, keys: str) -> None:
        if not keys:
            return
        await self.side.think()
        said = self.side.frames if keys == MESSAGE else [QUIET] * QUIET_FRAMES
        for frame in said:
            await self.wire.send_str(self.writer.media(frame, at_ms=20 * self.writer.chunk))
            await asyncio.sleep(FRAME_PACE_S)
        for key in "#" if keys == MESSAGE else keys:
            await self.wire.send_str(self.writer.dtmf(key))
        if keys == MESSAGE:
            self.side.said()
