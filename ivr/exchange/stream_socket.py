"""The socket of a media stream: opened with a signed handshake, as the carrier does."""

from __future__ import annotations

import asyncio

import aiohttp
from yarl import URL

from ivr.exchange.plant import Plant
from ivr.exchange.refusals import STREAM_NOT_UPGRADED, Refusal
from ivr.exchange.signing import HEADER, sign_url

HANDSHAKE_WALL_S = 10.0
CLOSE_WALL_S = 2.0
MAX_MESSAGE_BYTES = 4 * 1024 * 1024


async def open_socket(plant: Plant, url: str) -> aiohttp.ClientWebSocketResponse:
    """A socket to the service; time stands still meanwhile.

    Raises:
        Refusal: 31920, when there is no handshake.
    """
    headers = {HEADER: sign_url(plant.auth_token, url), "User-Agent": "Twilio.TmeWs/1.0"}
    with plant.clock.busy():
        try:
            async with asyncio.timeout(HANDSHAKE_WALL_S):
                return await plant.webhooks.session.ws_connect(
                    URL(url, encoded=True),
                    headers=headers,
                    max_msg_size=MAX_MESSAGE_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WALL_S),
                )
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            status = getattr(error, "status", None)
            why = f"HTTP status {status}" if status else type(error).__name__
            raise Refusal(STREAM_NOT_UPGRADED, f"{url}: no WebSocket handshake ({why})") from error
