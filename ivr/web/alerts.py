"""News for open pages: a Redis stream, so every process can tell and every process can listen.

An alert says what changed, never what is in it: pages fetch that themselves, with their own right to see it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

STREAM = "ringdown:alerts"

KEEP = 1000
"""How many alerts a page that was away can catch up on; after more it simply reloads. A guess: measure."""

_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class News:
    """One alert. ``id`` is its place in the stream, ``data`` JSON text."""

    id: str
    topic: str
    data: str


class Alerts:
    """Implements ``ivr.ports.Alert``, and reads what was told. The client must have a ``socket_timeout``."""

    def __init__(self, redis: Redis, stream: str = STREAM) -> None:
        self._redis = redis
        self._stream = stream

    def __call__(self, topic: str, data: Mapping[str, Any]) -> None:
        """Tell all open pages. Never raises: a page that is not told must not cost a caller the call."""
        try:
            fields = {"topic": topic, "data": json.dumps(dict(data))}
            self._redis.xadd(self._stream, cast("Any", fields), maxlen=KEEP, approximate=True)
        except RedisError as error:
            log.warning("pages were not told of %s: %s", topic, error)

    def latest(self) -> str:
        """The id of the newest alert; what comes after it is news. Pages without news work, so this never raises."""
        try:
            newest = cast("list[tuple[bytes, Any]]", self._redis.xrevrange(self._stream, count=1))
        except RedisError as error:
            log.warning("the news cannot be read: %s", error)
            return "0-0"
        return newest[0][0].decode() if newest else "0-0"

    def place(self, last_id: str) -> str:
        """``last_id`` when it is one, else the newest id: whoever has seen nothing begins now."""
        return last_id if _ID.fullmatch(last_id) else self.latest()

    def after(self, last_id: str, wait_s: float) -> list[News]:
        """The alerts after ``last_id``, waiting up to ``wait_s`` for one.

        Raises:
            RedisError: when Redis cannot be reached.
        """
        try:
            found = self._redis.xread({self._stream: last_id}, count=100, block=max(1, int(wait_s * 1000)))
        except RedisTimeoutError:
            return []
        streams = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", found or [])
        entries = streams[0][1] if streams else []
        return [News(key.decode(), told[b"topic"].decode(), told[b"data"].decode()) for key, told in entries]
