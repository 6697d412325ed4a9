"""Serves aiohttp routes from a thread of their own, so that blocking clients can call them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TypeAlias

from aiohttp import web

from tests.contract.openapi import Watch

PATIENCE_S = 10
Routes: TypeAlias = Iterable[web.AbstractRouteDef]


@contextmanager
def serving(routes: Routes, *, answers: bool = False) -> Iterator[str]:
    """The base URL while ``routes`` are served, on a port the system chose.

    Requests of the carrier's interface that are taken must be as the carrier describes them; with ``answers`` what is
    answered, too.
    """

    @asynccontextmanager
    async def ready() -> AsyncIterator[Routes]:
        yield routes

    with serving_with(ready, answers=answers) as url:
        yield url


@contextmanager
def serving_with(
    prepared: Callable[[], AbstractAsyncContextManager[Routes]], *, answers: bool = False
) -> Iterator[str]:
    """As :func:`serving`, for routes that need something made in the server's own event loop."""
    watch = Watch(answers=answers)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="exchange")
    thread.start()
    started: asyncio.Future[str] = loop.create_future()
    stop = asyncio.Event()

    async def started_url() -> str:
        return await started

    async def serve() -> None:
        async with prepared() as routes:
            application = web.Application(middlewares=[watch.middleware])
            application.add_routes(routes)
            runner = web.AppRunner(application)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                started.set_result("http://{}:{}".format(*runner.addresses[0]))
                await stop.wait()
            finally:
                await runner.cleanup()

    served = asyncio.run_coroutine_threadsafe(serve(), loop)
    try:
        yield asyncio.run_coroutine_threadsafe(started_url(), loop).result(PATIENCE_S)
    finally:
        loop.call_soon_threadsafe(stop.set)
        served.result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()
    assert not watch.problems, "\n".join(watch.problems)
