"""The API of the list of callbacks, below ``/api/v1/callbacks``: for agents' desks, the wallboard and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.accounts import Role
from ivr.agents.callback_list import CallbackList
from ivr.ports import Audit, OutsideError
from ivr.web.access import Access, current_user
from ivr.web.api import limit


def add_callbacks(app: Flask, callbacks: CallbackList, access: Access, audit: Audit) -> None:
    """Put the routes on ``app``, for agents only."""
    answers = _Answers(callbacks, audit)
    blueprint = Blueprint("callbacks_api", __name__, url_prefix="/api/v1/callbacks")
    blueprint.add_url_rule("", "callbacks", answers.callbacks)
    blueprint.add_url_rule("/<promise_id>", "callback", answers.callback)
    blueprint.add_url_rule("/<promise_id>/cancel", "cancel", answers.cancel, methods=["POST"])
    blueprint.add_url_rule("/<promise_id>/now", "now", answers.now, methods=["POST"])
    blueprint.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code or 500))
    blueprint.register_error_handler(OutsideError, lambda error: (jsonify(error=str(error)), 503))
    blueprint.before_request(access.guard(Role.AGENT))
    app.register_blueprint(blueprint)


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route."""

    list: CallbackList
    audit: Audit

    def callbacks(self) -> Response:
        """The newest; with ``?open=1`` those to be kept, in their order."""
        found = self.list.open() if request.args.get("open") == "1" else self.list.shown(limit())
        return jsonify(callbacks=found)

    def callback(self, promise_id: str) -> Response:
        return jsonify(self._one(promise_id))

    def cancel(self, promise_id: str) -> Response:
        """409 when it is over, or they are talking."""
        self._one(promise_id)
        if not self.list.cancel(promise_id):
            abort(409, "This callback cannot be cancelled any more.")
        self.audit(current_user().name, "cancelled a callback", promise_id)
        return jsonify(self._one(promise_id))

    def now(self, promise_id: str) -> Response:
        """In their turn from now on, without waiting for a later time."""
        self._one(promise_id)
        if not self.list.call_now(promise_id):
            abort(409, "This callback is over.")
        return jsonify(self._one(promise_id))

    def _one(self, promise_id: str) -> Mapping[str, Any]:
        found = self.list.get(promise_id)
        if found is None:
            abort(404, "There is no such callback.")
        return found
