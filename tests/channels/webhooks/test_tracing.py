"""The turns of a call are one trace for whoever collects them, without a word of what was said."""

from __future__ import annotations

import sys

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app import Parts
from ivr.channels.tracing import ENDPOINT, Spans, spans_of
from tests.channels.carrier_phone import CALL, CarrierPhone
from tests.conftest import CALLER, LINE, MONDAY_NOON


@pytest.fixture
def collected(parts: Parts) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    parts.traffic.then = Spans(provider).add
    return exporter


def test_the_turns_of_a_call_are_one_trace_with_its_steps_and_times(
    collected: InMemorySpanExporter, phone: CarrierPhone, parts: Parts
) -> None:
    phone.rings().presses("2")
    parts.traffic.streamed(CALL, "stream turn", {}, 0.25)
    parts.traffic.flush()
    rang, turn, streamed = collected.get_finished_spans()
    assert [one.name for one in (rang, turn, streamed)] == ["voice.incoming", "voice.turn", "stream turn"]
    assert {f"CA{one.context.trace_id:032x}" for one in (rang, turn, streamed) if one.context} == {CALL}
    assert turn.attributes is not None
    assert (turn.attributes["ringdown.turn"], turn.attributes["http.response.status_code"]) == (2, 200)
    assert turn.attributes["ringdown.step"] == parts.runtime.get(CALL).call.step  # type: ignore[union-attr]  # it is live
    assert streamed.end_time == int(MONDAY_NOON * 1e9)
    assert streamed.start_time == int((MONDAY_NOON - 0.25) * 1e9)


def test_a_span_says_nothing_of_who_called_or_what_was_said(
    collected: InMemorySpanExporter, phone: CarrierPhone, parts: Parts
) -> None:
    phone.rings().presses("2")
    parts.traffic.flush()
    told = " ".join(one.to_json() for one in collected.get_finished_spans())
    assert CALL in told
    assert all(secret not in told for secret in (CALLER, LINE, "Digits", "Northwind"))


def test_without_a_collector_nothing_is_imported_and_without_the_package_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert spans_of({}) is None
    assert caplog.text == ""
    assert spans_of({ENDPOINT: "http://127.0.0.1:4318"}) is None
    assert "pip install opentelemetry-sdk" in caplog.text
