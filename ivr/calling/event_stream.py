"""The exchange's events as they happen, read by a thread of their own."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from ivr.calling.clients import Exchange

Event = Mapping[str, Any]


class EventStream:
    """Open it with ``with``. ``noticed`` is told of each event in the reading thread, before anybody else."""

    def __init__(self, exchange: Exchange, noticed: Callable[[Event], None] = lambda event: None) -> None:
        address = urlsplit(exchange.url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port)
        self._token = exchange.token
        self._noticed = noticed
        self._events: queue.Queue[Event] = queue.Queue()
        self._thread = threading.Thread(target=self._read, name="exchange events", daemon=True)
        self._broken = threading.Event()

    @property
    def broken(self) -> bool:
        """Whether no more events will come."""
        return self._broken.is_set()

    def __enter__(self) -> Self:
        self._connection.connect()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def take(self, wait_s: float) -> list[Event]:
        """What happened since the last time; waits at most ``wait_s`` for something to happen."""
        events: list[Event] = []
        with contextlib.suppress(queue.Empty):
            events.append(self._events.get(timeout=wait_s))
            while True:
                events.append(self._events.get_nowait())
        return events

    def _read(self) -> None:
        headers = {"Accept": "application/x-ndjson", "Authorization": f"Bearer {self._token}"}
        try:
            self._connection.request("GET", "/exchange/events", headers=headers)
            with self._connection.getresponse() as answer:
                for line in answer:
                    event = json.loads(line)
                    self._noticed(event)
                    self._events.put(event)
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the exchange or we have closed: ``broken`` says so
        finally:
            self._broken.set()
