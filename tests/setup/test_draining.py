"""A real web server is told to end in mid-call, beside another one: the call goes on there as if nothing had been."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ivr.benchmarks.carrier_posts import CarrierPosts, call_form, new_call_id
from ivr.settings import Settings
from ivr.signing import signature
from ivr.supervisor import Service, sockets, web_server
from ivr.supervisor.child import Child
from tests.conftest import LINE, ROOT

WITHIN_S = 60.0
GRACE_S = 30
"""As in production, so that a slow machine has time for what this test does before the end."""


class Node:
    """A web server of its own, on a port of its own, of a service that others serve too."""

    def __init__(self, service: Service, port: int) -> None:
        self.service, self.port = service, port
        self.posts = CarrierPosts(port, service.settings.public_url, service.token)

    def post(self, path: str, call: str) -> str:
        return self.posts.post(path, call_form(self.service.settings.account_sid, call, LINE)).text

    @contextmanager
    def stream(self, twiml: str, call: str) -> Iterator[ClientConnection]:
        """The carrier connects the stream that the document asks for."""
        url = unescape(re.findall(r'<Stream url="([^"]+)"', twiml)[0])
        headers = {"X-Twilio-Signature": signature(self.service.token, url, {})}
        media = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"streamSid": "MZ1", "callSid": call, "customParameters": {"call": call}, "mediaFormat": media}
        with connect(f"ws://127.0.0.1:{self.port}/voice/stream", additional_headers=headers, proxy=None) as socket:
            socket.send(json.dumps({"event": "start", "start": start}))
            yield socket

    def ready(self) -> tuple[int, list[str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=WITHIN_S) as answer:
                return answer.status, json.load(answer)["failing"]
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["failing"]


@contextmanager
def another_node(service: Service) -> Iterator[tuple[Node, Child]]:
    with sockets.listen(0) as listening:
        own = ["--bind", f"fd://{listening.fileno()}", "--graceful-timeout", str(GRACE_S), "app:create_app()"]
        child = Child(
            "other",
            [sys.executable, "-m", "gunicorn", "--config", f"python:{web_server.__name__}", *own],
            folder=service.settings.root,
            environment=service.environment,
            tell=lambda name, line: None,
            is_ready=web_server.READY.__eq__,
            keep_open=(listening.fileno(),),
            again=False,
        )
        child.start()
        try:
            child.wait_ready(WITHIN_S)
            yield Node(service, sockets.port_of(listening)), child
        finally:
            child.stop(0)


def told_until_closed(socket: ClientConnection) -> list[str]:
    told: list[str] = []
    while True:
        try:
            told.append(json.loads(socket.recv(timeout=WITHIN_S))["event"])
        except ConnectionClosed as closed:
            return [*told, str(closed.rcvd.code if closed.rcvd else "without a word")]


def until_mark(socket: ClientConnection) -> tuple[str, float]:
    """The next mark, and how many seconds of sound came before it."""
    sound = 0
    while True:
        message = json.loads(socket.recv(timeout=WITHIN_S))
        if message["event"] == "mark":
            return message["mark"]["name"], sound / 8000
        if message["event"] == "media":
            sound += len(message["media"]["payload"]) * 3 // 4


def test_a_call_and_a_caller_who_rings_go_on_at_another_node_when_theirs_is_told_to_end(tmp_path: Path) -> None:
    call, newcomer = new_call_id(), new_call_id()
    with (
        Service(Settings.from_env({}, ROOT), data=tmp_path, web_only=True) as service,
        another_node(service) as (ending, process),
    ):
        staying = Node(service, int(service.web_url.rpartition(":")[2]))
        with ending.stream(ending.post("/voice/incoming", call), call) as stream:
            assert until_mark(stream)[0] == "turn-1"
            assert ending.ready() == (200, [])

            os.kill(process.pid, signal.SIGTERM)
            while ending.ready() != (503, ["draining"]):
                assert process.pid
            away = ending.post("/voice/incoming", newcomer)
            assert re.findall(r"<(Redirect|Say|Hangup|Stream)", away) == ["Redirect"]

            stream.send(json.dumps({"event": "dtmf", "streamSid": "MZ1", "dtmf": {"digit": "1"}}))
            told = told_until_closed(stream)
            assert told in (["clear", "1012"], ["1012"]), "the next question is not asked here"

        goes_on = staying.post(f"/voice/resume/{call}", call)
        assert '<Parameter name="turn" value="2"/>' in goes_on
        with staying.stream(goes_on, call) as stream:
            name, said_s = until_mark(stream)
        assert name == "turn-2"
        again = staying.post(f"/voice/resume/{call}", call)
        with staying.stream(again, call) as stream:
            assert until_mark(stream)[1] > said_s, "now it broke: the question comes with an apology"
        assert "<Stream" in staying.post("/voice/incoming", newcomer)

        assert process.wait(WITHIN_S), "with no stream left it ends by itself"
        assert process.ended_with == 0
