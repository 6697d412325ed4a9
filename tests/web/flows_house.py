"""The whole application with its flows page, as somebody at this machine sees it in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import Parts
from ivr.channels.text import TextCall
from tests.conftest import LINE, MONDAY_NOON

HOST = "127.0.0.1:5000"
ORIGIN = f"http://{HOST}"

FLOWS = """\
company: Test Shop
lines: {"+15035550100": welcome}
slots:
  card: {kind: digits, length: 4, ask: Your card?, secret: true}
queues:
  sales: {skills: [sales]}
agents:
  ann: {name: Ann, at: "client:ann", skills: [sales]}
mailboxes:
  support: {greeting: Speak after the tone.}
flows:
  welcome:
    - say: Hello.
    - menu:
        ask: Message or sales?
        options:
          message: {press: 1, go: message}
          sales: {press: 2, go: sales}
  message:
    - voicemail: support
    - hangup: Bye.
  sales:
    - transfer: {to: queue sales, otherwise: {no answer: message}}
    - hangup: Bye.
"""
CALLS = """\
hears the greeting:
  call:
    - hears: Hello.
    - hears: Message or sales?
"""


@dataclass
class Editor:
    """Somebody with the page open."""

    parts: Parts
    client: FlaskClient
    token: str = ""

    @classmethod
    def at(cls, parts: Parts) -> Editor:
        return cls(parts, parts.web().test_client())

    def page(self, path: str = "/flows") -> str:
        response = self.client.get(path, base_url=ORIGIN)
        assert response.status_code == 200, response.text
        return response.text

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(f"/api/v1/flows{path}", base_url=ORIGIN)

    def send(self, method: str, path: str, body: Any, **headers: str) -> TestResponse:
        if not self.token:
            found = re.search(r'data-token="([^"]+)"', self.page())
            assert found
            self.token = found[1]
        sent = {"X-Page-Token": self.token, "Origin": ORIGIN, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.open(f"/api/v1/flows{path}", method=method, base_url=ORIGIN, json=body, headers=sent)

    def save(self, text: str, over: str = "") -> str:
        response = self.send("PUT", "/draft", {"text": text, "over": over})
        assert response.status_code == 200, response.text
        return str(response.json["version"]) if response.json else ""

    def live(self) -> str:
        state = self.get("/state").json
        assert state
        return str(state["live"])

    def publish(self, text: str, why: str = "because", **more: Any) -> TestResponse:
        saved = self.get("/state").json
        assert saved
        version = self.save(text, saved["draft"])
        return self.send("POST", "/publish", {"draft": version, "over": self.live(), "why": why, **more})

    def call(self, number: int = 1) -> TextCall:
        """A real caller."""
        call = TextCall(self.parts.runtime, f"CA{number:032d}")
        call.dial(LINE, "+14155550123")
        return call


def write(folder: Path) -> None:
    (folder / "flows.yaml").write_text(FLOWS, encoding="utf-8")


__all__ = ["CALLS", "FLOWS", "HOST", "LINE", "MONDAY_NOON", "ORIGIN", "Editor", "write"]
