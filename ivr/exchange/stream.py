"""A media stream: the caller's sound to the service and the service's to the caller, over one WebSocket.

With a fast clock the service answers every fifth frame with a mark ``lockstep:<chunk>``, and time stands still until it
has: so the call comes out the same however fast or slow the machine is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

import aiohttp

from ivr.audio import mulaw_encode
from ivr.exchange.alongside import alongside
from ivr.exchange.leg import Leg
from ivr.exchange.network import Arrivals
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import (
    STREAM_BAD_MESSAGE,
    STREAM_CLOSED,
    STREAM_TIMEOUT,
    STREAM_TOO_SLOW,
    Refusal,
)
from ivr.exchange.sids import new_sid
from ivr.exchange.stream_messages import Clear, Mark, Sound, Writer, read_message
from ivr.exchange.stream_socket import CLOSE_WALL_S, open_socket
from ivr.exchange.stream_sound import StreamSound
from ivr.exchange.twiml import Stream

LOCKSTEP_FRAMES = 5
LOCKSTEP_WALL_S = 30.0
MAX_UNSENT = 1500
"""Messages kept for a service that reads too slowly (30 s of sound); then sound is thrown away (31930)."""

_LOCKSTEP = "lockstep:"
_PROPER_CLOSE = (1000, 1001, 1005)


class MediaStream:
    """One stream from handshake to close; :meth:`run` returns when the service has closed it."""

    def __init__(self, plant: Plant, leg: Leg, url: str, verb: Stream) -> None:
        self.sid = new_sid("MZ")
        self._plant, self._leg, self._url, self._verb = plant, leg, url, verb
        self._writer = Writer(self.sid, leg.sid, leg.account_sid)
        self._sound = StreamSound(self._echo)
        self._unsent: asyncio.Queue[str | None] = asyncio.Queue()
        self._hold: AbstractContextManager[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._answered_chunk = self._awaited_chunk = 0
        self._arrivals = Arrivals(leg.network)
        self._discarding = False
        self._failed: asyncio.Future[Refusal] = asyncio.get_running_loop().create_future()

    async def run(self, started: Callable[[], None]) -> None:
        """Connect, say so by ``started``, and talk until the service closes.

        Raises:
            Refusal: 31920 no handshake, 31921 dropped, 31924 bad message, 31901 no lockstep answer in time.
            HungUpError, RedirectedError: the leg is over or called away (the stream is stopped).
        """
        websocket = await open_socket(self._plant, self._url)
        self._plant.timeline.note(self._leg.sid, "stream", stream=self.sid, state="started", url=self._url)
        started()
        self._send(self._writer.connected())
        self._send(self._writer.start(self._verb.parameters, lockstep=self._plant.clock.fast))
        async with alongside(self._sender(websocket)) as sending:
            try:
                await self._talk(websocket)
            finally:
                self._release()
                await self._close(websocket, sending)

    async def _talk(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        leg = self._leg
        async with alongside(self._receive(websocket)) as receiving:
            with leg.sounding(self._sound), leg.listening(keys=self._on_key, sound=self._on_sound):
                await leg.until(receiving, self._failed)
        if self._failed.done():
            raise self._failed.result()

    # --- to the service ----------------------------------------------------------------------------------------

    def _on_sound(self, frame: bytes) -> None:
        for place, arrived in self._arrivals.after(frame):
            self._pass_on(place, arrived)

    def _pass_on(self, place: int, frame: bytes) -> None:
        if self._unsent.qsize() > MAX_UNSENT:
            if not self._discarding:
                self._plant.refused(
                    self._leg, Refusal(STREAM_TOO_SLOW, "the service reads too slowly: sound discarded")
                )
            self._discarding = True
            return
        self._discarding = False
        self._send(self._writer.media(mulaw_encode(frame), at_ms=place * 20))
        if self._plant.clock.fast and self._writer.chunk % LOCKSTEP_FRAMES == 0:
            self._stand_still()

    def _on_key(self, key: str) -> None:
        self._send(self._writer.dtmf(key))

    def _echo(self, mark: str) -> None:
        self._send(self._writer.mark(mark))

    def _send(self, message: str) -> None:
        self._unsent.put_nowait(message)

    async def _sender(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        while (message := await self._unsent.get()) is not None:
            try:
                await websocket.send_str(message)
            except (ConnectionError, aiohttp.ClientError):
                return  # the receiver sees the broken socket too, and says so

    # --- from the service --------------------------------------------------------------------------------------

    async def _receive(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await websocket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.data)
            elif message.type is aiohttp.WSMsgType.CLOSE:
                if message.data not in _PROPER_CLOSE and message.data is not None:
                    raise Refusal(STREAM_CLOSED, f"{self._url}: closed with code {message.data}")
                return
            elif message.type is aiohttp.WSMsgType.BINARY:
                raise Refusal(STREAM_BAD_MESSAGE, "stream message refused: binary messages are unknown")
            else:
                raise Refusal(STREAM_CLOSED, f"{self._url}: the connection broke")

    def _take(self, text: str) -> None:
        match read_message(text, self.sid):
            case Sound(mulaw):
                self._sound.add(mulaw)
            case Mark(name) if self._plant.clock.fast and name.startswith(_LOCKSTEP):
                self._in_step(name.removeprefix(_LOCKSTEP))
            case Mark() as mark:
                self._sound.add(mark)
            case Clear():
                self._plant.timeline.note(self._leg.sid, "stream", stream=self.sid, state="cleared")
                self._sound.clear()

    # --- lockstep ----------------------------------------------------------------------------------------------

    def _stand_still(self) -> None:
        self._awaited_chunk = self._writer.chunk
        if self._answered_chunk >= self._awaited_chunk or self._hold:
            return
        self._hold = self._plant.clock.busy()
        self._hold.__enter__()
        self._watchdog = asyncio.get_running_loop().call_later(LOCKSTEP_WALL_S, self._too_late)

    def _in_step(self, chunk: str) -> None:
        if not chunk.isascii() or not chunk.isdigit() or int(chunk) > self._writer.chunk:
            raise Refusal(STREAM_BAD_MESSAGE, f"lockstep for frame {chunk[:20]!r}, which was not sent yet")
        self._answered_chunk = int(chunk)
        if self._answered_chunk >= self._awaited_chunk:
            self._release()

    def _too_late(self) -> None:
        if not self._failed.done():
            self._failed.set_result(
                Refusal(STREAM_TIMEOUT, f"no lockstep answer to frame {self._awaited_chunk} in {LOCKSTEP_WALL_S:g} s")
            )

    def _release(self) -> None:
        if self._watchdog:
            self._watchdog.cancel()
        if self._hold:
            self._hold.__exit__(None, None, None)
        self._hold = self._watchdog = None

    # --- the end -----------------------------------------------------------------------------------------------

    async def _close(self, websocket: aiohttp.ClientWebSocketResponse, sending: asyncio.Task[None]) -> None:
        """Say stop (when the service still listens), then close; never takes long."""
        if not websocket.closed:
            self._send(self._writer.stop())
        self._unsent.put_nowait(None)
        with self._plant.clock.busy():
            await asyncio.wait({sending}, timeout=CLOSE_WALL_S if not websocket.closed else 0)
            await websocket.close()
        self._plant.timeline.note(self._leg.sid, "stream", stream=self.sid, state="stopped")
