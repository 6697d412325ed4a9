"""Redis loses everything on a whole service and a real exchange: calls go on, and who waits keeps the place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from redis import Redis

from ivr.settings import Settings
from ivr.supervisor import Service as Supervised
from tests.calling.test_in_line import LINE, OLDER, YOUNGER, House, until
from tests.conftest import ROOT

THIRD = "+14155550124"
FLOWS = """\
company: Northwind Outfitters
lines: {"+15035550100": welcome}
queues:
  sales: {skills: [sales]}
agents:
  maria: {name: Maria, at: "client:maria", skills: [sales]}
slots:
  order: {kind: digits, length: 4, ask: What is your order number?}
flows:
  welcome:
    - menu:
        ask: Sales, or your order?
        options:
          sales: {press: 1, go: sales}
          your order: {press: 2, go: order}
  sales:
    - transfer: {to: queue sales, otherwise: {no answer: goodbye}}
    - go: goodbye
  order:
    - collect: order
    - say: "Your order is {order|digits}."
    - go: goodbye
  goodbye:
    - hangup: Goodbye.
"""


def test_a_call_goes_on_at_its_question_and_the_line_keeps_its_order(tmp_path: Path) -> None:
    flows = tmp_path / "flows.yaml"
    flows.write_text(FLOWS, encoding="utf-8")
    settings = Settings.from_env({"IVR_FLOWS": str(flows), "IVR_SPEECH": "keys"}, ROOT)
    with Supervised(settings, data=tmp_path / "data") as running, Redis.from_url(running.settings.redis_url) as redis:
        house = House(running)
        house.maria_is("break")
        house.exchange.connect_phone("client:maria", [{"answer": 0.1}, {"press": "1"}], linger_s=90)
        older = house.exchange.place_call(LINE, OLDER, [{"press": "1", "interrupt": 0.2}], 90)
        until(lambda: "You are next in line." in house.heard(older))
        younger = house.exchange.place_call(LINE, YOUNGER, [{"press": "1", "interrupt": 0.2}], 90)
        until(lambda: "You are number two in line." in house.heard(younger))
        keys: list[Mapping[str, Any]] = [{"press": "2", "interrupt": 0.2}, {"wait": 1.5}, {"press": "1234"}]
        third = house.exchange.place_call(LINE, THIRD, keys, 90)
        until(lambda: "What is your order number?" in house.heard(third))
        redis.flushall()
        until(lambda: "Goodbye." in house.heard(third))
        assert "Your order is 1 2 3 4." in house.heard(third)
        house.maria_is("available")
        until(lambda: house.transfer(older) == ("connected", "maria"))
        assert house.transfer(younger) == ("waiting", "")
        assert "went wrong" not in house.heard(older) + house.heard(younger) + house.heard(third)
        assert house.heard(third).count("What is your order number?") == 1
