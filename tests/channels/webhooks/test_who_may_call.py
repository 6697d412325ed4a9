"""Who may post to the service: the carrier, by its signature, about calls that can be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis

from app import Parts
from ivr.exchange.twiml import Gather, Hangup
from tests.channels.carrier_phone import CALL, CarrierPhone


@pytest.mark.parametrize("signed", ["", "x", "A" * 28, "\u00e9"])
@pytest.mark.parametrize(
    "path", ["incoming", f"turn/{CALL}/1", f"resume/{CALL}", "status", f"recording/{CALL}/support", "fallback"]
)
def test_without_the_carriers_signature_nothing_happens(
    phone: CarrierPhone, redis: Redis, path: str, signed: str
) -> None:
    response = phone.send(f"/voice/{path}", signed=signed)
    assert response.status_code == 403
    assert redis.keys("*") == []


def test_a_signature_for_other_words_or_another_address_is_none(phone: CarrierPhone, redis: Redis) -> None:
    phone.key = "another"
    assert phone.send("/voice/incoming").status_code == 403
    phone.key = ""
    assert phone.send("/voice/incoming").status_code == 403
    assert redis.keys("*") == []


def test_without_a_token_nobody_is_let_in(make_parts: Callable[..., Parts], redis: Redis) -> None:
    phone = CarrierPhone(make_parts(TWILIO_AUTH_TOKEN="").web().test_client(), key="")
    assert phone.send("/voice/incoming").status_code == 403
    assert redis.keys("*") == []


def test_both_tokens_are_good_while_they_are_changed(make_parts: Callable[..., Parts]) -> None:
    client = make_parts(TWILIO_AUTH_TOKEN=",".join(["old", "new"])).web().test_client()
    assert CarrierPhone(client, key="old").rings().the(Gather).prompts
    assert CarrierPhone(client, key="new").rings().presses("9").document[-1:] == (Hangup(),)


@pytest.mark.parametrize("call", ["", "CA1", "CA" + "g" * 32, "../../etc/passwd", "CA" + "0" * 33])
def test_a_call_id_that_is_none_is_refused(phone: CarrierPhone, redis: Redis, call: str) -> None:
    phone.call = call
    assert phone.send("/voice/incoming").status_code == 400
    assert redis.keys("*") == []
