"""Somebody is called back, before an agent is, on a whole service with real sound: held, consulted about, passed on."""

from __future__ import annotations

from pathlib import Path

import requests

from ivr.calling.clients import Exchange, Service
from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.calling.conftest import Running
from tests.calling.test_with_an_agent import CALLER, LINE, WITHIN_S, Desk, humming, until
from tests.conftest import ROOT

FLOWS = """\
company: Northwind Outfitters
lines: {"+15035550100": welcome}
queues:
  sales: {skills: [sales], callback_first: caller}
  repairs: {skills: [repairs]}
agents:
  maria: {name: Maria, at: "client:maria", skills: [sales]}
  sam: {name: Sam, at: "client:sam", skills: [repairs]}
flows:
  welcome:
    - callback: {queue: sales, brief: "A pole.", say: Yes.}
    - hangup: Bye.
"""


def asked_for_it(running: Supervised, folder: Path) -> Desk:
    """Somebody has rung, wants to be called back and hangs up; everybody's telephone is there."""
    exchange, web = Exchange(running.exchange_url, running.token), requests.Session()
    web.headers["X-Page-Token"] = web.get(f"{running.web_url}/api/v1/flows", timeout=WITHIN_S).json()["token"]
    exchange.connect_phone(CALLER, [{"answer": 0.1}, humming(folder, "caller")], linger_s=90)
    exchange.connect_phone("client:maria", [{"answer": 0.1}, {"press": "1"}, humming(folder, "maria")], linger_s=90)
    sams = humming(folder, "sam")
    exchange.connect_phone("client:sam", [{"answer": 0.1}, sams], [{"answer": 0.1}, {"press": "1"}, sams], linger_s=90)
    everything = Running(running, exchange, Service(running.web_url))
    return Desk(everything, exchange.place_call(LINE, CALLER, [], 30), web)


def said_to(desk: Desk, who: str) -> str:
    """What a person was told by the service."""
    events = desk.running.exchange.call(desk.legs[who])["events"]
    return " ".join(str(event["text"]) for event in events if event["what"] == "say")


def test_who_is_called_back_first_is_held_consulted_about_and_passed_on_to_a_queue(tmp_path: Path) -> None:
    flows = tmp_path / "flows.yaml"
    flows.write_text(FLOWS, encoding="utf-8")
    settings = Settings.from_env({"IVR_FLOWS": str(flows), "IVR_SPEECH": "keys"}, ROOT)
    with Supervised(settings, data=tmp_path / "data") as running:
        desk = asked_for_it(running, tmp_path)
        until(lambda: desk.is_inside("caller") and desk.is_inside("maria"))
        assert desk.legs["caller"] != desk.call, "what is done to them is done to the call to them"
        hello = "Hello, this is Northwind Outfitters, calling you back as you asked. One moment please"
        assert hello in said_to(desk, "caller")
        desk.listen("talk")
        assert desk.do("hold").ok
        desk.listen("hold")
        assert desk.do("resume").ok
        assert desk.do("consult", to="agent sam").ok
        until(lambda: desk.is_inside("sam"))
        desk.listen("consulting")
        assert desk.do("hang up", to="sam").ok
        until(lambda: not desk.is_inside("sam"))

        # Into the line of another queue, whose agent is rung as for any caller.
        assert desk.do("transfer", to="queue repairs", note="It broke.").ok
        until(lambda: desk.is_inside("sam") and desk.is_inside("caller"))
        desk.listen("passed on")
        onward = desk.web.get(f"{running.web_url}/api/v1/transfers/back-{desk.call}-sales~1", timeout=WITHIN_S).json()
        assert (onward["to"], onward["with"]) == ("queue repairs", "sam")
        assert onward["brief"].startswith("From maria: It broke.")
        assert desk.do("hang up").ok
        until(lambda: desk.running.exchange.call(desk.legs["caller"])["status"] == "completed")

        assert desk.heard("caller", "talk") == {"maria"}
        assert desk.heard("maria", "talk") == {"caller"}
        assert desk.heard("caller", "hold") == {"music"}
        assert desk.heard("caller", "consulting") == {"music"}
        assert desk.heard("caller", "passed on") == {"sam"}
