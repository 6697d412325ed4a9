"""The box itself: one process holding the switch, its clock and the server in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from ivr.exchange.application import Application
from ivr.exchange.clock import Clock
from ivr.exchange.control import MAX_BODY_BYTES, Control, Handler
from ivr.exchange.live_socket import KEPT_S
from ivr.exchange.numbers import Number
from ivr.exchange.plant import Plant
from ivr.exchange.rest import rest_routes
from ivr.exchange.ringing import tick
from ivr.exchange.sids import new_sid
from ivr.exchange.speaking import Speaking
from ivr.exchange.switch import Switch
from ivr.exchange.timeline import Timeline
from ivr.exchange.trouble import Trouble
from ivr.exchange.webhooks import Webhooks
from ivr.ports import Voice

LAST_WORDS_WALL_S = 3.0
"""How long status callbacks of the last calls may take when the box closes."""


class Box:
    """``application`` is the service; ``url`` is where the box listens, once it does. ``numbers`` are the account's."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        application: Application,
        data: Path,
        voice: Voice,
        fast: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        phone_kept_s: float = KEPT_S,
        numbers: Sequence[str] = (),
        trouble: Trouble | None = None,
    ) -> None:
        self._host, self._port = host, port
        self.application = application
        clock = Clock(fast=fast)
        timeline = Timeline(clock)
        self.plant = Plant(
            account_sid=account_sid,
            clock=clock,
            timeline=timeline,
            webhooks=Webhooks(auth_token, clock, timeline),
            speaking=Speaking(voice, clock),
            data=data,
            auth_token=auth_token,
        )
        self.plant.trouble_from_now(trouble or Trouble())
        for one in numbers:
            number = Number(new_sid("PN"), one, clock.epoch_s)
            self.plant.numbers[number.sid] = number
        clock.alive = lambda: bool(self.plant.live)
        clock.on_tick(lambda: tick(self.plant))
        self.switch = Switch(self.plant)
        self.control = Control(self.plant, self.switch, application, auth_token, phone_kept_s=phone_kept_s)
        self._account = (account_sid, auth_token)

    @property
    def url(self) -> str:
        return self.plant.base_url

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen and tick; at the end hang everybody up, tell the service, and leave nothing running."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._standing_still])
        app.add_routes(self.control.routes())
        app.add_routes(rest_routes(self.switch, *self._account))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._host, self._port)
            await site.start()
            self.plant.base_url = f"http://{self._host}:{runner.addresses[0][1]}"
            ticking = asyncio.create_task(self.plant.clock.run())
            try:
                yield
            finally:
                await self._hang_up_all()
                ticking.cancel()
                with suppress(asyncio.CancelledError):
                    await ticking
        finally:
            await self.control.close()
            await self.plant.stop_tasks()
            await runner.cleanup()
            await self.plant.webhooks.close()
            self.plant.speaking.close()

    async def _hang_up_all(self) -> None:
        for leg in list(self.plant.live.values()):
            leg.end("completed" if leg.talking else "canceled")
        await self.plant.drained(LAST_WORDS_WALL_S)

    @web.middleware
    async def _standing_still(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The service's REST calls take no exchange time; watching (events, live phones) does."""
        if request.path.startswith("/exchange/"):
            return await handler(request)
        with self.plant.clock.busy():
            return await handler(request)


async def run_box(box: Box, listening: Callable[[str], None], stop: asyncio.Event) -> None:
    """Run until ``stop`` is set; ``listening`` is told the URL."""
    async with box.open():
        listening(box.url)
        await stop.wait()
