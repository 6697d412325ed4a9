"""Live updates for pages: server-sent events from the stream of alerts.

A page that was away names the last event it saw and gets the rest. An open page costs a connection, not a thread: who
was let in here is handed to the :class:`~ivr.web.newsstand.Newsstand` of the process. Where too many pages are open the
answer ends at once, and the browser asks again in some seconds: it looks for news instead of being told, and nobody is
left without.
"""

from __future__ import annotations

import random
import resource
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, request
from redis.exceptions import RedisError

from ivr.web.alerts import Alerts, place_of
from ivr.web.newsstand import Newsstand, OpenPage, can_take_over, no_answer, take_over, written

TOPICS = ("all", "calls", "desk", "queues", "stores", "voicemail")

HEARS = {"desk": frozenset({"desk", "queues"})}
"""Topics that hear more than themselves: a desk shows who else is free."""

PAGES = 1000
"""Open pages with live updates in one process, if it may have so many connections; more pages look by themselves."""

HEARTBEAT_S = 3.0
"""Below the client's socket timeout, and short enough to notice that a page was closed."""

LIFETIME_S = 120.0
"""After this long the browser is sent to ask anew: whose right to see pages has ended is told no longer than that."""

AGAIN_MS = (1000, 3000)
"""How soon a browser comes back that was cut off: hundreds of them not all at once."""

LOOK_MS = (2500, 3500)
"""How often a page looks for news that nobody tells it."""


def live_events(
    alerts: Alerts, *, pages: int | None = None, heartbeat_s: float = HEARTBEAT_S, lifetime_s: float = LIFETIME_S
) -> Blueprint:
    """The route ``/events/<topic>``, which tells so many ``pages`` at once; by default as many as there may be."""
    live = Blueprint("live", __name__)
    seats = _seats() if pages is None else pages
    stand = Newsstand(alerts, seats=seats, heartbeat_s=heartbeat_s, lifetime_s=lifetime_s)

    @live.get("/events/<any(" + ",".join(TOPICS) + "):topic>")
    def events(topic: str) -> Response:
        last_id = alerts.place(request.headers.get("Last-Event-ID") or request.args.get("after", ""))
        heard = None if topic == "all" else HEARS.get(topic, frozenset({topic}))
        is_told = request.method == "GET" and not stand.is_full and can_take_over(request.environ)
        response = _Told(stand, heard, last_id) if is_told else Response(_looked(alerts, heard, last_id))
        response.mimetype = "text/event-stream"
        response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects answers would hold the news back
        return response

    return live


def _seats() -> int:
    """Half of the files that this process may have open are for callers and the rest."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(PAGES, allowed // 2)


def _looked(alerts: Alerts, heard: frozenset[str] | None, last_id: str) -> bytes:
    """All of an answer for a page that looks by itself."""
    try:
        news = alerts.between(place_of(last_id), place_of(alerts.latest()))
    except RedisError:
        news = []  # the page comes back; by then Redis may, too
    return _beginning(LOOK_MS, news[-1].id if news else last_id) + written(news, heard)


def _beginning(again_ms: tuple[int, int], last_id: str) -> bytes:
    return f"retry: {random.randint(*again_ms)}\nid: {last_id}\n\n".encode()  # noqa: S311 - to spread load, no secret


class _Told(Response):
    """An answer without end: its connection is handed to the newsstand once all headers are known."""

    automatically_set_content_length = False

    def __init__(self, stand: Newsstand, heard: frozenset[str] | None, last_id: str) -> None:
        super().__init__()
        self._stand = stand
        self._heard = heard
        self._last_id = last_id

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        del start_response
        headers = [f"{name}: {value}" for name, value in self.get_wsgi_headers(environ)]
        head = "\r\n".join((f"HTTP/1.1 {self.status}", *headers, "Connection: close", "", "")).encode("latin-1")
        page = OpenPage(take_over(environ), self._heard, place_of(self._last_id))
        if page.send(head + _beginning(AGAIN_MS, self._last_id)):
            self._stand.join(page)
        else:
            page.close()
        raise no_answer()
