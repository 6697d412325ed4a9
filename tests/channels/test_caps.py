"""One number or line has so many calls and texts within an hour, counted by all processes together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis

from app import Parts
from ivr.caps import HOUR_S, NOBODY, Caps, Limits
from ivr.exchange.twiml import Gather, Reject
from ivr.settings import SettingsError
from tests.channels.carrier_phone import CarrierPhone
from tests.channels.webhooks.conftest import carrier, make_parts
from tests.conftest import CALLER, LINE

__all__ = ["carrier", "make_parts"]

OTHER = "+14155550199"


def caps(redis: Redis, now_s: float = 0.0, **limits: int) -> Caps:
    return Caps(redis, Limits(**limits), lambda: now_s)


def test_the_call_too_many_of_a_number_is_refused_and_nobody_elses(redis: Redis) -> None:
    one = caps(redis, calls_per_caller=2)
    assert [one.admits_call(f"CA{number}", CALLER, LINE) for number in range(3)] == [True, True, False]
    assert one.admits_call("CA9", OTHER, LINE)
    assert caps(redis, HOUR_S, calls_per_caller=2).admits_call("CA10", CALLER, LINE)


def test_a_repeated_post_is_not_one_more_call(redis: Redis) -> None:
    one = caps(redis, calls_per_caller=1)
    assert [one.admits_call("CA1", CALLER, LINE) for _ in range(5)] == [True] * 5
    assert not one.admits_call("CA2", CALLER, LINE)


@pytest.mark.parametrize("caller", ["anonymous", "", "client:ann", *sorted(NOBODY)])
def test_callers_without_a_number_are_not_one_caller(redis: Redis, caller: str) -> None:
    one = caps(redis, calls_per_caller=1, calls_per_line=3)
    assert [one.admits_call(f"CA{number}", caller, LINE) for number in range(4)] == [True, True, True, False]


def test_texts_are_counted_by_number_and_by_line(redis: Redis) -> None:
    one = caps(redis, texts_per_number=1, texts_per_line=2)
    assert one.admits_text("1", CALLER, LINE)
    assert not one.admits_text("2", CALLER, LINE)
    assert not one.admits_text("3", OTHER, LINE)


def test_without_a_limit_or_a_redis_everybody_is_let_in(redis: Redis) -> None:
    assert caps(redis).admits_call("CA1", CALLER, LINE)
    assert redis.keys("*") == []
    with Redis(unix_socket_path="/nowhere") as gone:
        assert caps(gone, calls_per_caller=1).admits_call("CA1", CALLER, LINE)


def test_who_calls_too_often_hears_the_busy_tone_and_a_call_under_way_goes_on(make_parts: Callable[..., Parts]) -> None:
    client = make_parts(IVR_LIMITS="calls_per_caller=1").web().test_client()
    first = CarrierPhone(client).rings()
    assert first.the(Gather).prompts
    second = CarrierPhone(client, call="CA" + "b" * 32).rings()
    assert second.document == (Reject("busy"),)
    assert first.rings().the(Gather).prompts


@pytest.mark.parametrize("text", ["calls=3", "calls_per_caller", "calls_per_caller=-1", "calls_per_caller=many"])
def test_limits_that_make_no_sense_stop_the_start(make_parts: Callable[..., Parts], text: str) -> None:
    with pytest.raises(SettingsError, match="IVR_LIMITS"):
        make_parts(IVR_LIMITS=text).web()
