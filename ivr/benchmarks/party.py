"""Many callers at once, each with its own stream of answers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import aiohttp

from ivr.benchmarks.caller import Caller
from ivr.benchmarks.carrier_posts import CarrierPosts
from ivr.benchmarks.setting import LINES
from ivr.benchmarks.spoken import Spoken
from ivr.supervisor import Service

APART_S = 0.037
"""Between the calls' beginnings, so that their frames do not come all at once."""


def callers(service: Service, sheets: Sequence[Sequence[Spoken]], *, patient: bool) -> list[Caller]:
    """A caller for each sheet of answers (all of one kind), who begins again at its end."""
    posts = CarrierPosts(urlsplit(service.web_url).port or 80, service.settings.public_url, service.token)
    account = service.settings.account_sid
    return [Caller(posts, account, LINES[sheet[0].kind], _one_by_one(sheet), patient=patient) for sheet in sheets]


def _one_by_one(sheet: Sequence[Spoken]) -> Callable[[int], Spoken]:
    again = itertools.cycle(sheet)
    return lambda _turn: next(again)


class Party:
    """Callers who are all on the phone; used as ``async with``."""

    def __init__(self, guests: Sequence[Caller]) -> None:
        self.guests = guests
        self._calls: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Party:
        self._session = aiohttp.ClientSession()
        for guest in self.guests:
            self._calls.append(asyncio.create_task(guest.call(self._session)))
            await asyncio.sleep(APART_S)
        return self

    async def __aexit__(self, *error: object) -> None:
        for guest in self.guests:
            guest.stop()
        results = await asyncio.gather(*self._calls, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        for result in results:
            if isinstance(result, BaseException) and error[0] is None:
                raise result

    async def stay(self, seconds: float, *, until_all: int = 0) -> None:
        """Talk for ``seconds``, or until the guests have given ``until_all`` answers together."""
        clock = asyncio.get_running_loop().time
        until_s = clock() + seconds
        while clock() < until_s:
            await asyncio.sleep(0.1)
            for call in self._calls:
                if call.done():
                    call.result()
            if until_all and sum(len(guest.done) for guest in self.guests) >= until_all:
                return
