"""For load balancers and supervisors: does the process live, and can it do its work."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify

log = logging.getLogger(__name__)


def health(checks: Mapping[str, Callable[[], object]]) -> Blueprint:
    """``/healthz`` and ``/readyz``. A check raises when its part does not work."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True, pid=os.getpid())

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        failing = [name for name, check in checks.items() if not _passes(name, check)]
        return jsonify(ok=not failing, failing=failing), 503 if failing else 200

    return blueprint


def _passes(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # whatever a part raises, the answer is "not ready"; the log says why
        log.exception("not ready: %s", name)
        return False
    return True
