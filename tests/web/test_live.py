"""Live updates as a browser gets them: over a real socket, with what was missed, and never at a caller's cost."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.serving import make_server

from ivr.redis_server import RedisServer
from ivr.web.alerts import KEEP, Alerts
from ivr.web.live import AGAIN_MS, live_events
from tests.conftest import ROOT


@pytest.fixture
def alerts(redis: Redis) -> Alerts:
    return Alerts(redis)


@contextmanager
def serving(alerts: Alerts, *, pages: int = 4, heartbeat_s: float = 0.05, lifetime_s: float = 5.0) -> Iterator[int]:
    """The live updates on a port of this machine."""
    app = Flask("live")
    app.register_blueprint(live_events(alerts, pages=pages, heartbeat_s=heartbeat_s, lifetime_s=lifetime_s))
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
    """The next event with data; ``EOFError`` when the answer ends before."""
    found: dict[str, str] = {}
    while True:
        line = answer.readline().decode()
        if not line:
            raise EOFError
        line = line.rstrip("\n")
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
        assert page.readline().startswith(b"retry: ")
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


def test_every_page_hears_that_messages_have_changed_but_only_theirs_is_looked_at_anew(alerts: Alerts) -> None:
    with serving(alerts) as port, watching(port, "/events/desk?after=0-0") as desk:
        alerts("voicemail", {"number": 1})
        assert block(desk)["event"] == "voicemail"
        with watching(port, "/events/voicemail?after=0-0") as inbox:
            assert block(inbox)["event"] == "changed"


def test_a_quiet_stream_shows_that_it_lives_and_ends_after_its_time(alerts: Alerts) -> None:
    with serving(alerts, lifetime_s=1.0) as port, watching(port, "/events/desk") as page:
        assert page.read().count(b": still here") >= 2


@pytest.mark.parametrize("made_up", ["x", "1", "1-1 evil", "%0d%0adata: evil", "-"])
def test_a_made_up_place_in_the_news_means_from_now_on(alerts: Alerts, made_up: str) -> None:
    alerts("desk", {"number": 1})
    newest = alerts.latest()
    with serving(alerts) as port, watching(port, f"/events/desk?after={made_up.replace(' ', '%20')}") as page:
        assert page.readline().startswith(b"retry: ")
        assert page.readline().decode() == f"id: {newest}\n"
        alerts("desk", {"number": 2})
        assert block(page)["data"] == '{"number": 2}'


def test_one_page_too_many_looks_by_itself_and_a_closed_one_makes_room(alerts: Alerts) -> None:
    with serving(alerts, pages=1) as port:
        seen = alerts.latest()
        with watching(port, "/events/desk") as first:
            first.readline()
            alerts("calls", {"number": 1})
            alerts("desk", {"number": 2})
            assert block(first)["data"] == '{"number": 2}'
            with watching(port, f"/events/desk?after={seen}") as second:
                whole = second.read().decode()  # it ends: the browser asks again by itself
        again_ms = int(whole.split("retry: ")[1].split()[0])
        assert 2000 < again_ms < 5000
        assert whole.count("data: ") == 1
        assert 'data: {"number": 2}' in whole
        assert f"id: {alerts.latest()}" in whole
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:  # the server notices at its next heartbeat
            with watching(port, "/events/desk") as next_one:
                next_one.readline()
                alerts("desk", {"number": 3})
                with suppress(EOFError):
                    assert block(next_one)["data"] == '{"number": 3}'
                    return
        pytest.fail("the page that was closed still has its seat")


def test_a_page_that_looks_by_itself_is_asked_from_its_place_on(alerts: Alerts) -> None:
    alerts("desk", {"number": 1})
    with serving(alerts, pages=0) as port:
        with watching(port, "/events/desk?after=0-0") as page:
            first = page.read().decode()
        place = first.rsplit("id: ", 1)[1].split("\n")[0]
        alerts("desk", {"number": 2})
        with watching(port, "/events/desk", Last_Event_ID=place) as page:
            second = page.read().decode()
    assert ('{"number": 1}' in first, '{"number": 1}' in second, '{"number": 2}' in second) == (True, False, True)


def test_a_page_that_lives_no_longer_comes_back_at_once(alerts: Alerts) -> None:
    with serving(alerts, lifetime_s=0.1) as port, watching(port, "/events/desk") as page:
        said = [int(line.split()[1]) for line in page.read().decode().splitlines() if line.startswith("retry: ")]
    assert AGAIN_MS[0] <= said[0] <= AGAIN_MS[1]
    assert said[1] < 100


@pytest.mark.parametrize("claimed", ["99999999999999999999-0", "18446744073709551615-18446744073709551615"])
def test_who_claims_to_have_seen_the_future_is_told_the_present_and_deafens_nobody(
    alerts: Alerts, claimed: str
) -> None:
    with (
        serving(alerts) as port,
        watching(port, f"/events/desk?after={claimed}") as liar,
        watching(port, "/events/desk") as honest,
    ):
        assert (liar.readline()[:6], honest.readline()[:6]) == (b"retry:", b"retry:")
        alerts("desk", {"number": 1})
        assert (block(liar)["data"], block(honest)["data"]) == ('{"number": 1}', '{"number": 1}')


def test_a_page_that_does_not_read_keeps_no_other_waiting(alerts: Alerts) -> None:
    with serving(alerts, heartbeat_s=1.0) as port, watching(port, "/events/desk") as reads:
        reads.readline()
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sleeper:
            sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sleeper.sendall(b"GET /events/desk HTTP/1.1\r\nHost: here\r\n\r\n")
            assert sleeper.recv(12) == b"HTTP/1.1 200"
            many, text = 400, "x" * 20_000  # more than all buffers on the way hold
            for number in range(many):
                alerts("desk", {"number": number, "text": text})
                if number % 20 == 19:
                    alerts.flush()
                    assert [json.loads(block(reads)["data"])["number"] for _ in range(20)][-1] == number


def test_pages_look_again_when_redis_was_away_even_if_it_has_forgotten_all(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server, Redis(unix_socket_path=str(server.socket), socket_timeout=5) as redis:
        redis.set_retry(Retry(NoBackoff(), 0))
        alerts = Alerts(redis)
        with serving(alerts, lifetime_s=60) as port, watching(port, "/events/desk") as page:
            alerts("desk", {"number": 1})
            assert block(page)["data"] == '{"number": 1}'
            os.kill(server.pid, signal.SIGKILL)
            shutil.rmtree(tmp_path / "appendonlydir")
            server.revive()
            assert block(page) == {"event": "changed", "data": "{}"}
            alerts("desk", {"number": 2})
            assert block(page)["data"] == '{"number": 2}'


def test_two_threads_serve_forty_open_pages_and_go_on_answering(redis_server: RedisServer, tmp_path: Path) -> None:
    path = str(tmp_path / "web.sock")
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:ivr.supervisor.web_server", "--threads", "2"]
    command = [*gunicorn, "--bind", f"unix:{path}", "tests.web.news_alone:create_app()"]
    environment = {**os.environ, "REDIS_URL": redis_server.url, "PYTHONPATH": str(ROOT)}
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment) as server,  # noqa: S603 - our own program
        redis_server.client() as redis,
        ExitStack() as pages,
    ):
        try:
            waits_for(path)
            opened = [pages.enter_context(asked(path, "/events/desk")) for _ in range(40)]
            for page in opened:
                assert page.status == 200
            alerts = Alerts(redis)
            alerts("desk", {"number": 1})
            assert [block(page)["data"] for page in opened] == ['{"number": 1}'] * 40
            with asked(path, "/nothing") as answer:
                assert answer.status == 404
        finally:
            server.terminate()
    assert server.returncode == 0


def waits_for(path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), asked(path, "/nothing") as answer:
            assert answer.status == 404
            return
        time.sleep(0.05)
    pytest.fail("the web server does not answer")


@contextmanager
def asked(path: str, what: str) -> Iterator[http.client.HTTPResponse]:
    """The answer of a server at a unix socket."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    with closing(connection):
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(30)
        connection.sock.connect(path)
        connection.request("GET", what)
        with connection.getresponse() as answer:
            yield answer


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
