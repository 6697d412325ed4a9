"""News for open pages: a Redis stream, so every process can tell and every process can listen.

An alert says what changed, never what is in it: pages fetch that themselves, with their own right to see it.
"""

from __future__ import annotations

import atexit
import json
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from redis import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = logging.getLogger(__name__)

STREAM = "ringdown:alerts"

KEEP = 1000
"""How many alerts a page that was away can catch up on; after more it simply reloads. A guess: measure."""

GATHER_S = 0.02
"""News of this time go to Redis together: nobody sees the difference, and a caller's turn does not wait for it."""

_ID = re.compile(r"[0-9]{1,20}-[0-9]{1,20}")


Place: TypeAlias = "tuple[int, int]"
"""Where an alert stands in the stream."""


@dataclass(frozen=True, slots=True)
class News:
    """One alert. ``id`` is its place in the stream, ``data`` JSON text."""

    id: str
    topic: str
    data: str


class Alerts:
    """Implements ``ivr.ports.Alert``, and reads what was told. The client must have a ``socket_timeout``.

    News are sent by a thread of their own, in the order in which they were told.
    """

    def __init__(self, redis: Redis, stream: str = STREAM) -> None:
        self._redis = redis
        self._stream = stream
        self._told: deque[dict[str, str]] = deque()
        self._is_news = threading.Event()
        self._sending = threading.Lock()
        self._starting = threading.Lock()
        self._sender: threading.Thread | None = None

    def __call__(self, topic: str, data: Mapping[str, Any]) -> None:
        """Tell all open pages. Never raises: a page that is not told must not cost a caller the call."""
        self._told.append({"topic": topic, "data": json.dumps(dict(data))})
        if not self._is_news.is_set():
            self._is_news.set()
        if self._sender is None:
            self._start()

    def flush(self) -> None:
        """Send what was told so far, now."""
        with self._sending:
            news = [self._told.popleft() for _ in range(len(self._told))]
            if news:
                self._send(news)

    def _start(self) -> None:
        """The thread begins with the first news: a process may be forked before that."""
        with self._starting:
            if self._sender is None:
                self._sender = threading.Thread(target=self._keep_sending, name="news", daemon=True)
                self._sender.start()
                atexit.register(self.flush)

    def _keep_sending(self) -> None:
        while True:
            self._is_news.wait()
            time.sleep(GATHER_S)
            self._is_news.clear()
            self.flush()

    def _send(self, news: list[dict[str, str]]) -> None:
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for one in news:
                pipeline.xadd(self._stream, cast("Any", one), maxlen=KEEP, approximate=True)
            pipeline.execute()
        except RedisError as error:
            log.warning("pages were not told of %d news: %s", len(news), error)
        except Exception:  # whatever else it is, the thread must live to tell the next news
            log.exception("pages were not told of %d news", len(news))

    def latest(self) -> str:
        """The id of the newest alert; what comes after it is news. Pages without news work, so this never raises."""
        self.flush()
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
        streams = cast("list[tuple[bytes, list[Entry]]]", found or [])
        return [_news(entry) for entry in (streams[0][1] if streams else [])]

    def between(self, after: Place, until: Place) -> list[News]:
        """The alerts after one place up to another, that one included.

        Raises:
            RedisError: when Redis cannot be reached.
        """
        found = self._redis.xrange(self._stream, f"({id_of(after)}", id_of(until))
        return [_news(entry) for entry in cast("list[Entry]", found)]


Entry: TypeAlias = "tuple[bytes, dict[bytes, bytes]]"


def _news(entry: Entry) -> News:
    key, told = entry
    return News(key.decode(), told[b"topic"].decode(), told[b"data"].decode())


def place_of(news_id: str) -> Place:
    """Where the alert with this id stands.

    >>> place_of("1792-10") > place_of("1792-9")
    True
    """
    milliseconds, _, number = news_id.partition("-")
    return int(milliseconds), int(number)


def id_of(place: Place) -> str:
    """The inverse of :func:`place_of`."""
    return f"{place[0]}-{place[1]}"
