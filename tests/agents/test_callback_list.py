"""Callbacks for later, and the list of all of them with what may be done there."""

from __future__ import annotations

from tests.agents.calling_shop import CALLER, CallingShop, caller_first, database, shop
from tests.agents.conftest import URL

__all__ = ["database", "shop"]


def test_who_wants_to_be_called_later_stands_in_line_then_and_overtakes_nobody(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    asked = {"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"}
    shop.callbacks.asked({**asked, "at_s": shop.clock() + 600})
    assert shop.list.open()[0]["next_s"] == shop.clock() + 600
    shop.later(590)
    second = shop.waits("b")
    shop.later(11)
    shop.becomes_free(first, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")
    ring = shop.talk(second)
    shop.becomes_free(second, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/back-CA1-sales/")


def test_who_rings_before_the_time_they_asked_for_is_not_called_any_more(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    asked = {"queue": "sales", "number": f"+150355501{ord('b'):02}", "brief": "", "line": "", "call": "CA1"}
    shop.callbacks.asked({**asked, "at_s": shop.clock() + 600})
    shop.waits("b")
    assert shop.told() == [("back-CA1-sales", "cancelled", 0)]


def test_the_list_tells_what_is_next_and_a_callback_is_cancelled_or_called_now(shop: CallingShop) -> None:
    person = caller_first(shop)
    assert [one["doing"] for one in shop.list.open()] == ["being called"]
    shop.called.ended("back-CA1-sales", "busy", person)
    assert [(one["doing"], one["next_s"], one["attempts"]) for one in shop.list.open()] == [
        ("later", shop.clock() + 300, 1)
    ]
    assert shop.list.call_now("back-CA1-sales") is True
    assert shop.rung == [CALLER, CALLER]
    assert shop.list.cancel("back-CA1-sales") is True
    assert shop.carrier.hung_up[-1] == shop.carrier.rings[-1].sid
    assert (shop.list.open(), shop.list.cancel("back-CA1-sales")) == ([], False)
    assert shop.list.call_now("back-CA1-sales") is False
    assert shop.transfers.waiting() == []


def test_a_callback_for_later_is_cancelled_or_called_now(shop: CallingShop) -> None:
    asked = {"queue": "sales", "brief": "", "line": "", "at_s": shop.clock() + 6000}
    for call, number in (("CA1", CALLER), ("CA2", "+15035550129")):
        shop.callbacks.asked({**asked, "call": call, "number": number})
    assert shop.list.cancel("back-CA1-sales") is True
    assert shop.list.call_now("back-CA2-sales") is True
    assert shop.rung == ["ann"]
