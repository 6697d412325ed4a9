"""Live updates for pages: server-sent events from the stream of alerts.

A page that was away names the last event it saw and gets the rest. Each open page holds a thread, so their number is
limited: a wallboard must never keep a caller waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from flask import Blueprint, Response, request
from redis.exceptions import RedisError

from ivr.web.alerts import Alerts

TOPICS = ("all", "calls", "desk", "queues", "voicemail")

HEARS = {"desk": frozenset({"desk", "queues"})}
"""Topics that hear more than themselves: a desk shows who else is free."""

VIEWERS = 24
"""Open pages with live updates in one process; more get none and are told to look again later."""

HEARTBEAT_S = 3.0
"""Below the client's socket timeout, and short enough to notice that a page was closed."""

LIFETIME_S = 25.0
"""After this long the browser is sent to connect anew, so a process that is to end need not wait for pages."""

AGAIN_MS = 1000
"""How soon a browser comes back."""


def live_events(
    alerts: Alerts, *, viewers: int = VIEWERS, heartbeat_s: float = HEARTBEAT_S, lifetime_s: float = LIFETIME_S
) -> Blueprint:
    """The route ``/events/<topic>``."""
    live = Blueprint("live", __name__)
    seats = threading.BoundedSemaphore(viewers)

    @live.get("/events/<any(" + ",".join(TOPICS) + "):topic>")
    def events(topic: str) -> Response:
        if not seats.acquire(blocking=False):
            return Response("Too many pages are open.", status=503, headers={"Retry-After": "30"})
        last_id = request.headers.get("Last-Event-ID") or request.args.get("after", "")
        response = Response(_stream(alerts, topic, last_id, heartbeat_s, lifetime_s), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects answers would hold the news back
        response.call_on_close(seats.release)
        return response

    return live


def _stream(alerts: Alerts, topic: str, last_id: str, heartbeat_s: float, lifetime_s: float) -> Iterator[str]:
    last_id = alerts.place(last_id)
    heard = HEARS.get(topic, frozenset({topic}))
    until = time.monotonic() + lifetime_s
    yield f"retry: {AGAIN_MS}\nid: {last_id}\n\n"
    while time.monotonic() < until:
        try:
            news = alerts.after(last_id, heartbeat_s)
        except RedisError:
            return  # the browser comes back; by then Redis may, too
        for one in news:
            last_id = one.id
            if topic == "all" or one.topic in heard:
                yield f"id: {one.id}\nevent: changed\ndata: {one.data}\n\n"
        yield ": still here\n\n"
