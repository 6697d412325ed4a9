"""Connections of which nothing comes: they take no caller's place, and are closed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ivr.benchmarks.carrier_posts import CarrierPosts, call_form, new_call_id
from ivr.settings import ROOT, Settings
from ivr.signing import signature
from ivr.supervisor import Service
from tests.conftest import LINE
from tests.setup.processes import eventually

SILENT, STREAMS = 450, 25
"""Connections that say nothing at all, and media streams that never begin, so many at a time until there is no room."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(Settings.from_env({}, ROOT), web_only=True) as running:
        yield running


def media_socket(service: Service) -> ClientConnection:
    """What anybody can open who has the carrier's secret, and then be silent on."""
    url = service.settings.public_url.replace("http", "ws", 1) + "/voice/stream"
    headers = {"X-Twilio-Signature": signature(service.token, url, {})}
    return connect(service.web_url.replace("http", "ws", 1) + "/voice/stream", additional_headers=headers)


def ended_by(client: ClientConnection) -> int:
    """The code that the other side closed with; it may take its time."""
    with pytest.raises(ConnectionClosed) as gone:
        client.recv(timeout=60)
    return gone.value.rcvd.code if gone.value.rcvd else 0


def test_five_hundred_idle_sockets_keep_nobody_from_being_answered_and_are_closed(service: Service) -> None:
    port = int(service.web_url.rpartition(":")[2])
    posts = CarrierPosts(port, service.settings.public_url, service.token)

    def rings() -> str:
        return posts.post("/voice/incoming", call_form("AC" + "0" * 32, new_call_id(), LINE)).text

    assert "<Stream" in rings()
    with ExitStack() as open_sockets:
        for _ in range(SILENT):
            open_sockets.enter_context(socket.create_connection(("127.0.0.1", port)))
        streams: list[ClientConnection] = []

        def is_full() -> bool:
            streams.extend(open_sockets.enter_context(media_socket(service)) for _ in range(STREAMS))
            return "<Stream" not in (answer := rings()) and "<Gather" in answer

        assert eventually(is_full, timeout_s=60), "the house is never full, so nobody goes on by keys"
        codes = {ended_by(one) for one in streams}
        assert 1003 in codes, "closed for their silence"
        assert codes <= {1003, 1013}, "or for want of room"
        assert "<Stream" in rings()
