"""The API for machines, below ``/api/v1``: calls and transfers as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_file
from werkzeug.exceptions import HTTPException

from ivr.ports import OutsideError
from ivr.web.access import current_user
from ivr.web.calls import call_for, calls_for
from ivr.web.sources import Sources

MOST = 500
"""Rows in one answer."""


def api(sources: Sources) -> Blueprint:
    """All routes below ``/api/v1``."""
    answers = _Answers(sources)
    blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/calls", "calls", answers.calls)
    blueprint.add_url_rule("/calls/<call_id>", "call", answers.call)
    blueprint.add_url_rule("/calls/<call_id>/recordings", "recordings", answers.recordings)
    blueprint.add_url_rule("/calls/<call_id>/recordings/<recording_id>", "recording", answers.recording)
    blueprint.add_url_rule("/transfers", "transfers", answers.transfers)
    blueprint.add_url_rule("/transfers/<transfer_id>", "transfer", answers.transfer)
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route."""

    sources: Sources

    def calls(self) -> Response:
        return jsonify(calls=calls_for(current_user(), self.sources, limit()))

    def call(self, call_id: str) -> Response:
        return jsonify(_found(call_for(current_user(), self.sources, call_id), "call"))

    def recordings(self, call_id: str) -> Response:
        """What agents recorded of a call."""
        _found(call_for(current_user(), self.sources, call_id), "call")
        kept = self.sources.recordings
        return jsonify(recordings=[dict(one) for one in kept.of_call(call_id)] if kept else [])

    def recording(self, call_id: str, recording_id: str) -> Response:
        """The sound of a recording: for whoever may see the call."""
        _found(call_for(current_user(), self.sources, call_id), "call")
        kept = self.sources.recordings
        known = kept.get(recording_id) if kept else None
        path = kept.audio_path(recording_id) if kept and known and known["call_id"] == call_id else None
        if path is None:
            abort(404, "There is no such recording of this call.")
        name = f"{recording_id}.wav"
        return send_file(path.resolve(), mimetype="audio/wav", conditional=True, download_name=name)

    def transfers(self) -> Response:
        return jsonify(transfers=[_heard(one) for one in self.sources.transfers.waiting()])

    def transfer(self, transfer_id: str) -> Response:
        return jsonify(_heard(_found(self.sources.transfers.context(transfer_id), "transfer")))


def _refused(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def _broken(error: OutsideError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 503


def limit() -> int:
    """How many rows are asked for."""
    text = request.args.get("limit", "50")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        abort(400, f"limit must be a whole number from 1 to {MOST}.")
    return int(text)


def _heard(transfer: Mapping[str, Any]) -> dict[str, Any]:
    """The transfer, with only those earlier messages of its caller that who asks may hear."""
    before, hears = transfer.get("before"), current_user().hears
    if not isinstance(before, Mapping) or hears is None:
        return dict(transfer)
    kept = [one for one in before.get("voicemails", ()) if one["mailbox"] in hears]
    return {**transfer, "before": {**before, "voicemails": kept}}


def _found(value: Any, what: str) -> Any:
    if value is None:
        abort(404, f"There is no such {what}.")
    return value
