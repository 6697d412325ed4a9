"""Live phones: a browser or a terminal is somebody's telephone, over one WebSocket.

Text messages are JSON: the phone sends ``dial`` (``to``), ``answer``, ``decline``, ``hang_up``, ``key`` (``key``) and
``say`` (``text``: what the box's "recogniser" would hear); it is told ``ready``, ``ringing`` (``from``, ``to``,
``parameters``), ``dialling``, ``answered``, ``ended`` (``status``) and ``error``. Binary messages are 20 ms of mu-law
each way.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

from ivr.audio import mulaw_decode, mulaw_encode
from ivr.exchange.party import Line
from ivr.exchange.plant import Plant
from ivr.exchange.sounds import FRAME_SAMPLES, SILENCE

MAX_MESSAGE_BYTES = 4096
MAX_WAITING_IN = 50
"""Frames kept from the phone (1 s): a sender ahead of time loses its oldest sound."""

MAX_WAITING_OUT = 250
"""Messages kept for the phone (5 s of sound): one that reads too slowly is disconnected."""

IDLE_WALL_S = 3600.0
"""A phone that sends nothing for so long (no call, no sound) is disconnected."""

MAX_KEY_CHARS = 32

Dial = Callable[[str, "LivePhone"], None]


class Busy:
    """What answers when a live phone is in use."""

    def ring(self, line: Line) -> None:
        line.turn_down("busy")

    def connected(self, line: Line) -> None:
        """Never happens."""

    def speak(self) -> bytes:
        return SILENCE

    def hear(self, frame: bytes) -> None:
        """Nobody listens."""

    def ended(self, status: str) -> None:
        """Nobody minds."""


class LivePhone:
    """A telephone in somebody's hands; one call at a time."""

    def __init__(self, plant: Plant, address: str, dial: Dial) -> None:
        self.address = address
        self._plant, self._dial = plant, dial
        self._line: Line | None = None
        self._connected = False
        self._in: deque[bytes] = deque(maxlen=MAX_WAITING_IN)
        self._out: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_WAITING_OUT)

    # --- the phone, as the exchange sees it --------------------------------------------------------------------

    def take_call(self) -> LivePhone | Busy:
        return self if self._line is None else Busy()

    def ring(self, line: Line) -> None:
        outgoing, self._line = self._line is None and line.from_ == self.address, line
        self._tell(
            "dialling" if outgoing else "ringing",
            call=line.sid,
            to=line.to,
            parameters=dict(line.parameters),
            **{"from": line.from_},
        )

    def connected(self, line: Line) -> None:
        self._line, self._connected = line, True
        self._in.clear()
        self._tell("answered", call=line.sid)

    def speak(self) -> bytes:
        return mulaw_decode(self._in.popleft()) if self._in else SILENCE

    def hear(self, frame: bytes) -> None:
        self._put(mulaw_encode(frame))

    def ended(self, status: str) -> None:
        self._line, self._connected = None, False
        self._tell("ended", status=status)

    # --- the phone, as its holder sees it ----------------------------------------------------------------------

    async def serve(self, websocket: web.WebSocketResponse) -> None:
        """Until the socket closes; a call under way is then hung up."""
        sending = asyncio.create_task(self._sender(websocket))
        self._tell("ready", address=self.address)
        try:
            while True:
                message = await websocket.receive(timeout=IDLE_WALL_S)
                if message.type is WSMsgType.BINARY:
                    self._take_sound(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._take(message.data)
                else:
                    return
        except TimeoutError:
            return
        finally:
            if self._line:
                self._line.party_hangs_up()
            sending.cancel()
            await asyncio.wait({sending})

    def _take_sound(self, mulaw: bytes) -> None:
        if len(mulaw) != FRAME_SAMPLES:
            self._tell("error", message=f"binary messages are {FRAME_SAMPLES} bytes of mu-law")
        elif self._connected:
            self._in.append(mulaw)

    def _take(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._tell("error", message="send a JSON object with an event")
            return
        match message:
            case {"event": "dial", "to": str(to)} if self._line is None:
                self._dial(to, self)
            case {"event": "answer"} if self._line and not self._connected:
                self._line.pick_up()
            case {"event": "decline"} if self._line and not self._connected:
                self._line.turn_down("busy")
            case {"event": "hang_up"} if self._line:
                self._line.party_hangs_up()
            case {"event": "key", "key": str(keys)} if self._line and len(keys) <= MAX_KEY_CHARS:
                for key in keys:
                    self._press(self._line, key)
            case {"event": "say", "text": str(words)} if self._line:
                self._line.said(words)
            case _:
                self._tell("error", message="that is not possible now")

    def _press(self, line: Line, key: str) -> None:
        if key in "0123456789*#ABCD":
            self._plant.timeline.note(line.sid, "presses", key=key)
            line.press(key)

    def _tell(self, event: str, **details: object) -> None:
        self._put(json.dumps({"event": event, **details}))

    def _put(self, message: str | bytes) -> None:
        if self._out.full():  # it does not read: let it go, rather than keep everything for it
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(None)
            return
        self._out.put_nowait(message)

    async def _sender(self, websocket: web.WebSocketResponse) -> None:
        while (message := await self._out.get()) is not None:
            try:
                if isinstance(message, bytes):
                    await websocket.send_bytes(message)
                else:
                    await websocket.send_str(message)
            except ConnectionError:
                return
        await websocket.close(code=1013, message=b"reads too slowly")
