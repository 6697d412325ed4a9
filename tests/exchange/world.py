"""A small world for stories about the exchange: a real service on a real port, and a box that rings it."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import numpy as np
from aiohttp import web

from ivr.audio import tone, write_wav
from ivr.exchange.application import Application
from ivr.exchange.box import Box
from ivr.exchange.leg import Leg
from ivr.exchange.live_socket import KEPT_S
from ivr.exchange.script import read_script
from ivr.exchange.scripted import ScriptedParty, ScriptedPhone, prepare
from ivr.exchange.signing import sign_form
from ivr.exchange.trouble import Trouble
from ivr.speech.canned import CannedVoice

ACCOUNT, TOKEN = "AC" + "1" * 32, "a token for tests"
LINE, CALLER = "+15035550100", "+14155550123"
DEADLINE_WALL_S = 20.0

Params: TypeAlias = dict[str, str]
Page: TypeAlias = str | Callable[[Params], str | web.Response | Awaitable[str | web.Response]]


@dataclass
class Asked:
    """One request the service has had; ``genuine`` says whether its signature was right."""

    path: str
    params: Params
    headers: Mapping[str, str]
    genuine: bool


@dataclass
class Service:
    """A test's own service: ``pages`` maps paths to call documents (or what makes them)."""

    pages: dict[str, Page] = field(default_factory=dict)
    sockets: dict[str, Callable[[web.WebSocketResponse], Awaitable[None]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def params(self, path: str) -> list[Params]:
        return [one.params for one in self.asked if one.path == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path in self.sockets:
            websocket = web.WebSocketResponse()
            await websocket.prepare(request)
            await self.sockets[request.path](websocket)
            return websocket
        body = (await request.read()).decode()
        params = dict(parse_qsl(body, keep_blank_values=True)) if request.method == "POST" else dict(request.query)
        signed = sign_form(TOKEN, str(request.url), params if request.method == "POST" else {})
        genuine = request.headers.get("X-Twilio-Signature") == signed
        self.asked.append(Asked(request.path, params, dict(request.headers), genuine))
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(text="<Response/>", content_type="text/xml")
        answer = page(params) if callable(page) else page
        if inspect.isawaitable(answer):
            answer = await answer
        if isinstance(answer, web.Response):
            return answer
        return web.Response(text=answer, content_type="text/xml")


@dataclass
class World:
    """The box, the service and the people around them."""

    box: Box
    service: Service
    folder: Path

    async def call(self, *acts: Mapping[str, Any], linger_s: float = 60) -> Leg:
        """Somebody rings the service."""
        leg = await self.ring(*acts, linger_s=linger_s)
        return await self.over(leg)

    async def ring(self, *acts: Mapping[str, Any], linger_s: float = 60) -> Leg:
        script = read_script(list(acts), linger_s)
        party = ScriptedParty(self.box.plant, script, await prepare(self.box.plant, script), calls=True)
        return self.box.switch.ring_in(LINE, CALLER, party, Application.at(self.service.url))

    async def phone(self, address: str, *scripts: Sequence[Mapping[str, Any]], linger_s: float = 60) -> None:
        """Somebody may be rung at ``address``."""
        read = [read_script(list(script), linger_s) for script in scripts]
        ready = [(script, await prepare(self.box.plant, script)) for script in read]
        self.box.plant.phonebook.put(address, ScriptedPhone(self.box.plant, ready))

    async def over(self, leg: Leg) -> Leg:
        """Wait for the end of the call and of everything it has set going."""
        legs = self.box.plant.legs
        await self.until(lambda: all(one.over for one in legs.values() if leg.sid in (one.sid, one.parent_sid)))
        if not self.box.plant.live:
            await self.box.plant.drained(DEADLINE_WALL_S)
        return leg

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for the events that make ``condition`` true."""
        async with asyncio.timeout(DEADLINE_WALL_S):
            while not condition():
                await self.box.plant.timeline.news()

    def events(self, leg: Leg, what: str) -> list[Mapping[str, Any]]:
        return [event for event in self.box.plant.timeline.of(leg.sid) if event["what"] == what]

    def errors(self, leg: Leg) -> list[int]:
        return [event["number"] for event in self.events(leg, "error")]

    def legs_to(self, address: str) -> list[Leg]:
        return [leg for leg in self.box.plant.legs.values() if leg.to == address]

    def heard_hz(self, leg: Leg, from_s: float = 0.0, to_s: float = 1e9) -> set[int]:
        """The loud frequencies (rounded to 20 Hz) in what the party of ``leg`` heard."""
        return loud_hz(self.channel(leg, 1), from_s, to_s)

    def channel(self, leg: Leg, side: int) -> Any:
        import soundfile

        samples, rate_hz = soundfile.read(str(self.box.plant.data / "calls" / f"{leg.sid}.wav"))
        assert rate_hz == 8000
        return samples[:, side]

    def tone(self, freq_hz: float, length_s: float = 1.0) -> dict[str, Any]:
        """An act: a tone that is easy to recognise at the other end."""
        path = self.folder / f"{freq_hz:g}-{length_s:g}.wav"
        write_wav(path, tone([freq_hz], length_s))
        return {"play": str(path)}


def loud_hz(samples: Any, from_s: float = 0.0, to_s: float = 1e9) -> set[int]:
    part = samples[int(from_s * 8000) : int(min(to_s, len(samples) / 8000) * 8000)]
    found: set[int] = set()
    for start in range(0, len(part) - 1599, 1600):
        window = part[start : start + 1600]
        if np.abs(window).max() < 0.02:
            continue
        power = np.abs(np.fft.rfft(window * np.hanning(len(window))))
        peaks = np.flatnonzero((power[1:-1] > power.max() * 0.4) & (power[1:-1] >= np.maximum(power[:-2], power[2:])))
        found.update(round((place + 1) * 5 / 20) * 20 for place in peaks)
    return found


@asynccontextmanager
async def world(
    pages: Mapping[str, Page] | None = None,
    *,
    fast: bool = True,
    phone_kept_s: float = KEPT_S,
    trouble: Trouble | None = None,
) -> AsyncIterator[World]:
    """A service answering ``pages`` and a box calling it."""
    service = Service(dict(pages or {}))
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory() as folder:
        box = Box(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            application=Application.at(service.url),
            data=Path(folder) / "data",
            voice=CannedVoice(),
            fast=fast,
            phone_kept_s=phone_kept_s,
            trouble=trouble,
        )
        try:
            async with box.open():
                yield World(box, service, Path(folder))
        finally:
            await runner.cleanup()


def response(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"
