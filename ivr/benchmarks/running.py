"""A service of its own for a benchmark, ready and at rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from ivr.benchmarks.cpu import wait_idle
from ivr.records.seal import Seal
from ivr.sessions import RedisSessions
from ivr.settings import Settings
from ivr.supervisor import Service
from ivr.supervisor.child import Tell


@contextmanager
def running(settings: Settings, tell: Tell | None = None) -> Iterator[Service]:
    """Redis and the web service, private but for the cache; removed at the end of the block."""
    with (
        tempfile.TemporaryDirectory(prefix="ringdown-bench-") as folder,
        Service(settings, data=Path(folder), web_only=True, prompts=True, tell=tell) as service,
    ):
        service.wait_prompts()
        wait_idle(service.pids["web"])
        yield service


def calls_of(service: Service, redis: Redis) -> RedisSessions:
    """The live calls of ``service``, which lie sealed in its ``redis``."""
    return RedisSessions(redis, Seal(service.settings.secret_key or service.token))
