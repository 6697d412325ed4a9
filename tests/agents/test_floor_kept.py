"""What is lost with a process or with Redis is made good, and the floor follows the flow file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from redis import Redis

from ivr.channels.carriers.canned import CannedCarrier
from tests.agents.conftest import URL, Alerts, Clock
from tests.agents.shop import Shop, lose_the_floor, shop

__all__ = ["shop"]


class DiesOnce(CannedCarrier):
    """A carrier whose first ring kills the process that asks for it."""

    def ring(self, *args: object, **keys: object) -> str:
        if not self.hung_up:
            self.hung_up.append("the process")
            raise KeyboardInterrupt
        return super().ring(*args, **keys)  # type: ignore[arg-type]


def test_a_ring_that_died_with_its_process_is_rung_by_another(redis: Redis, clock: Clock) -> None:
    shop = Shop(redis, DiesOnce(), clock)
    with contextlib.suppress(KeyboardInterrupt):
        shop.caller("a")
    assert shop.rung == []
    clock.at_s += 11
    _, other = shop.process()
    other.look_after()
    assert len(shop.rung) == 1


@pytest.mark.parametrize("forget", [lose_the_floor, lambda redis: None])
def test_a_floor_that_was_lost_is_made_anew_from_who_waits_and_talks(
    shop: Shop, forget: Callable[[Redis], None]
) -> None:
    shop.only("ann")
    ring = shop.talk(shop.caller("a"))
    second, third = shop.caller("b"), shop.caller("c")
    forget(shop.redis)
    shop.later(1)
    assert shop.states() == {"ann": "on call"}
    assert shop.transfers.wait(third).say == "You are number two in line."
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")


def test_who_is_new_in_the_flow_file_is_rung_and_who_is_gone_is_not(shop: Shop) -> None:
    shop.only("ann")
    shop.later(0)
    shop.staff.set_state("ann", "break", "lunch")
    shop.caller("a")
    assert shop.rung == []
    shop.only("bob")
    shop.later(3)
    assert shop.rung == ["bob"]
    assert shop.staff.set_state("ann", "available") is None


def test_news_of_a_ring_name_the_agent_and_those_of_time_whom_it_changed(shop: Shop) -> None:
    shop.only("ann", wrap_up_s=30.0)
    told = shop.attendant.alert = Alerts()
    ring = shop.talk(shop.caller("a"))
    rung = [one for topic, one in told.told if topic == "desk" and one["phase"] == "ringing"]
    assert {tuple(one["agents"]) for one in rung} == {("ann",)}
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    told.told.clear()
    shop.later(31)
    assert ("queues", {"event": "TimePassed", "agents": ["ann"]}) in told.told
