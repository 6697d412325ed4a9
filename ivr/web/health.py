"""For load balancers and supervisors: does the process live, and can it do its work."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from ivr.ports import OutsideError

log = logging.getLogger(__name__)


def health(
    checks: Mapping[str, Callable[[], object]], figures: Mapping[str, Callable[[], Mapping[str, Any]]] | None = None
) -> Blueprint:
    """``/healthz`` and ``/readyz``. A check raises when its part does not work.

    ``figures`` are told beside the answer; whatever they say, callers can be served.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True, pid=os.getpid())

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        failing = [name for name, check in checks.items() if not _passes(name, check)]
        told = {name: _figures(name, ask) for name, ask in (figures or {}).items()}
        return jsonify(ok=not failing, failing=failing, **told), 503 if failing else 200

    return blueprint


def _passes(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except OutsideError as error:
        log.warning("not ready: %s: %s", name, error)
        return False
    except Exception:  # whatever a part raises, the answer is "not ready"; the log says why
        log.exception("not ready: %s", name)
        return False
    return True


def _figures(name: str, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    try:
        return ask()
    except OutsideError as error:
        log.warning("%s cannot be counted: %s", name, error)
        return None
