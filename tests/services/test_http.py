"""Only what the company listed is asked, and whatever comes back is bounded. Real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ivr.ports import OutsideError
from ivr.services import http

ANSWERS: dict[str, tuple[int, bytes]] = {
    "/123456": (200, json.dumps({"text": "on its way", "days": 2}).encode()),
    "/broken": (200, b"<html>"),
    "/list": (200, b"[1, 2]"),
    "/huge": (200, b'{"a": "' + b"x" * 100_000 + b'"}'),
    "/moved": (302, b""),
    "/fails": (500, b"{}"),
    "/missing": (404, b"{}"),
}


class Answers(BaseHTTPRequestHandler):
    """A company's web service."""

    def do_GET(self) -> None:
        status, body = ANSWERS.get(self.path, (404, b""))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/123456")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Nothing: tests are quiet."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def args(host: str, path: str, **more: Any) -> dict[str, Any]:
    given = {"method": "GET", "url": f"http://{host}{path}", "data": {}, "timeout_s": 2.0, "allowed_hosts": [host]}
    return {**given, **more}


def test_the_answer_of_a_listed_service_is_kept(host: str) -> None:
    assert http.ask(args(host, "/123456")) == {"text": "on its way", "days": 2}


def test_values_are_posted_as_json(host: str) -> None:
    assert http.ask(args(host, "/", method="POST", data={"order": "123456"})) == {"order": "123456"}


@pytest.mark.parametrize(("path", "retry"), [("/fails", True), ("/missing", False), ("/moved", False)])
def test_an_answer_that_is_none_fails_and_says_whether_to_try_again(host: str, path: str, retry: bool) -> None:
    with pytest.raises(OutsideError) as caught:
        http.ask(args(host, path))
    assert caught.value.retry is retry


@pytest.mark.parametrize("path", ["/broken", "/list", "/huge"])
def test_what_cannot_be_used_fails(host: str, path: str) -> None:
    with pytest.raises(OutsideError, match="answer"):
        http.ask(args(host, path))


def test_a_host_that_is_not_listed_is_never_asked(host: str) -> None:
    with pytest.raises(OutsideError, match="not listed"):
        http.ask(args(host, "/123456", allowed_hosts=["orders.example"]))


def test_a_name_and_password_in_the_address_do_not_smuggle_in_a_host(host: str) -> None:
    with pytest.raises(OutsideError, match="not listed"):
        http.ask(args(host, "/", url=f"http://orders.example@{host}/", allowed_hosts=["orders.example"]))


def test_a_name_that_leads_into_a_private_network_is_refused() -> None:
    with pytest.raises(OutsideError, match="private network"):
        http.ask(args("localhost", "/", allowed_hosts=["localhost"]))


def test_nobody_there_is_a_failure_that_may_pass() -> None:
    with pytest.raises(OutsideError) as caught:
        http.ask(args("127.0.0.1:1", "/"))
    assert caught.value.retry
