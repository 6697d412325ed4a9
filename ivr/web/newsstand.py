"""Hands the news to every open page of this process: one thread reads them, and no page holds a thread of its own.

A connection is taken over from the web server once its request was let in and answered, so that hundreds of desks
cost callers nothing. A page that does not read is dropped rather than waited for: it comes back, and gets the rest.
"""

from __future__ import annotations

import errno
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from redis.exceptions import RedisError

from ivr.web.alerts import Alerts, News, Place, id_of, place_of

log = logging.getLogger(__name__)

AT_ONCE_MS = 50
"""How soon a browser comes back that is sent to ask anew."""

SPREAD = 0.2
"""Lives differ by this share, so that pages opened together do not come back together."""

REST_S = 1.0
"""Between two tries while Redis is away."""

BADGE = "voicemail"
"""All pages hear this topic: how many messages are new stands in their menu."""

STILL_HERE = b": still here\n\n"
LOOK = b"event: changed\ndata: {}\n\n"
"""For pages that may have missed something: look at everything."""


@dataclass(slots=True, eq=False)
class OpenPage:
    """A page that gets news of the topics in ``heard`` (None: all) after ``seen``, until ``until_s``."""

    connection: socket.socket
    heard: frozenset[str] | None
    seen: Place
    until_s: float = 0.0

    def text(self, news: Iterable[News]) -> bytes:
        """What the page is to read of ``news``."""
        return written(news, self.heard)

    def send(self, data: bytes) -> bool:
        """False when the page is gone, or does not read."""
        try:
            return self.connection.send(data, socket.MSG_DONTWAIT) == len(data)
        except OSError:
            return False

    def is_closed(self) -> bool:
        """Whether the browser has closed its side; what else it may send is of no interest."""
        try:
            return not self.connection.recv(1024, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class Newsstand:
    """Pages join and are told until they leave, fall behind or have lived ``lifetime_s``; so long the thread lives."""

    def __init__(self, alerts: Alerts, *, seats: int, heartbeat_s: float, lifetime_s: float) -> None:
        self._alerts = alerts
        self._seats = seats
        self._heartbeat_s = heartbeat_s
        self._lifetime_s = lifetime_s
        self._lock = threading.Lock()
        self._pages: set[OpenPage] = set()
        self._told: Place = (0, 0)
        self._thread: threading.Thread | None = None

    @property
    def is_full(self) -> bool:
        return len(self._pages) >= self._seats

    def join(self, page: OpenPage) -> None:
        """Tell ``page`` what it has missed, and from now on what comes."""
        spread = 1 + random.uniform(-SPREAD, SPREAD)  # noqa: S311 - to spread load, no secret
        page.until_s = time.monotonic() + self._lifetime_s * spread
        with self._lock:
            if self._thread is None:
                self._told = place_of(self._alerts.latest())
            page.seen = min(page.seen, self._told)  # one that claims to know the future is told all that comes
            if page.seen < self._told and not page.send(self._missed(page)):
                page.close()
                return
            self._pages.add(page)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_telling, name="newsstand", daemon=True)
                self._thread.start()

    def _missed(self, page: OpenPage) -> bytes:
        """Asked for under the lock: nothing is told meanwhile, so nothing is told twice or left out."""
        try:
            missed = self._alerts.between(page.seen, self._told)
        except RedisError:
            return LOOK
        return page.text(missed) or STILL_HERE

    def _keep_telling(self) -> None:
        is_away = False
        while True:
            was_away = is_away
            try:
                news, is_away = self._alerts.after(id_of(self._told), self._heartbeat_s), False
            except RedisError as error:
                if not was_away:
                    log.warning("open pages are told nothing for now: %s", error)
                news, is_away = self._rest(), True
            except Exception:  # whatever else it is, all pages wait for this thread
                log.exception("open pages are told nothing for now")
                news, is_away = self._rest(), True
            if not self._tell(news, LOOK if was_away and not is_away else b""):
                return

    def _rest(self) -> list[News]:
        """No news, and a moment's rest before the next try."""
        time.sleep(REST_S)
        return []

    def _tell(self, news: Sequence[News], first: bytes) -> bool:
        """Tell all pages; False, and the end of the thread, when there are none left."""
        now_s = time.monotonic()
        with self._lock:
            texts: dict[frozenset[str] | None, bytes] = {}  # who wants the same gets the same
            for page in list(self._pages):
                if page.heard not in texts:
                    texts[page.heard] = first + page.text(news)
                if not self._tell_one(page, texts[page.heard], is_quiet=not news):
                    self._drop(page)
                elif page.until_s <= now_s:
                    page.send(f"retry: {AT_ONCE_MS}\n\n".encode())
                    self._drop(page)
            if news:
                self._told = place_of(news[-1].id)
            if not self._pages:
                self._thread = None
            return self._thread is not None

    def _tell_one(self, page: OpenPage, text: bytes, *, is_quiet: bool) -> bool:
        """False when the page is gone. While nothing happens it is looked for, and hears that we are still here."""
        if is_quiet:
            return not page.is_closed() and page.send(text or STILL_HERE)
        return not text or page.send(text)

    def _drop(self, page: OpenPage) -> None:
        page.close()
        self._pages.discard(page)


def written(news: Iterable[News], heard: frozenset[str] | None) -> bytes:
    """The news of the topics in ``heard``, as a browser reads them; that of messages is for the menu of every page."""
    found = []
    for one in news:
        wanted = heard is None or one.topic in heard
        if wanted or one.topic == BADGE:
            event = "changed" if wanted else BADGE
            found.append(f"id: {one.id}\nevent: {event}\ndata: {one.data}\n\n")
    return "".join(found).encode()


def can_take_over(environ: Mapping[str, object]) -> bool:
    """Whether the server of a request lets its connection go; one with TLS cannot be shared."""
    return type(_connection(environ)) is socket.socket


def take_over(environ: Mapping[str, object]) -> socket.socket:
    """The connection of a request, from now on ours.

    The server goes on with another that is closed already: it would end ours when it is done with the request, and
    wait for the browser in the very thread that takes new calls.
    """
    theirs = _connection(environ)
    ours = theirs.dup()
    ours.setblocking(False)
    near, far = socket.socketpair()
    with near, far:
        os.dup2(near.fileno(), theirs.fileno(), inheritable=False)
    return ours


def _connection(environ: Mapping[str, object]) -> socket.socket:
    return cast("socket.socket", environ.get("gunicorn.socket") or environ.get("werkzeug.socket"))


def no_answer() -> Exception:
    """Tells the server that there is nothing left to answer on a connection that was taken over."""
    return ConnectionResetError(errno.ECONNRESET, "taken over")
