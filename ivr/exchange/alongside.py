"""A piece of work done while something else is waited for, and broken off with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from ivr.exchange.leg import HungUpError, RedirectedError

T = TypeVar("T")


@asynccontextmanager
async def alongside(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Run ``work`` meanwhile. What it raises is raised at the end, but for the end of the leg: the caller sees that."""
    task = asyncio.create_task(work)
    try:
        yield task
    except BaseException:  # what broke the waiting off counts; what the work says to that does not
        await _broken_off(task)
        raise
    await _broken_off(task)
    if not task.cancelled():
        with suppress(HungUpError, RedirectedError):
            task.result()


async def _broken_off(task: asyncio.Task[T]) -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # taken note of, or the event loop would complain
