"""The API for what agents note about calls: ``/api/v1/calls/<id>/notes``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.ports import OutsideError
from ivr.records.notes import LONGEST_NOTE, OUTCOMES, Note, SqlNotes, note_to_json
from ivr.web.access import current_user
from ivr.web.calls import call_for
from ivr.web.sources import Sources


def notes_api(sources: Sources, notes: SqlNotes) -> Blueprint:
    """Two routes; whoever registers them guards them."""
    answers = _Answers(sources, notes)
    blueprint = Blueprint("notes_api", __name__, url_prefix="/api/v1/calls/<call_id>/notes")
    blueprint.add_url_rule("", "notes", answers.notes_of)
    blueprint.add_url_rule("/<agent_id>", "note", answers.write, methods=["PUT"])
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route. Whoever may not see a call may not see or write what is noted about it."""

    sources: Sources
    notes: SqlNotes

    def notes_of(self, call_id: str) -> Response:
        self._call(call_id)
        return jsonify(notes=[note_to_json(note) for note in self.notes.of_call(call_id)], outcomes=OUTCOMES)

    def write(self, call_id: str, agent_id: str) -> Response:
        """What ``agent_id`` has to say about the call, in place of what they said before."""
        if not current_user().may_be(agent_id):
            abort(403, "This is somebody else's desk.")
        if all(agent.id != agent_id for agent in self.sources.agents()):
            abort(404, "There is no such agent.")
        self._call(call_id)
        text, outcome = _told()
        note = Note(call_id, agent_id, self.sources.now(), text, outcome)
        self.notes.write(note)
        return jsonify(note_to_json(note))

    def _call(self, call_id: str) -> None:
        if call_for(current_user(), self.sources, call_id) is None:
            abort(404, "There is no such call.")


def _told() -> tuple[str, str]:
    body = request.get_json(silent=True)
    told = body if isinstance(body, dict) else {}
    text, outcome = told.get("text", ""), told.get("outcome", "")
    if not (isinstance(text, str) and len(text) <= LONGEST_NOTE):
        abort(400, f"text must be a text of at most {LONGEST_NOTE} characters.")
    if outcome not in ("", *OUTCOMES):
        abort(400, f"outcome must be one of {', '.join(OUTCOMES)}, or empty.")
    return text.replace("\0", ""), outcome


def _refused(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def _broken(error: OutsideError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 503
