"""Exchange time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ivr.exchange.clock import Clock


def run(story: Callable[[Clock], Awaitable[None]], *, fast: bool) -> None:
    async def with_clock() -> None:
        clock = Clock(fast=fast)
        clock.alive = lambda: False
        ticking = asyncio.create_task(clock.run())
        async with asyncio.timeout(10):
            await story(clock)
        ticking.cancel()
        await asyncio.wait({ticking})

    asyncio.run(with_clock())


def test_an_hour_of_fast_time_passes_in_a_moment() -> None:
    async def story(clock: Clock) -> None:
        begun = asyncio.get_running_loop().time()
        await clock.sleep(3600)
        assert clock.now_s == 3600
        assert asyncio.get_running_loop().time() - begun < 9

    run(story, fast=True)


def test_sleepers_wake_in_the_order_of_their_times() -> None:
    async def story(clock: Clock) -> None:
        woken: list[float] = []

        async def sleeper(length_s: float) -> None:
            await clock.sleep(length_s)
            woken.append(clock.now_s)

        await asyncio.gather(*(sleeper(length_s) for length_s in (3, 1, 2)))
        assert woken == [1, 2, 3]

    run(story, fast=True)


def test_fast_time_stands_still_while_somebody_outside_is_busy() -> None:
    async def story(clock: Clock) -> None:
        sleeping = asyncio.create_task(clock.sleep(1))
        with clock.busy():
            await asyncio.to_thread(sum, range(1_000_000))
            assert clock.ticks == 0
        await sleeping
        assert clock.now_s == 1

    run(story, fast=True)


def test_a_clock_with_nothing_to_do_stands_still() -> None:
    async def story(clock: Clock) -> None:
        await clock.sleep(1)
        for _ in range(100):
            await asyncio.sleep(0)
        assert clock.now_s == 1

    run(story, fast=True)


def test_real_time_keeps_the_wall_clocks_pace_also_after_a_rest() -> None:
    async def story(clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await clock.sleep(0.2)
        await asyncio.to_thread(sum, range(1_000_000))
        rested = loop.time()
        await clock.sleep(0.2)
        assert loop.time() - rested == pytest.approx(0.2, abs=0.08)
        assert clock.now_s == pytest.approx(loop.time() - begun, abs=0.08)

    run(story, fast=False)


def test_waiting_is_over_at_the_first_of_event_and_time() -> None:
    async def story(clock: Clock) -> None:
        event: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        assert await clock.within(1, event) == set()
        event.set_result(None)
        assert await clock.within(1, event) == {event}
        assert clock.now_s == 1

    run(story, fast=True)
