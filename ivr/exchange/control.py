"""The box's own interface, for tests, demos and phones: place calls, connect phones, watch what happens."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from aiohttp import web

from ivr.exchange.application import Application
from ivr.exchange.live import LivePhone
from ivr.exchange.live_socket import KEPT_S, LiveSockets
from ivr.exchange.ordering import (
    FullError,
    connect,
    is_address,
    place,
    read_address,
    read_order,
    read_scripts,
)
from ivr.exchange.plant import Plant
from ivr.exchange.readable import readable
from ivr.exchange.script import DEFAULT_LINGER_S, ScriptError
from ivr.exchange.switch import Switch
from ivr.exchange.trouble import TroubleError, read_trouble

MAX_BODY_BYTES = 1024 * 1024
MAX_TEXT = 1600
POLL_WALL_S = 25.0
MAX_LIVE_CALLS = 500

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Handlers under ``/exchange``; ``token`` opens all of them, what is signed with it one phone."""

    def __init__(
        self, plant: Plant, switch: Switch, application: Application, token: str, *, phone_kept_s: float = KEPT_S
    ) -> None:
        self._plant, self._switch, self._application, self._token = plant, switch, application, token
        self._live = LiveSockets(plant, self._dial, phone_kept_s)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/exchange/calls", self._guarded(self.place_call)),
            web.get("/exchange/calls", self._guarded(self.calls)),
            web.get("/exchange/calls/{sid}", self._guarded(self.call)),
            web.post("/exchange/texts", self._guarded(self.text_in)),
            web.post("/exchange/phones", self._guarded(self.connect_phone)),
            web.get("/exchange/events", self._guarded(self.events)),
            web.get("/exchange/status", self._guarded(self.status)),
            web.post("/exchange/trouble", self._guarded(self.make_trouble)),
            web.get("/exchange/phone", self._live.serve),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            if not self._known(request):
                return _error(401, "send the account's auth token as Bearer")
            try:
                return await handler(request)
            except (ScriptError, TroubleError) as error:
                return _error(400, str(error))
            except FullError as error:
                return _error(429, str(error))

        return answer

    def _known(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return bool(self._token) and hmac.compare_digest(given.encode(), self._token.encode())

    # --- calls and phones --------------------------------------------------------------------------------------

    async def place_call(self, request: web.Request) -> web.Response:
        """A scripted caller rings a line of the service."""
        with self._plant.clock.busy():
            order = read_order(await _json(request))
            if len(self._plant.live) >= MAX_LIVE_CALLS:
                return _error(429, f"{MAX_LIVE_CALLS} calls are under way")
            leg = await place(self._plant, self._switch, self._application, order)
        return web.json_response({"sid": leg.sid}, status=201)

    async def text_in(self, request: web.Request) -> web.Response:
        """Somebody texts a line of the service."""
        body = await _json(request)
        text = body.get("body")
        if not isinstance(text, str) or not 0 < len(text) <= MAX_TEXT:
            raise ScriptError(f"'body' is a text of 1 to {MAX_TEXT} characters")
        line, sender = read_address(body, "line"), read_address(body, "from")
        if not self._application.sms_url:
            raise ScriptError("the application takes no texts: start the exchange with --sms-url")
        message = self._switch.text_in(line, sender, text, self._application)
        return web.json_response({"sid": message.sid}, status=201)

    async def connect_phone(self, request: web.Request) -> web.Response:
        """A scripted phone that answers at an address."""
        body = await _json(request)
        address = read_address(body, "address")
        scripts = read_scripts(body.get("scripts", []), body.get("linger_s", DEFAULT_LINGER_S))
        await connect(self._plant, address, scripts)
        return web.json_response({"address": address}, status=201)

    async def make_trouble(self, request: web.Request) -> web.Response:
        """What goes wrong on purpose from now on; what is not written stays as it is."""
        self._plant.trouble_from_now(read_trouble(await _json(request), self._plant.trouble))
        return web.json_response(asdict(self._plant.trouble))

    def _dial(self, line: str, phone: LivePhone) -> str:
        if not is_address(line):
            return "that is not a number"
        if len(self._plant.live) >= MAX_LIVE_CALLS:
            return f"{MAX_LIVE_CALLS} calls are under way"
        self._switch.ring_in(line, phone.address, phone, self._application)
        return ""

    async def close(self) -> None:
        """Let go of all phones."""
        await self._live.close()

    # --- what happened -----------------------------------------------------------------------------------------

    async def calls(self, request: web.Request) -> web.Response:
        """All calls, the newest first."""
        legs = ((leg.sid, leg.from_, leg.to, leg.direction, leg.status) for leg in self._switch.legs())
        names = ("sid", "from", "to", "direction", "status")
        return web.json_response({"calls": [dict(zip(names, leg, strict=True)) for leg in legs]})

    async def call(self, request: web.Request) -> web.Response:
        leg = self._switch.leg(request.match_info["sid"])
        if leg is None:
            return _error(404, "there is no such call")
        if "text/plain" in request.headers.get("Accept", ""):
            lines = (readable(event, {}) for event in self._plant.timeline.of(leg.sid))
            return web.Response(text="".join(f"{line}\n" for line in lines if line))
        wav = self._plant.data / "calls" / f"{leg.sid}.wav"
        shown = {
            "sid": leg.sid,
            "parent_sid": leg.parent_sid,
            "from": leg.from_,
            "to": leg.to,
            "direction": leg.direction,
            "status": leg.status,
            "length_s": round(leg.duration_s, 2),
            "parameters": dict(leg.parameters),
            "wav": str(wav) if wav.exists() else "",
            "events": self._plant.timeline.of(leg.sid),
        }
        return web.json_response(shown)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """All events after a number: at once or when there are some; as a stream of lines if that is asked for."""
        after = request.query.get("after", "0")
        number = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
        if "application/x-ndjson" in request.headers.get("Accept", ""):
            return await self._stream(request, number)
        events = self._plant.timeline.after(number)
        if not events:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._plant.timeline.news(), POLL_WALL_S)
            events = self._plant.timeline.after(number)
        return web.json_response({"events": events})

    async def _stream(self, request: web.Request, number: int) -> web.StreamResponse:
        reply = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await reply.prepare(request)
        with suppress(ConnectionResetError):  # whoever watched has seen enough
            while True:
                events = self._plant.timeline.after(number)
                for event in events:
                    await reply.write(json.dumps(event).encode() + b"\n")
                    number = event["n"]
                if not events:
                    await self._plant.timeline.news()
        return reply

    async def status(self, request: web.Request) -> web.Response:
        plant = self._plant
        return web.json_response(
            {
                "app_url": self._application.url,
                "now_s": plant.clock.now_s,
                "fast": plant.clock.fast,
                "trouble": asdict(plant.trouble),
                "calls": [leg.sid for leg in plant.live.values()],
                "phones": plant.phonebook.addresses(),
                "texts": [
                    {"to": one.to, "from": one.from_, "body": one.body, "status": one.status}
                    for one in plant.messages.values()
                ],
            }
        )


async def _json(request: web.Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise ScriptError("the body is not JSON") from error
    if not isinstance(body, dict):
        raise ScriptError("the body is not an object")
    return body


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
