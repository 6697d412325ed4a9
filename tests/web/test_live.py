"""Live updates as a browser gets them: over a real socket, with what was missed, and never at a caller's cost."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.serving import make_server

from ivr.web.alerts import KEEP, Alerts
from ivr.web.live import live_events


@pytest.fixture
def alerts(redis: Redis) -> Alerts:
    return Alerts(redis)


@contextmanager
def serving(alerts: Alerts, *, viewers: int = 4, heartbeat_s: float = 0.05, lifetime_s: float = 5.0) -> Iterator[int]:
    """The live updates on a port of this machine."""
    app = Flask("live")
    app.register_blueprint(live_events(alerts, viewers=viewers, heartbeat_s=heartbeat_s, lifetime_s=lifetime_s))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def watching(port: int, path: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
    """An open page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=sent)
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


def block(answer: http.client.HTTPResponse) -> dict[str, str]:
    """The next event with data."""
    found: dict[str, str] = {}
    while True:
        line = answer.readline().decode().rstrip("\n")
        if line == "" and "data" in found:
            return found
        if line == "":
            found = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            found[name] = value


def test_news_reaches_an_open_page(alerts: Alerts) -> None:
    with serving(alerts) as port, watching(port, "/events/desk") as page:
        assert page.headers["Content-Type"].startswith("text/event-stream")
        assert page.readline() == b"retry: 1000\n"
        alerts("desk", {"transfer": "CA1-1", "phase": "ringing"})
        news = block(page)
    assert news["event"] == "changed"
    assert news["data"] == '{"transfer": "CA1-1", "phase": "ringing"}'


def test_a_page_that_was_away_gets_what_it_missed(alerts: Alerts) -> None:
    alerts("desk", {"number": 1})
    seen = alerts.latest()
    alerts("desk", {"number": 2})
    alerts("desk", {"number": 3})
    with serving(alerts) as port:
        with watching(port, "/events/desk", Last_Event_ID=seen) as page:
            assert [block(page)["data"], block(page)["data"]] == ['{"number": 2}', '{"number": 3}']
        with watching(port, f"/events/desk?after={seen}") as page:
            assert block(page)["data"] == '{"number": 2}'


def test_a_page_gets_news_of_its_topic_only(alerts: Alerts) -> None:
    with serving(alerts) as port, watching(port, "/events/voicemail?after=0-0") as page:
        alerts("desk", {"number": 1})
        alerts("voicemail", {"number": 2})
        assert block(page)["data"] == '{"number": 2}'
        with watching(port, "/events/all?after=0-0") as wallboard:
            assert [block(wallboard)["data"], block(wallboard)["data"]] == ['{"number": 1}', '{"number": 2}']


def test_a_quiet_stream_shows_that_it_lives_and_ends_after_its_time(alerts: Alerts) -> None:
    with serving(alerts, lifetime_s=0.2) as port, watching(port, "/events/desk") as page:
        assert page.read().count(b": still here") >= 2


@pytest.mark.parametrize("made_up", ["x", "1", "1-1 evil", "%0d%0adata: evil", "-"])
def test_a_made_up_place_in_the_news_means_from_now_on(alerts: Alerts, made_up: str) -> None:
    alerts("desk", {"number": 1})
    newest = alerts.latest()
    with serving(alerts) as port, watching(port, f"/events/desk?after={made_up.replace(' ', '%20')}") as page:
        assert page.readline() == b"retry: 1000\n"
        assert page.readline().decode() == f"id: {newest}\n"
        alerts("desk", {"number": 2})
        assert block(page)["data"] == '{"number": 2}'


def test_one_page_too_many_is_sent_away_and_a_closed_one_makes_room(alerts: Alerts) -> None:
    with serving(alerts, viewers=1) as port:
        with watching(port, "/events/desk") as first:
            assert first.status == 200
            with watching(port, "/events/desk") as second:
                assert (second.status, second.headers["Retry-After"]) == (503, "30")
        statuses = [0]
        deadline = time.monotonic() + 5
        while statuses[-1] != 200 and time.monotonic() < deadline:  # the server notices at its next heartbeat
            with watching(port, "/events/desk") as next_one:
                statuses.append(next_one.status)
        assert statuses[-1] == 200


def test_news_told_by_many_callers_at_once_all_arrive_each_callers_in_order(redis: Redis, alerts: Alerts) -> None:
    def told(caller: int) -> None:
        for number in range(50):
            alerts("calls", {"caller": caller, "number": number})

    callers = [threading.Thread(target=told, args=(caller,)) for caller in range(4)]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    alerts.flush()
    first = alerts.after("0-0", 0.1)
    arrived = [json.loads(one.data) for one in (*first, *alerts.after(first[-1].id, 0.1))]
    assert len(arrived) == 200
    for caller in range(4):
        assert [one["number"] for one in arrived if one["caller"] == caller] == list(range(50))


def test_the_news_does_not_grow_for_ever(redis: Redis, alerts: Alerts) -> None:
    for number in range(KEEP + 500):
        alerts("desk", {"number": number})
    alerts.flush()
    assert 0 < redis.xlen("ringdown:alerts") < KEEP + 200


def test_news_that_cannot_be_told_costs_nobody_the_call() -> None:
    with Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0)) as nowhere:
        alerts = Alerts(nowhere)
        alerts("desk", {"number": 1})
        assert alerts.latest() == "0-0"


def test_an_unknown_topic_does_not_exist(alerts: Alerts) -> None:
    with serving(alerts) as port, watching(port, "/events/secrets") as page:
        assert page.status == 404
