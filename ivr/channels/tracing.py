"""Spans for OpenTelemetry, where somebody collects them: the turns of a call are one trace, whose id is the call's own.

Nothing is imported unless ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set. Spans are made beside the turn, from what is kept of
the traffic, and name steps and times: nothing that callers said, no numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from ivr.channels.traffic import Seen

log = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PACKAGES = "opentelemetry-sdk opentelemetry-exporter-otlp-proto-http"
SERVICE = "ringdown"


class Spans:
    """Tells a collector of the turns of calls. ``close`` sends the rest."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer(SERVICE)
        self.close = provider.shutdown

    def add(self, seen: Seen) -> None:
        """A turn, a post of the carrier or something on a media stream, as it began and ended."""
        from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, set_span_in_context
        from opentelemetry.trace.status import Status, StatusCode

        trace = int(seen.call_id.removeprefix("CA"), 16)
        whole = SpanContext(trace, (trace & (2**64 - 1)) or 1, is_remote=True, trace_flags=TraceFlags(1))
        began_s = seen.at_s if seen.path else seen.at_s - seen.took_s  # a stream tells when something is over
        attributes: dict[str, str | int] = {"ringdown.call_id": seen.call_id}
        if seen.after is not None:
            attributes |= {"ringdown.step": seen.after.call.step, "ringdown.turn": seen.after.turn}
        if seen.status:
            attributes["http.response.status_code"] = seen.status
        span = self._tracer.start_span(
            seen.what,
            set_span_in_context(NonRecordingSpan(whole)),
            SpanKind.SERVER,
            attributes,
            start_time=int(began_s * 1e9),
        )
        if seen.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(int((began_s + seen.took_s) * 1e9))


def spans_of(environment: Mapping[str, str]) -> Spans | None:
    """Where spans go by ``environment``, as OpenTelemetry's own variables say; None for nowhere."""
    if not environment.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.warning("%s is set, but there is nothing to send spans with:  pip install %s", ENDPOINT, PACKAGES)
        return None
    named = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": SERVICE}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Spans(provider)
