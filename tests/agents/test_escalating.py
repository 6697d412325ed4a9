"""Supervisors are told of callers who wait, and of talks that last, too long."""

from __future__ import annotations

from dataclasses import replace

from ivr.agents.attendant import Attendant
from ivr.agents.phones import Phones
from ivr.agents.staffing import Escalation
from ivr.agents.transfers import Transfers
from ivr.outbox import Outbox
from tests.agents.conftest import URL, Alerts
from tests.agents.shop import Shop, shop

__all__ = ["shop"]


def test_supervisors_are_told_once_of_who_waits_and_of_who_talks_too_long(shop: Shop) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, escalations={"sales": Escalation(60, 600)})
    told = shop.attendant.alert = Alerts()
    first, second = shop.caller("a"), shop.caller("b")
    ring = shop.talk(first)
    shop.clock.at_s += 61
    shop.transfers.wait(second)
    for _ in range(2):
        shop.later(1)
    _, other = shop.process()
    other.look_after()
    shop.clock.at_s += 600
    shop.transfers.wait(second)
    shop.later(1)
    about = [(one["call"], one["why"]) for topic, one in told.told if one.get("event") == "escalated"]
    assert about == [("CA" + "b" * 32, "waiting"), ("CA" + "a" * 32, "talking")]
    assert [one["escalated"] for one in shop.transfers.waiting()] == [("talking",), ("waiting",)]
    shop.transfers.leg_ended(first, ring, "completed")


def test_a_supervisor_is_written_to_once_by_the_outbox_and_not_told_who_calls(shop: Shop, outbox: Outbox) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, escalations={"sales": Escalation(60, email="lead@northwind.example")})
    attendant = Attendant(
        shop.redis, Phones(shop.carrier, URL), lambda: shop.staffing, Alerts(), shop.clock, outbox=outbox
    )
    shop.attendant, shop.transfers = attendant, Transfers(attendant, lambda to: [])
    first = shop.caller("a")
    shop.clock.at_s += 61
    shop.transfers.wait(first)
    for _ in range(2):
        shop.later(1)
    [errand] = outbox.latest(10)
    assert (errand.kind, errand.data["to"]) == ("email", "lead@northwind.example")
    assert "sales" in errand.data["subject"]
    assert "CA" + "a" * 32 in errand.data["text"]
    assert "+1503" not in str(errand.data)
