"""The socket of live phones: who may be which phone, and what happens when a connection comes and goes.

Text messages are JSON, binary ones 20 ms of mu-law each way (``docs/exchange.md``). The first message brings the
token: a browser cannot send headers, and is not told why an upgrade was refused, but it is told why a socket closed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import WSMsgType, web

from ivr.exchange.live import Dial, LivePhone
from ivr.exchange.plant import Plant
from ivr.phone_token import phone_of

MAX_MESSAGE_BYTES = 4096
CONNECT_S = 10.0
HEARTBEAT_S = 20.0

IDLE_S = 60.0
"""A page says at least ``ping`` every few seconds."""

KEPT_S = 15.0
"""So long a phone without a socket is kept, and its call."""

MAX_WAITING_OUT = 250
"""Messages kept for a socket (5 s of sound): one that reads too slowly is closed, and may come back."""

MAX_CONNECTIONS = 1000

BAD_TOKEN = 4401
ELSEWHERE = 4409
"""The same phone has connected at another place."""
NOT_LIVE = 4400
"""This exchange runs fast: nobody could talk."""
FULL = 1013
GOING = 1001


class Connection:
    """One socket; what is to be sent waits in it."""

    def __init__(self, websocket: web.WebSocketResponse) -> None:
        self._websocket = websocket
        self._out: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_WAITING_OUT)
        self._closing = (FULL, "reads too slowly")

    def tell(self, event: str, details: Mapping[str, Any]) -> None:
        self._put(json.dumps({"event": event, **details}))

    def play(self, mulaw: bytes) -> None:
        self._put(mulaw)

    def close(self, code: int, why: str) -> None:
        """Close when everything before is sent."""
        self._closing = (code, why)
        if self._out.full():
            self._out.get_nowait()
        self._out.put_nowait(None)

    def _put(self, message: str | bytes) -> None:
        if self._out.full():  # it does not read: let it go, rather than keep everything for it
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(None)
            return
        self._out.put_nowait(message)

    async def receive(self, within_s: float) -> Mapping[str, Any] | bytes | None:
        """The next message (an empty one for what nobody can read), None at the end.

        Raises:
            TimeoutError: when none comes.
        """
        message = await self._websocket.receive(timeout=within_s)
        if message.type is WSMsgType.BINARY:
            return bytes(message.data)
        if message.type is not WSMsgType.TEXT:
            return None
        try:
            read = json.loads(message.data)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    async def send_all(self) -> None:
        """Send what is there to be sent, until the socket is closed."""
        while (message := await self._out.get()) is not None:
            try:
                if isinstance(message, bytes):
                    await self._websocket.send_bytes(message)
                else:
                    await self._websocket.send_str(message)
            except ConnectionError:
                return
        code, why = self._closing
        await self._websocket.close(code=code, message=why.encode())


class LiveSockets:
    """The door for live phones."""

    def __init__(self, plant: Plant, dial: Dial, kept_s: float = KEPT_S) -> None:
        self._plant, self._dial, self._kept_s = plant, dial, kept_s
        self._phones: dict[str, LivePhone] = {}
        self._connections: set[Connection] = set()
        self._leaving: dict[str, asyncio.Task[None]] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its token to its end."""
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES)
        await websocket.prepare(request)
        connection = Connection(websocket)
        sending = asyncio.create_task(connection.send_all())
        self._connections.add(connection)
        try:
            await self._serve(connection)
            await asyncio.wait({sending}, timeout=1.0)
        finally:
            self._connections.discard(connection)
            sending.cancel()
            await asyncio.wait({sending})
        return websocket

    async def _serve(self, connection: Connection) -> None:
        phone = await self._phone(connection)
        if phone is None:
            return
        before = phone.attach(connection)
        if isinstance(before, Connection):
            before.close(ELSEWHERE, "connected elsewhere")
        try:
            while (message := await connection.receive(IDLE_S)) is not None:
                if isinstance(message, bytes):
                    phone.take_sound(message)
                else:
                    phone.take(message)
        except TimeoutError:
            connection.close(GOING, "nothing was heard for too long")
        finally:
            if phone.detach(connection):
                self._plant.timeline.note("", "phone", address=phone.address, state="away")
                self._leaving[phone.address] = asyncio.create_task(self._forget(phone))

    async def _phone(self, connection: Connection) -> LivePhone | None:
        """The phone that the first message has the right to be."""
        try:
            first = await connection.receive(CONNECT_S)
        except TimeoutError:
            first = {}
        address = phone_of(self._plant.auth_token, _token(first))
        if not address:
            connection.close(BAD_TOKEN, "the token is not good, or not any more")
            return None
        if self._plant.clock.fast:
            connection.close(NOT_LIVE, "live phones need real time; this exchange runs fast")
            return None
        phone = self._phones.get(address) or LivePhone(self._plant, address, self._dial)
        if len(self._connections) > MAX_CONNECTIONS or not self._plant.phonebook.put(address, phone):
            connection.close(FULL, "the phonebook is full")
            return None
        self._phones[address] = phone
        if leaving := self._leaving.pop(address, None):
            leaving.cancel()
        self._plant.timeline.note("", "phone", address=address, state="connected")
        return phone

    async def _forget(self, phone: LivePhone) -> None:
        """After a while; being connected again cancels this."""
        await asyncio.sleep(self._kept_s)
        del self._leaving[phone.address], self._phones[phone.address]
        self._plant.phonebook.take_out(phone.address, phone)
        self._plant.timeline.note("", "phone", address=phone.address, state="gone")
        phone.gone()

    async def close(self) -> None:
        """Let go of all phones."""
        for connection in list(self._connections):
            connection.close(GOING, "the exchange closes")
        for leaving in self._leaving.values():
            leaving.cancel()


def _token(message: Mapping[str, Any] | bytes | None) -> str:
    if isinstance(message, dict) and message.get("event") == "connect":
        return str(message.get("token", ""))
    return ""
