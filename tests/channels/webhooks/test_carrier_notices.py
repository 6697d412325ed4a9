"""What the carrier tells of itself is logged, counted and shown with its call; what callers keyed stays out of it."""

from __future__ import annotations

import json
import logging

import pytest

from app import Parts
from tests.channels.carrier_phone import CALL, CarrierPhone


def notice(code: str = "11200", call: str = CALL) -> str:
    """As the carrier's debugger posts it: with the whole post that it complains about."""
    return json.dumps(
        {
            "resource_sid": call,
            "service_sid": None,
            "error_code": code,
            "more_info": {"Msg": "Got HTTP 502 response"},
            "webhook": {
                "type": "application/json",
                "request": {
                    "url": f"https://ivr.example/voice/turn/{CALL}/3?x=1",
                    "method": "POST",
                    "parameters": {"Digits": "4111111111111111"},
                },
                "response": {"status_code": 502, "headers": {}, "body": "<Say>4 1 1 1</Say>"},
            },
        }
    )


def counted(parts: Parts) -> dict[tuple[str, str], float]:
    found = {}
    for metric in parts.metrics.registry.collect():
        for sample in metric.samples:
            if sample.name == "ringdown_carrier_notices_total":
                found[sample.labels["level"], sample.labels["code"]] = sample.value
    return found


def test_an_error_of_the_carrier_is_shown_with_its_call_without_what_was_keyed(
    phone: CarrierPhone, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    phone.rings()
    answer = phone.send("/voice/debugger", Level="ERROR", Sid="NO" + "1" * 32, Payload=notice(), Timestamp="now")
    assert answer.status_code == 204
    parts.traffic.flush()
    ring, told = parts.traffic_kept.of_call(CALL)
    assert (ring.what, told.what) == ("voice.incoming", "carrier notice 11200")
    assert told.sent == {"Level": "error", "code": "11200", "path": f"/voice/turn/{CALL}/3", "status": "502"}
    assert "4111" not in caplog.text + str(told)
    assert "11200" in caplog.text
    assert counted(parts) == {("error", "11200"): 1.0}


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "[1]",
        "null",
        "[" * 20000,
        '{"webhook":{"request":{"url":"http://[::1"},"response":7}}',
        '{"error_code":"<b>"}',
    ],
)
def test_a_notice_that_makes_no_sense_is_counted_and_harms_nobody(
    phone: CarrierPhone, parts: Parts, payload: str
) -> None:
    assert phone.send("/voice/debugger", Level="NOISE", Payload=payload).status_code == 204
    assert counted(parts) == {("unknown", "unknown"): 1.0}
    parts.traffic.flush()
    assert parts.traffic_kept.of_call(CALL) == []


def test_how_a_media_stream_fares_is_kept_and_only_what_breaks_is_a_warning(
    phone: CarrierPhone, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for event in ("stream-started", "stream-stopped"):
        assert phone.send("/voice/stream-status", StreamEvent=event, StreamSid="MZ1").status_code == 204
    assert caplog.text == ""
    phone.send("/voice/stream-status", StreamEvent="stream-error", StreamError="31921 closed\r\n2026 forged")
    assert f"call {CALL}: the carrier's media stream broke: 31921 closed" in caplog.text
    parts.traffic.flush()
    found = parts.traffic_kept.of_call(CALL)
    assert [one.sent["StreamEvent"] for one in found] == ["stream-started", "stream-stopped", "stream-error"]
    assert counted(parts) == {("error", "stream"): 1.0}


@pytest.mark.parametrize("path", ["/voice/debugger", "/voice/stream-status"])
def test_nobody_but_the_carrier_tells_of_it(phone: CarrierPhone, parts: Parts, path: str) -> None:
    assert phone.send(path, signed="made up", Payload=notice()).status_code == 403
    assert counted(parts) == {}
