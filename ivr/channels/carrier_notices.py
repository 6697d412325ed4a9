"""What the carrier tells us of itself: how media streams fare, and its warnings and errors about our calls.

Both are for the operator: they are logged, counted and shown with the call they are about. Of a warning only what names
it is kept: its payload repeats whole posts and answers, with whatever a caller has keyed in them.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

log = logging.getLogger(__name__)

CALL = re.compile(r"CA[0-9a-f]{32}")
CODE = re.compile(r"[0-9]{1,6}", re.ASCII)
LEVELS = frozenset({"warning", "error"})
STREAM_ERROR = "stream-error"
LONGEST = 200

Told = Callable[[str, str, Mapping[str, str], float], None]
"""Takes a call, what happened in it, facts about it and how long it took."""
Counted = Callable[[str, str], None]
"""Takes the level of a warning and its code."""


@dataclass(frozen=True, slots=True)
class CarrierNotices:
    """Takes them. ``told`` keeps what is about a call with the call, ``counted`` counts."""

    told: Told
    counted: Counted

    def stream(self) -> Response:
        """A media stream started, stopped or broke; the call itself goes on by its next verb."""
        form = request.form
        if form.get("StreamEvent") == STREAM_ERROR:
            what = form.get("StreamError", "")[:LONGEST]
            log.warning("call %s: the carrier's media stream broke: %s", form.get("CallSid", "")[:LONGEST], what)
            self.counted("error", "stream")
        return Response(status=204)

    def debugger(self) -> Response:
        """The carrier's debugger has a warning or an error for us."""
        form = request.form
        level = form.get("Level", "").lower()
        notice = _payload(form.get("Payload", ""))
        code = str(notice.get("error_code", ""))
        code = code if CODE.fullmatch(code) else "unknown"
        about = str(notice.get("resource_sid", ""))[:LONGEST]
        facts = {"Level": level if level in LEVELS else "unknown", "code": code, **_asked(notice)}
        log.warning("call %s: the carrier has a notice: %s", about, facts)
        self.counted(facts["Level"], code)
        if CALL.fullmatch(about):
            self.told(about, f"carrier notice {code}", facts, 0.0)
        return Response(status=204)


def carrier_notices(notices: CarrierNotices) -> Blueprint:
    """More routes below ``/voice``; whoever registers them guards them with the signature."""
    told = Blueprint("carrier_notices", __name__, url_prefix="/voice")
    told.add_url_rule("/stream-status", "stream", notices.stream, methods=["POST"])
    told.add_url_rule("/debugger", "debugger", notices.debugger, methods=["POST"])
    return told


def _payload(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _asked(notice: Mapping[str, Any]) -> dict[str, str]:
    """Which address of ours it is about, and with which status we answered; nothing of the contents."""
    webhook = _part(notice, "webhook")
    path = _path_of(str(_part(webhook, "request").get("url", "")))
    status = str(_part(webhook, "response").get("status_code", ""))
    return {name: value[:LONGEST] for name, value in (("path", path), ("status", status)) if value}


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _part(notice: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = notice.get(name)
    return part if isinstance(part, dict) else {}
