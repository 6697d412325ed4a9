"""A WebSocket on the connection of a request, read and written by the very thread that serves it.

A caller's telephone sends fifty messages a second: handing each from a reading thread to a serving one would cost more
than everything else that is done with it. The protocol is that of the ``websockets`` library, which brings no threads.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, request
from websockets.exceptions import ConnectionClosed, InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

MAX_MESSAGE = 64 * 1024
READ_BYTES = 64 * 1024
FAREWELL_S = 1.0
"""How long to wait for the other side's goodbye: closing with unread data would tear ours from the wire."""
REFUSED_S = 0.1
"""The same for who is refused: hundreds of them would otherwise hold every thread."""
WHOLE_TEXT = 0x81
MASKED = 0x80
SHORT_HEADER = 6
LENGTH_IN_16_BITS = 126
MAX_PLAIN = 4096
"""First byte of an unfragmented text frame; bit of a masked one; bytes of its header with the mask; RFC 6455, 5.2."""
HANDSHAKE = ("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version")

_QUIET = logging.getLogger(__name__)
_QUIET.setLevel(logging.WARNING)
"""The library tells of every connection; what a call does is told elsewhere."""


class SocketClosedError(Exception):
    """The other side is gone, or said goodbye."""


class WebSocket:
    """One open WebSocket, for one thread."""

    def __init__(self, connection: socket.socket, handshake: bytes) -> None:
        """``handshake`` is the request that asks for the WebSocket, as it came over the wire.

        Raises:
            SocketClosedError: when it does not; it has been told so.
        """
        self._connection = connection
        self._protocol = ServerProtocol(max_size=MAX_MESSAGE, logger=_QUIET)
        self._messages: deque[str | bytes] = deque()
        self._begun: list[bytes] = []
        self._is_text = True
        self._waits_s: float | None = None
        self._plain: bytes | None = b""
        connection.setblocking(True)
        self._protocol.receive_data(handshake)
        for asked in self._protocol.events_received():
            if isinstance(asked, Request):
                self._protocol.send_response(self._protocol.accept(asked))
        self._flush()
        if self._protocol.state is not State.OPEN:
            raise SocketClosedError

    def receive(self, timeout: float | None = None, gather_s: float = 0.0) -> str | bytes | None:
        """The next message; None when there is none within ``timeout`` seconds.

        When none is here, ``gather_s`` are waited before looking: waking up for several costs as much as for one.

        Raises:
            SocketClosedError: when there will be no more.
        """
        if not self._messages:
            if gather_s:
                time.sleep(gather_s)
            self._wait_at_most(timeout)
        while not self._messages:
            if self._protocol.state is not State.OPEN:
                raise SocketClosedError
            try:
                self._read()
            except TimeoutError:
                return None
            except SocketClosedError:
                if not self._messages:
                    raise  # else what came before the end is still to be read
        return self._messages.popleft()

    def send(self, data: str) -> None:
        """Send a message.

        Raises:
            SocketClosedError: when the other side is gone.
        """
        try:
            self._protocol.send_text(data.encode())
        except (ConnectionClosed, InvalidState) as error:
            raise SocketClosedError from error
        self._flush()

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Say goodbye with the code ``reason``, and wait a moment for the other side to do so. Safe to repeat."""
        if self._protocol.state is not State.OPEN:
            return
        with suppress(SocketClosedError, TimeoutError, InvalidState):
            self._protocol.send_close(reason or CloseCode.NORMAL_CLOSURE, message or "")
            self._flush()
            until_s = time.monotonic() + (REFUSED_S if reason == CloseCode.TRY_AGAIN_LATER else FAREWELL_S)
            while (left_s := until_s - time.monotonic()) > 0:
                self._wait_at_most(left_s)
                self._read()  # until the other side hangs up

    def hang_up(self) -> None:
        """Nothing more either way. Gunicorn would wait for the other side in the very thread that takes new calls."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _wait_at_most(self, timeout_s: float | None) -> None:
        """For data that is read. The kernel keeps the time: Python would ask it twice for every message."""
        if timeout_s != self._waits_s:
            self._waits_s = timeout_s
            whole_s, rest_s = divmod(timeout_s or 0.0, 1.0)
            span = struct.pack("ll", int(whole_s), max(1, int(rest_s * 1e6)) if timeout_s else 0)
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, span)

    def _read(self) -> None:
        try:
            data = self._connection.recv(READ_BYTES)
        except BlockingIOError as error:
            raise TimeoutError from error
        except OSError as error:
            raise SocketClosedError from error
        if data and self._plain is not None:
            data_left = self._take_plain(self._plain + data)
            if data_left is None:
                return
            self._protocol.receive_data(data_left)
        elif data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame):
                self._take(frame)
        self._flush()
        if not data:
            raise SocketClosedError

    def _take_plain(self, data: bytes) -> bytes | None:
        """Take short whole text messages, which is all that a carrier sends until it closes; None when that was all.

        What is anything else is given back, and from then on the protocol reads everything: it costs three times more.
        """
        at = 0
        while len(data) - at >= SHORT_HEADER:
            length, header = data[at + 1] & 0x7F, SHORT_HEADER
            if length == LENGTH_IN_16_BITS:
                length, header = int.from_bytes(data[at + 2 : at + 4], "big"), SHORT_HEADER + 2
            long = data[at + 1] & 0x7F > LENGTH_IN_16_BITS or length > MAX_PLAIN
            if data[at] != WHOLE_TEXT or not data[at + 1] & MASKED or long:
                self._plain = None
                return data[at:]
            end = at + header + length
            if end > len(data):
                break
            text = apply_mask(data[at + header : end], data[at + header - 4 : at + header])
            self._messages.append(text.decode("utf-8", "replace"))
            at = end
        self._plain = data[at:]
        return None

    def _take(self, frame: Frame) -> None:
        """Keep a message, or a piece of one."""
        if frame.opcode not in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            return
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._begun.append(bytes(frame.data))
        if frame.fin:
            whole = b"".join(self._begun)
            self._begun.clear()
            self._messages.append(whole.decode("utf-8", "replace") if self._is_text else whole)

    def _flush(self) -> None:
        try:
            for data in self._protocol.data_to_send():
                if data:
                    self._connection.sendall(data)
                else:
                    self._connection.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise SocketClosedError from error


class _Done(Response):
    """For a connection that was taken over: there is nothing left to answer."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        del environ, start_response
        raise StopIteration  # tells gunicorn to close the connection


def web_socket(app: Flask, rule: str, serve: Callable[[WebSocket], None]) -> None:
    """Have ``serve`` carry every WebSocket that is asked for at ``rule``; it is closed when ``serve`` returns."""

    def view() -> Response:
        connection = request.environ.get("gunicorn.socket")
        if connection is None:
            return Response("WebSockets need gunicorn.\n", status=501, content_type="text/plain")
        asked = [f"{name}: {request.headers[name]}" for name in HANDSHAKE if name in request.headers]
        handshake = "\r\n".join((f"GET {request.path} HTTP/1.1", *asked, "", "")).encode("latin-1", "replace")
        with suppress(SocketClosedError):
            opened = WebSocket(connection, handshake)
            try:
                serve(opened)
            finally:
                opened.close()
                opened.hang_up()
        return _Done()

    app.add_url_rule(rule, "web_socket", view, websocket=True)
