"""The API of the inbox, below ``/api/v1/voicemails``: what the pages do, for programs and for the pages' scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Blueprint, Response, abort, jsonify, request, send_file
from werkzeug.exceptions import HTTPException

from ivr.accounts import Role
from ivr.ports import OutsideError
from ivr.web.access import current_user, require
from ivr.web.api import limit
from ivr.web.mailroom import Mailroom
from ivr.web.voicemail_asked import asked_for, ids_of, json_body, step_of

MOST_IN_ZIP = 2000
"""Messages in an archive: a browser waits for all of them. A guess; the command line packs any number."""


def voicemail_api(mailroom: Mailroom) -> Blueprint:
    """All routes; whoever registers them guards them."""
    answers = _Answers(mailroom)
    blueprint = Blueprint("voicemail_api", __name__, url_prefix="/api/v1/voicemails")
    for rule, view in (
        ("", answers.voicemails),
        ("/counts", answers.counts),
        ("/waiting", answers.waiting),
        ("/export.csv", answers.csv),
        ("/export.zip", answers.zip),
        ("/<voicemail_id>", answers.voicemail),
        ("/<voicemail_id>/audio", answers.audio),
        ("/<voicemail_id>/peaks", answers.peaks),
    ):
        blueprint.add_url_rule(rule, view.__name__, view)
    for rule, change in (
        ("/changes", answers.changes),
        ("/undo", answers.undo),
        ("/delete", answers.delete),
        ("/<voicemail_id>/notes", answers.note),
        ("/<voicemail_id>/retry", answers.retry),
        ("/<voicemail_id>/call-back", answers.call_back),
    ):
        blueprint.add_url_rule(rule, change.__name__, change, methods=["POST"])
    blueprint.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code or 500))
    blueprint.register_error_handler(OutsideError, lambda error: (jsonify(error=str(error)), 503))
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route. What who asks may not hear is not there for them."""

    mailroom: Mailroom

    def voicemails(self) -> Response:
        asked = asked_for()
        try:
            page = self.mailroom.inbox.page(asked.wanted, current_user().hears, limit(), asked.after)
        except ValueError:
            abort(400, "after must be the 'next' of another answer.")
        return jsonify(voicemails=list(page.messages), next=page.next)

    def counts(self) -> Response:
        counts = self.mailroom.inbox.counts(current_user().hears)
        return jsonify(mailboxes=[{**asdict(count), "all": count.all} for count in counts])

    def waiting(self) -> Response:
        return jsonify(new=self.mailroom.inbox.waiting(current_user().hears))

    def voicemail(self, voicemail_id: str) -> Response:
        return jsonify(dict(self.mailroom.message(voicemail_id)))

    def audio(self, voicemail_id: str) -> Response:
        path = self.mailroom.inbox.sound(voicemail_id, current_user().hears)
        if path is None:
            abort(404, "There is no sound for this voicemail.")
        name = f"{voicemail_id}.wav"
        saved = request.args.get("download") == "1"
        return send_file(
            path.resolve(), mimetype="audio/wav", conditional=True, download_name=name, as_attachment=saved
        )

    def peaks(self, voicemail_id: str) -> Response:
        peaks = self.mailroom.inbox.peaks(voicemail_id, current_user().hears)
        if not peaks:
            abort(404, "There is no sound for this voicemail.")
        return jsonify(peaks=list(peaks))

    def csv(self) -> Response:
        pieces = self.mailroom.inbox.csv(asked_for().wanted, current_user().hears)
        self.mailroom.audit(current_user().name, "exported voicemails", f"CSV {request.query_string.decode('latin-1')}")
        return _file(Response(pieces, content_type="text/csv; charset=utf-8"), "voicemails.csv")

    def zip(self) -> Response:
        """413 when it would be too many at once."""
        wanted, hears = asked_for().wanted, current_user().hears
        if self.mailroom.inbox.page(wanted, hears, MOST_IN_ZIP).next:
            abort(413, f"These are more than {MOST_IN_ZIP} messages: ask for fewer, or use 'ivr voicemail export'.")
        self.mailroom.audit(current_user().name, "exported voicemails", f"ZIP {request.query_string.decode('latin-1')}")
        return _file(Response(self.mailroom.inbox.zip(wanted, hears), mimetype="application/zip"), "voicemails.zip")

    def changes(self) -> Response:
        changed, undo = self.mailroom.change(step_of(json_body()))
        return jsonify(changed=changed.count, undo=undo)

    def undo(self) -> Response:
        return jsonify(changed=self.mailroom.undo(str(json_body().get("undo", ""))))

    def delete(self) -> Response:
        """For supervisors: there is no way back. What is ``held`` stays: it is on legal hold."""
        require(Role.SUPERVISOR)
        deleted, held = self.mailroom.delete(ids_of(json_body().get("ids")))
        return jsonify(deleted=deleted, held=held)

    def note(self, voicemail_id: str) -> Response:
        self.mailroom.note(voicemail_id, json_body().get("text"))
        return jsonify(notes=self.mailroom.message(voicemail_id)["notes"])

    def retry(self, voicemail_id: str) -> Response:
        """409 when there is nothing to try again."""
        self.mailroom.message(voicemail_id)
        if not self.mailroom.inbox.try_again(voicemail_id, current_user().hears):
            abort(409, "The transcription of this voicemail has not failed.")
        return jsonify(dict(self.mailroom.message(voicemail_id)))

    def call_back(self, voicemail_id: str) -> tuple[Response, int]:
        """409 when this caller cannot be called back."""
        return jsonify(callback=self.mailroom.ring(voicemail_id, str(json_body().get("queue", "")))), 202


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
