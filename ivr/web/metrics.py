"""``/metrics`` for Prometheus: how long callers wait for us, how much waits where, and what goes wrong.

Numbers of this process are counted as they happen; what all processes share is looked up when somebody asks. Nothing
here names a caller or a call.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from ivr.accounts import Role
from ivr.ports import OutsideError
from ivr.web.access import Access
from ivr.web.headers import FOR_CARRIERS

TURN_S = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
"""The carrier gives a webhook 15 s."""
WAIT_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5)
"""Callers notice from about half a second."""
MEASURED = {
    "answer_to_sound_s": ("answer_to_sound_seconds", "From the end of an answer to the first sound of what follows."),
    "perform_s": ("perform_seconds", "From knowing what to say to its first sound."),
}
COUNTED = {
    "frames_received": ("sound_frames_received", "Pieces of 20 ms of callers' sound that came in."),
    "frames_decoded": ("sound_frames_decoded", "Those that the recogniser was given."),
}

Gauges = Callable[[], Mapping[str, float]]
"""Figures that all processes share, by name; raises ``OutsideError`` when they cannot be had."""

log = logging.getLogger(__name__)


class Metrics:
    """The figures of one process."""

    def __init__(self, gauges: Mapping[str, tuple[str, Gauges]]) -> None:
        """``gauges`` are groups of figures, each with what they say and who is asked."""
        self.registry = CollectorRegistry()
        self._gauges = gauges
        self._turns = Histogram(
            "ringdown_webhook_seconds", "Posts of the carrier.", ["endpoint"], buckets=TURN_S, registry=self.registry
        )
        self._answers = Counter("ringdown_webhook_answers", "By status.", ["status"], registry=self.registry)
        self._errors = Counter("ringdown_log", "Warnings and errors.", ["level", "part"], registry=self.registry)
        self._notices = Counter(
            "ringdown_carrier_notices", "Warnings and errors of the carrier.", ["level", "code"], registry=self.registry
        )
        self._waits = {
            name: Histogram(f"ringdown_{called}", what, buckets=WAIT_S, registry=self.registry)
            for name, (called, what) in MEASURED.items()
        }
        self._counts = {
            name: Counter(f"ringdown_{called}", what, registry=self.registry)
            for name, (called, what) in COUNTED.items()
        }
        self.registry.register(self)

    def measured(self, name: str, value: float) -> None:
        """Something was measured on a media stream."""
        if name in self._waits:
            self._waits[name].observe(value)
        elif name in self._counts:
            self._counts[name].inc(value)

    def noticed(self, level: str, code: str) -> None:
        """The carrier has a warning or an error about our calls."""
        self._notices.labels(level, code).inc()

    def watch(self, app: Flask) -> None:
        """Time the carrier's posts to ``app``."""
        app.before_request(self._begun)
        app.after_request(self._answered)

    def _begun(self) -> None:
        g.metrics_began_s = time.perf_counter()

    def _answered(self, response: Response) -> Response:
        began_s = g.get("metrics_began_s")
        if request.path.startswith(FOR_CARRIERS) and request.method == "POST" and began_s is not None:
            # An endpoint and not a path: a path has ids in it, and strangers may ask for any.
            self._turns.labels(request.endpoint or "none").observe(time.perf_counter() - began_s)
            self._answers.labels(str(response.status_code)).inc()
        return response

    def count(self, record: logging.LogRecord) -> None:
        """Something was logged that is no good news."""
        self._errors.labels(record.levelname.lower(), record.name).inc()

    def collect(self) -> Iterable[Metric]:
        """What all processes share, as it is now; for the registry."""
        for group, (what, ask) in self._gauges.items():
            try:
                figures = ask()
            except OutsideError as error:
                log.warning("%s cannot be counted: %s", group, error)
                continue
            for name, value in figures.items():
                yield GaugeMetricFamily(f"ringdown_{group}_{name}", what, value=value)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: who registers must not be asked for Redis."""
        return ()


class ErrorCounter(logging.Handler):
    """Has warnings and errors counted by the part that logs them."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.WARNING)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        self._metrics.count(record)


def add_metrics(app: Flask, metrics: Metrics, access: Access) -> None:
    """``/metrics``, for programs with their token and for supervisors."""
    blueprint = Blueprint("metrics", __name__)
    blueprint.before_request(access.guard(Role.SUPERVISOR))

    @blueprint.get("/metrics")
    def figures() -> Response:
        return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)
