"""HTTP to hosts outside that is over in time and cannot be led into our own network.

A name is looked up when the connection is made, not before: whoever owns the name could answer the check with one
address and the request with another. So the address that was really connected to is looked at, before a byte is sent.
The time is that of the whole exchange: a server that sends a byte now and then would keep a caller waiting for ever.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class PrivateAddressError(OSError):
    """The name leads into a private network."""


class _Guard:
    """Looks at every connection of one exchange, and ends them all when the time is over."""

    def __init__(self, timeout_s: float, *, public_only: bool) -> None:
        self.over = False
        self._public_only = public_only
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(timeout_s, self._end)
        self._timer.daemon = True
        self._timer.start()

    def connected(self, wire: socket.socket) -> socket.socket:
        """Take note of a new connection.

        Raises:
            PrivateAddressError: it goes where it must not.
        """
        address = str(wire.getpeername()[0]).partition("%")[0]
        if self._public_only and not ipaddress.ip_address(address).is_global:
            wire.close()
            raise PrivateAddressError(address)
        self._sockets.append(wire)
        return wire

    def done(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.over = True
        for wire in self._sockets:
            with suppress(OSError):
                # Not the object's own: TLS took the connection away from it, and the number of it lives on.
                socket.socket.shutdown(wire, socket.SHUT_RDWR)


def _classes(guard: _Guard) -> dict[str, Any]:
    """urllib3's pools with connections that ``guard`` sees."""

    class Plain(HTTPConnection):
        """A connection without TLS."""

        def _new_conn(self) -> socket.socket:
            return guard.connected(super()._new_conn())

    class Secure(HTTPSConnection):
        """One with TLS."""

        def _new_conn(self) -> socket.socket:
            return guard.connected(super()._new_conn())

    class PlainPool(HTTPConnectionPool):
        """Connections without TLS."""

        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        """Those with it."""

        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


@contextmanager
def bounded_session(timeout_s: float, *, public_only: bool) -> Iterator[requests.Session]:
    """A session for one exchange: over after ``timeout_s`` whatever the server does, and private addresses refused.

    Raises:
        TimeoutError: it was not over in time.
    """
    guard = _Guard(timeout_s, public_only=public_only)
    with requests.Session() as session:
        session.trust_env = False  # no proxy, which would look up names for us, and no .netrc
        for prefix in ("http://", "https://"):
            adapter = HTTPAdapter()
            adapter.poolmanager.pool_classes_by_scheme = _classes(guard)
            session.mount(prefix, adapter)
        try:
            yield session
        finally:
            guard.done()
        if guard.over:  # an answer that was cut off looks like one that has ended
            raise TimeoutError(f"not over within {timeout_s:g} s")
