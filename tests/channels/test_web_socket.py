"""The WebSocket under a media stream, against a client of the ``websockets`` library on a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from flask import Flask
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from ivr.channels.web_socket import MAX_MESSAGE, SocketClosedError, WebSocket, web_socket

HANDSHAKE = (
    b"GET /voice/stream HTTP/1.1\r\nHost: ivr.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
Serve = Callable[[WebSocket], None]


@pytest.fixture
def dial() -> Iterator[Callable[[Serve], ClientConnection]]:
    """Opens a WebSocket to a function that serves it in a thread."""
    threads: list[threading.Thread] = []
    clients = ExitStack()

    def use(serve: Serve) -> ClientConnection:
        ours, theirs = socket.socketpair()

        def run() -> None:
            with ours:
                request = b""
                while not request.endswith(b"\r\n\r\n"):
                    request += ours.recv(4096)
                with suppress(SocketClosedError):
                    served = WebSocket(ours, request)
                    try:
                        serve(served)
                    finally:
                        served.close()

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return clients.enter_context(connect("ws://ivr.example/voice/stream", sock=theirs, compression=None))

    with clients:
        yield use
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def echo(served: WebSocket) -> None:
    while True:
        heard = served.receive(timeout=5)
        served.send(f"{type(heard).__name__} {heard!r}")


def test_messages_come_whole_and_in_order(dial: Callable[[Serve], ClientConnection]) -> None:
    client = dial(echo)
    client.send("one")
    client.send(["two, ", "in ", "pieces"])
    client.send(b"three")
    assert [client.recv(5) for _ in range(3)] == ["str 'one'", "str 'two, in pieces'", "bytes b'three'"]


def test_the_longest_message_is_taken_and_a_longer_one_ends_the_connection(
    dial: Callable[[Serve], ClientConnection],
) -> None:
    lengths: list[int] = []

    def serve(served: WebSocket) -> None:
        while True:
            lengths.append(len(served.receive(timeout=5) or ""))

    client = dial(serve)
    client.send("x" * MAX_MESSAGE)
    client.send("x" * (MAX_MESSAGE + 1))
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(5)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009
    assert lengths == [MAX_MESSAGE]


def test_messages_come_whole_and_in_order_however_the_network_cuts_them(
    dial: Callable[[Serve], ClientConnection],
) -> None:
    heard: list[str | bytes | None] = []

    def serve(served: WebSocket) -> None:
        while heard[-1:] != ["end"]:
            heard.append(served.receive(timeout=5))

    sent: list[str | bytes] = [
        "",
        "x",
        "\u00e9" * 62,
        "x" * 125,
        "x" * 126,
        "x" * 4096,
        "x" * 4097,
        "after a long one",
        b"bytes",
        "end",
    ]
    wires = b"".join(frame_of(message) for message in sent)
    client = dial(serve)
    for at in range(0, len(wires), 97):
        client.socket.sendall(wires[at : at + 97])
    with pytest.raises(ConnectionClosed):
        client.recv(5)
    assert heard == sent


def frame_of(message: str | bytes) -> bytes:
    """A masked frame, as it goes over the wire."""
    opcode = Opcode.TEXT if isinstance(message, str) else Opcode.BINARY
    data = message.encode() if isinstance(message, str) else message
    return Frame(opcode, data).serialize(mask=True)


def test_nothing_within_the_time_is_none_and_the_connection_stays(dial: Callable[[Serve], ClientConnection]) -> None:
    def serve(served: WebSocket) -> None:
        served.send(repr(served.receive(timeout=0.01)))
        served.send(repr(served.receive(timeout=5)))

    client = dial(serve)
    assert client.recv(5) == "None"
    client.send("still here")
    assert client.recv(5) == "'still here'"


def test_a_ping_is_answered_while_waiting_for_a_message(dial: Callable[[Serve], ClientConnection]) -> None:
    client = dial(echo)
    assert client.ping().wait(5)


def test_a_goodbye_reaches_the_other_side_though_it_goes_on_talking(dial: Callable[[Serve], ClientConnection]) -> None:
    def serve(served: WebSocket) -> None:
        served.receive(timeout=5)
        served.close(1011, "unavailable")
        with pytest.raises(SocketClosedError):
            served.send("too late")
        served.close()

    client = dial(serve)
    for _ in range(200):
        with suppress(ConnectionClosed):
            client.send("x" * 1000)
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(5)
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1011, "unavailable")


def test_who_waits_for_a_message_learns_that_the_other_side_is_gone(dial: Callable[[Serve], ClientConnection]) -> None:
    ended = threading.Event()

    def serve(served: WebSocket) -> None:
        try:
            served.receive(timeout=5)
        except SocketClosedError:
            ended.set()

    client = dial(serve)
    client.socket.shutdown(socket.SHUT_RDWR)
    assert ended.wait(5)


@pytest.mark.parametrize(
    "handshake",
    [
        HANDSHAKE.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""),
        HANDSHAKE.replace(b"Version: 13", b"Version: 7"),
        HANDSHAKE.replace(b"Upgrade: websocket\r\n", b""),
    ],
)
def test_what_does_not_ask_for_a_web_socket_is_refused_with_a_reason(handshake: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with pytest.raises(SocketClosedError):
            WebSocket(ours, handshake)
        ours.close()
        answer = theirs.recv(4096)
    assert answer.startswith(b"HTTP/1.1 4")


def test_a_connection_that_is_over_keeps_nobody_waiting_for_the_other_side() -> None:
    app = Flask("test")
    web_socket(app, "/stream", lambda served: served.close(1013, "full"))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asked = dict(line.split(": ", 1) for line in HANDSHAKE.decode().split("\r\n")[1:] if line)
        with pytest.raises(StopIteration):
            app.test_client().get(
                "/stream", headers=asked, base_url="ws://localhost", environ_overrides={"gunicorn.socket": ours}
            )
        ours.settimeout(5)
        assert ours.recv(1) == b"", "the other side has not hung up, and is not waited for"


def test_a_server_that_gives_no_socket_is_named() -> None:
    app = Flask("test")
    web_socket(app, "/stream", echo)
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    answer = app.test_client().get("/stream", headers=headers, base_url="ws://localhost")
    assert answer.status_code == 501
    assert "gunicorn" in answer.text
