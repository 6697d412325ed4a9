"""Callers in line on a whole service and a real exchange: who came first is taken, and who waits has a choice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests

from ivr.calling.clients import Exchange, Service
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.conftest import ROOT

FLOWS = """\
company: Northwind Outfitters
lines: {"+15035550100": welcome}
mailboxes:
  support: {greeting: Please leave your message.}
queues:
  sales: {skills: [sales]}
agents:
  maria: {name: Maria, at: "client:maria", skills: [sales]}
flows:
  welcome:
    - transfer:
        to: queue sales
        otherwise: {message: note, no answer: note}
    - hangup: Goodbye.
  note:
    - voicemail: support
    - hangup: Goodbye.
"""
LINE, OLDER, YOUNGER = "+15035550100", "+14155550121", "+14155550122"
WITHIN_S = 60.0


class House:
    """A service, its exchange, and what Maria's page would say."""

    def __init__(self, running: Supervised) -> None:
        self.exchange = Exchange(running.exchange_url, running.token)
        self.service = Service(running.web_url)
        self.api = f"{running.web_url}/api/v1"
        self.web = requests.Session()
        self.web.headers["X-Page-Token"] = self.web.get(f"{self.api}/flows", timeout=WITHIN_S).json()["token"]

    def maria_is(self, state: str) -> None:
        answer = self.web.post(f"{self.api}/agents/maria/state", json={"state": state}, timeout=WITHIN_S)
        assert answer.ok, answer.text

    def heard(self, call: str) -> str:
        """All that the caller was told."""
        return " ".join(
            str(event.get("text", "")) for event in self.exchange.call(call)["events"] if event["what"] == "say"
        )

    def transfer(self, call: str) -> tuple[str, str]:
        """How it stands with the call, and who has it."""
        transfers = self.web.get(f"{self.api}/calls/{call}", timeout=WITHIN_S).json().get("transfers", [])
        return (transfers[-1]["phase"], transfers[-1]["agent"]) if transfers else ("", "")


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not done():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def test_the_older_caller_is_taken_and_the_younger_hears_the_place_and_leaves_a_message(tmp_path: Path) -> None:
    flows = tmp_path / "flows.yaml"
    flows.write_text(FLOWS, encoding="utf-8")
    settings = Settings.from_env({"IVR_FLOWS": str(flows), "IVR_SPEECH": "keys"}, ROOT)
    with Supervised(settings, data=tmp_path / "data") as running:
        house = House(running)
        house.maria_is("break")
        house.exchange.connect_phone("client:maria", [{"answer": 0.1}, {"press": "1"}], linger_s=90)
        older = house.exchange.place_call(LINE, OLDER, [], 90)
        until(lambda: "You are next in line." in house.heard(older))
        message = {"say": "please call me back this afternoon", "voice": "en-us+f3"}
        script: list[Mapping[str, Any]] = [
            {"press": "2", "interrupt": 6.0},
            message,
            {"press": "#", "now": True},
            {"hang_up": True},
        ]
        younger = house.exchange.place_call(LINE, YOUNGER, script, 90)
        until(lambda: "You are number two in line. To leave a message, press two." in house.heard(younger))
        house.maria_is("available")
        until(lambda: house.transfer(older) == ("connected", "maria"))
        until(lambda: house.service.voicemails(younger))
        [left] = house.service.voicemails(younger)
        assert (left["mailbox"], left["caller"]) == ("support", YOUNGER)
        assert "Please leave your message." in house.heard(younger)
        assert house.transfer(younger)[1] == ""
