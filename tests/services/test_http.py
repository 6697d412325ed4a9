"""Only what the company listed is asked, and whatever comes back is bounded. Real sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
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


def test_a_name_that_leads_elsewhere_when_it_is_really_asked_is_refused(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up before says a public address; the one for the connection our own machine."""
    port = host.rpartition(":")[2]
    answers = ["93.184.216.34", "127.0.0.1"]
    real = socket.getaddrinfo

    def lying(name: str, *rest: Any, **more: Any) -> Any:
        if name != "orders.example":
            return real(name, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), int(port)))]

    monkeypatch.setattr(socket, "getaddrinfo", lying)
    with pytest.raises(OutsideError, match="private network") as caught:
        http.ask({**args(f"orders.example:{port}", "/123456")})
    assert answers == []
    assert not caught.value.retry


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_in_time() -> None:
    over = threading.Event()
    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        slow.listen()

        def drip() -> None:
            taken, _ = slow.accept()
            with taken, suppress(OSError):
                taken.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not over.wait(0.05):
                    taken.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        address = f"127.0.0.1:{slow.getsockname()[1]}"
        with pytest.raises(OutsideError) as caught:
            http.ask({**args(address, "/"), "timeout_s": 0.4})
        over.set()
        thread.join()
    assert caught.value.retry


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1@{host}/",
        "http://{host}.evil.example/",
        "http://{host}@evil.example/",
        "file:///etc/passwd",
        "gopher://{host}/",
        "http:///",
        "//{host}/",
        "http://[::1",
        "http://{host}\\@evil.example/",
    ],
)
def test_an_address_that_only_looks_listed_is_not_asked(host: str, url: str) -> None:
    with pytest.raises(OutsideError) as caught:
        http.ask({**args(host, "/"), "url": url.replace("{host}", host)})
    assert not caught.value.retry
