"""Kills the processes of a service and cuts its sockets, at random moments that a seed decides.

Killed is SIGKILL: nothing is finished, nothing is said. Half of the times Redis comes back without anything it knew.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from ivr.benchmarks.chaos_socket import OPEN, cut
from ivr.benchmarks.cpu import family
from ivr.supervisor import Service
from ivr.supervisor.child import FIRST_PAUSE_S, STEADY_S

LOOK_S = 0.05
GONE_S = FIRST_PAUSE_S / 2
"""A Redis that died is started again later than this."""
WEB, WORKER = "web processes", "workers"
REDIS, REDIS_AND_ALL = "Redis", "Redis, with all it knew"
SOCKETS = "sockets"
KINDS = (WEB, WORKER, REDIS, REDIS_AND_ALL, SOCKETS)


@dataclass(slots=True)
class _Victim:
    """Something that is killed, and how long it lives from one death to the next."""

    kill: Callable[[], Awaitable[str]]
    lives_s: tuple[float, float]
    due_s: float


class Killer:
    """Kills parts of ``service`` until cancelled; ``kills`` counts them by kind."""

    def __init__(self, service: Service, chance: random.Random, kills: Counter[str]) -> None:
        self._service = service
        self._chance = chance
        self._kills = kills
        self._began_s: dict[str, float] = {}

    async def run(self) -> None:
        """One after the other, each when its time has come."""
        now_s = time.monotonic()
        first_s = {"web": (6.0, 12.0), "web-2": (10.0, 25.0)}
        victims = [
            _Victim(partial(self._web, name), (8.0, 24.0), now_s + self._chance.uniform(*first_s[name]))
            for name in first_s
            if name in self._service.pids
        ]
        victims += [
            _Victim(self._worker, (5.0, 20.0), now_s + self._chance.uniform(6.0, 12.0)),
            _Victim(self._redis, (4.0, 15.0), now_s + self._chance.uniform(1.0, 3.0)),
            _Victim(self._redis_and_all, (4.0, 15.0), now_s + self._chance.uniform(6.0, 12.0)),
            _Victim(self._socket, (0.1, 1.0), now_s + 0.3),
        ]
        while True:
            await asyncio.sleep(LOOK_S)
            for victim in victims:
                if time.monotonic() >= victim.due_s:
                    kind = await victim.kill()
                    if kind:
                        self._kills[kind] += 1
                    lives_s = self._chance.uniform(*victim.lives_s)
                    victim.due_s = time.monotonic() + (lives_s if kind else LOOK_S)

    async def _web(self, name: str) -> str:
        """The server, or only the process in it that answers: a server that dies often is started ever later."""
        pid = self._service.pids[name]
        now_s = time.monotonic()
        if now_s - self._began_s.get(name, 0.0) > STEADY_S:
            self._began_s[name] = now_s
            return WEB if _killed(pid) else ""
        killed = sum(_killed(one) for one in family(pid)[1:]) if pid else 0
        return WEB if killed else ""

    async def _worker(self) -> str:
        return WORKER if _killed(self._service.pids["worker"]) else ""

    async def _redis(self) -> str:
        return REDIS if _killed(self._service.pids["redis"]) else ""

    async def _redis_and_all(self) -> str:
        pid = self._service.pids["redis"]
        if not _killed(pid):
            return ""
        await asyncio.sleep(GONE_S)
        for kept in (self._service.data / "redis").glob("appendonly*"):
            shutil.rmtree(kept, ignore_errors=True)
        return REDIS_AND_ALL

    async def _socket(self) -> str:
        return SOCKETS if OPEN and cut(self._chance.choice(list(OPEN))) else ""


def _killed(pid: int) -> bool:
    if not pid:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
