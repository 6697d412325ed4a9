"""A one-way stream: the sound of a call goes to the service beside whatever else the call does.

Nothing is answered, so there is no lockstep: with a fast clock time stands still while more is unsent than a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import aiohttp

from ivr.audio import mulaw_encode
from ivr.exchange.alongside import alongside
from ivr.exchange.leg import Leg
from ivr.exchange.network import Arrivals
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import STREAM_BAD_MESSAGE, STREAM_CLOSED, STREAM_TOO_SLOW, Refusal
from ivr.exchange.sids import new_sid
from ivr.exchange.stream_messages import Writer
from ivr.exchange.stream_socket import CLOSE_WALL_S, open_socket
from ivr.exchange.twiml import Stream

MAX_UNSENT = 3000
"""Messages kept for a service that reads too slowly (30 s of both sides); then sound is thrown away (31930)."""

HELD_FROM = 100
"""Messages unsent from which a fast clock waits."""

TRACKS = {
    "inbound_track": ("inbound",),
    "outbound_track": ("outbound",),
    "both_tracks": ("inbound", "outbound"),
}
Tell = Callable[[str, str], None]


class Fork:
    """One stream from its start to ``<Stop>``, the end of the call, or the service closing it."""

    def __init__(self, plant: Plant, leg: Leg, url: str, verb: Stream) -> None:
        self.sid = new_sid("MZ")
        self.name = verb.name or self.sid
        self._plant, self._leg, self._url = plant, leg, url
        self._tracks = TRACKS[verb.track]
        self._writer = Writer(self.sid, leg.sid, leg.account_sid)
        self._arrivals = Arrivals(leg.network)
        self._unsent: asyncio.Queue[str | None] = asyncio.Queue()
        self._hold: AbstractContextManager[None] | None = None
        self._place = 0
        self._discarding = False
        self._unsent.put_nowait(self._writer.connected())
        self._unsent.put_nowait(self._writer.start(verb.parameters, lockstep=False, tracks=self._tracks))

    async def run(self, tell: Tell) -> None:
        """Send until stopped; ``tell`` hears of start, stop and error."""
        try:
            websocket = await open_socket(self._plant, self._url)
        except Refusal as refusal:
            self._refused(refusal, tell)
            return
        self._note("started")
        tell("stream-started", "")
        self._leg.both_ways.append(self._add)
        self._leg.on_status.append(self._ended)
        self._ended(self._leg)
        try:
            await self._talk(websocket)
            tell("stream-stopped", "")
        except Refusal as refusal:
            self._refused(refusal, tell)
        finally:
            self._leg.both_ways.remove(self._add)
            if self._leg.forks.get(self.name) is self:
                del self._leg.forks[self.name]
            self._release()
            self._note("stopped")

    def stop(self) -> None:
        """No more sound; what is unsent is still sent."""
        self._unsent.put_nowait(None)

    async def _talk(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async with (
                alongside(self._receive(websocket)) as receiving,
                alongside(self._send_all(websocket)) as sending,
            ):
                await asyncio.wait({receiving, sending}, return_when=asyncio.FIRST_COMPLETED)
                if receiving.done():
                    receiving.result()
        finally:
            with self._plant.clock.busy(), suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_WALL_S):
                    await websocket.close()

    async def _send_all(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError, aiohttp.ClientError):  # the receiver sees the broken socket too, and says so
            while (message := await self._unsent.get()) is not None:
                await websocket.send_str(message)
                if self._unsent.empty():
                    self._release()
            await websocket.send_str(self._writer.stop())

    async def _receive(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        message = await websocket.receive()
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            raise Refusal(STREAM_BAD_MESSAGE, "stream message refused: this stream goes one way")
        if message.type is not aiohttp.WSMsgType.CLOSE:
            raise Refusal(STREAM_CLOSED, f"{self._url}: the connection broke")

    # --- the call ----------------------------------------------------------------------------------------------

    def _add(self, said: bytes, heard: bytes) -> None:
        before, self._discarding = self._discarding, self._unsent.qsize() > MAX_UNSENT
        if self._discarding:
            if not before:
                why = "the service reads too slowly: sound discarded"
                self._plant.refused(self._leg, Refusal(STREAM_TOO_SLOW, why))
            return
        if "inbound" in self._tracks:
            for place, frame in self._arrivals.after(said):
                self._unsent.put_nowait(self._writer.media(mulaw_encode(frame), at_ms=place * 20))
        if "outbound" in self._tracks:
            message = self._writer.media(mulaw_encode(heard), at_ms=self._place * 20, track="outbound")
            self._unsent.put_nowait(message)
        self._place += 1
        if self._plant.clock.fast and self._hold is None and self._unsent.qsize() >= HELD_FROM:
            self._hold = self._plant.clock.busy()
            self._hold.__enter__()

    def _ended(self, leg: Leg) -> None:
        if leg.over:
            self.stop()

    def _release(self) -> None:
        if self._hold:
            self._hold.__exit__(None, None, None)
        self._hold = None

    def _refused(self, refusal: Refusal, tell: Tell) -> None:
        self._plant.refused(self._leg, refusal)
        tell("stream-error", f"{refusal.number}: {refusal.message}")

    def _note(self, state: str) -> None:
        self._plant.timeline.note(self._leg.sid, "stream", stream=self.sid, state=state, url=self._url)
