"""The service's end of a media stream, and scripts that connect calls to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from ivr.audio import mulaw_encode, tone
from tests.exchange.world import World, response


class Endpoint:
    """The service's end of a stream: answers in lockstep, keeps what came, does what ``on_start`` says."""

    def __init__(
        self,
        on_start: Callable[[Endpoint], Awaitable[None]] | None = None,
        on_message: Callable[[Endpoint, dict[str, Any]], Awaitable[None]] | None = None,
    ) -> None:
        self._on_start, self._on_message = on_start, on_message
        self.messages: list[dict[str, Any]] = []
        self.websocket: web.WebSocketResponse | None = None
        self.sid = ""

    async def __call__(self, websocket: web.WebSocketResponse) -> None:
        self.websocket = websocket
        async for message in websocket:
            if message.type is not WSMsgType.TEXT:
                return
            await self._take(json.loads(message.data))

    async def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["event"] == "start":
            self.sid = message["streamSid"]
            if self._on_start:
                await self._on_start(self)
        if self._on_message:
            await self._on_message(self, message)
        if message["event"] == "media" and int(message["media"]["chunk"]) % 5 == 0 and not self.closed:
            await self.mark(f"lockstep:{message['media']['chunk']}")

    @property
    def closed(self) -> bool:
        return self.websocket is None or self.websocket.closed

    async def send(self, message: dict[str, Any]) -> None:
        assert self.websocket is not None
        await self.websocket.send_str(json.dumps(message))

    async def sound(self, freq_hz: float, length_s: float) -> None:
        payload = base64.b64encode(mulaw_encode(tone([freq_hz], length_s))).decode()
        await self.send({"event": "media", "streamSid": self.sid, "media": {"payload": payload}})

    async def mark(self, name: str) -> None:
        await self.send({"event": "mark", "streamSid": self.sid, "mark": {"name": name}})

    async def clear(self) -> None:
        await self.send({"event": "clear", "streamSid": self.sid})

    async def close(self) -> None:
        assert self.websocket is not None
        await self.websocket.close()

    def of(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == event]


CONNECT = "<Connect><Stream url='{url}/voice/stream'><Parameter name='call' value='7'/></Stream></Connect>"


def stream_then(w: World, *after: str) -> str:
    return response(CONNECT.format(url=w.service.url.replace("http", "ws", 1)), *after)


async def hang_up_at(endpoint: Endpoint, message: dict[str, Any], chunk: int) -> None:
    if message["event"] == "media" and message["media"]["chunk"] == str(chunk):
        await endpoint.close()
