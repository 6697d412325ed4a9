"""``/metrics`` tells what happened and what waits, to who may know, and names nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app import Parts
from ivr.ports import OutsideError
from ivr.web.metrics import ErrorCounter, Metrics
from tests.channels.carrier_phone import CALL, CarrierPhone
from tests.channels.webhooks.conftest import carrier, make_parts
from tests.conftest import CALLER

__all__ = ["carrier", "make_parts"]

BEARER = "a token of some length"


def figures(client: FlaskClient) -> dict[str, float]:
    """The samples by name and labels."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {BEARER}"}, base_url="https://ivr.example")
    assert answer.status_code == 200, answer.status
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    samples = (sample for family in families for sample in family.samples)
    return {f"{one.name}{''.join(sorted(one.labels.values()))}": one.value for one in samples}


def test_a_call_and_a_refused_stranger_are_counted_and_not_named(make_parts: Callable[..., Parts]) -> None:
    client = make_parts(IVR_PAGES_TOKEN=BEARER).web().test_client()
    phone = CarrierPhone(client).rings().presses("1")
    phone.send("/voice/incoming", signed="x")
    found = figures(client)
    assert found["ringdown_webhook_seconds_countvoice.incoming"] == 2
    assert found["ringdown_webhook_seconds_countvoice.turn"] == 1
    assert found["ringdown_webhook_answers_total200"] == 2
    assert found["ringdown_webhook_answers_total403"] == 1
    assert found["ringdown_calls_live"] == 1
    assert found["ringdown_outbox_parked"] == 0
    assert found["ringdown_lines_waiting"] == 0
    whole = client.get("/metrics", headers={"Authorization": f"Bearer {BEARER}"}, base_url="https://ivr.example")
    assert CALL not in whole.text
    assert CALLER not in whole.text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
def test_strangers_are_told_nothing(make_parts: Callable[..., Parts], headers: dict[str, str]) -> None:
    client = make_parts(IVR_PAGES_TOKEN=BEARER).web().test_client()
    answer = client.get("/metrics", headers=headers, base_url="https://ivr.example")
    assert answer.status_code in {303, 401, 403}
    assert "ringdown_calls" not in answer.text


def test_what_cannot_be_looked_up_is_left_out_and_the_rest_is_told() -> None:
    def gone() -> dict[str, float]:
        raise OutsideError("Redis is gone", retry=True)

    metrics = Metrics({"calls": ("Calls.", gone), "outbox": ("Errands.", lambda: {"waiting": 3.0})})
    assert [one.name for one in metrics.collect()] == ["ringdown_outbox_waiting"]


def test_what_is_measured_and_what_is_logged_is_counted() -> None:
    metrics = Metrics({})
    metrics.measured("answer_to_sound_s", 0.3)
    metrics.measured("frames_received", 50)
    metrics.measured("something else", 1)
    log = logging.Logger("ivr.channels")  # noqa: LOG001 - one that nobody else listens to
    log.addHandler(ErrorCounter(metrics))
    log.info("all is well")
    log.warning("a stream broke")
    log.error("worse")
    get = metrics.registry.get_sample_value
    assert get("ringdown_answer_to_sound_seconds_count") == 1
    assert get("ringdown_sound_frames_received_total") == 50
    assert get("ringdown_log_total", {"level": "warning", "part": "ivr.channels"}) == 1
    assert get("ringdown_log_total", {"level": "error", "part": "ivr.channels"}) == 1
    assert get("ringdown_log_total", {"level": "info", "part": "ivr.channels"}) is None
