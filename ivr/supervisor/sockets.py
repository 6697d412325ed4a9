"""Ports for the children: chosen and held by us, so what answers there is ours and nobody takes it in between."""

from __future__ import annotations

import socket
from contextlib import closing

from ivr.ports import OutsideError

LAST_PORT = 65535


def listen(port: int, host: str = "127.0.0.1", *, or_next: bool = False) -> socket.socket:
    """A listening socket to be inherited by a server. Callers queue at it while the server starts or restarts.

    ``port`` 0 is any free one; with ``or_next``, the next free one when ``port`` is taken.

    Raises:
        OutsideError: when the port is taken.
    """
    while True:
        try:
            return _bound(port, host, backlog=1024)
        except OSError as error:
            if not or_next or port >= LAST_PORT:
                hint = "Stop what uses it, or set PORT to another number."
                raise OutsideError(
                    f"Port {port} on {host} cannot be used ({error.strerror}). {hint}", retry=True
                ) from error
            port += 1


def reserve(host: str = "127.0.0.1") -> socket.socket:
    """A socket that keeps a free port from everybody but a child that is told its number.

    It is bound but does not listen: Linux lets a second socket bind the same port when both set ``SO_REUSEADDR``
    (servers do) and none listens yet, and gives the port to nobody who asks for just any.
    """
    return _bound(0, host, backlog=None)


def _bound(port: int, host: str, backlog: int | None) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        if backlog is not None:
            bound.listen(backlog)
    except OSError:
        bound.close()
        raise
    return bound


def port_of(bound: socket.socket) -> int:
    """The port number of a bound socket."""
    number: int = bound.getsockname()[1]
    return number


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    try:
        with closing(_bound(port, host, backlog=1)):
            return True
    except OSError:
        return False
