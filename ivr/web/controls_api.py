"""The API for what agents and supervisors do with a caller: ``/api/v1/calls/<id>/controls`` and ``.../room``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Blueprint, Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.accounts import Role
from ivr.agents.controls.asking import WORDS, RefusedError
from ivr.ports import OutsideError
from ivr.web.access import Access, current_user, require

DO = (*WORDS, "transfer")
SUPERVISING = frozenset({"listen", "whisper", "join"})
NEEDS_WHOM = frozenset({"consult", "transfer"})
LONGEST = {"do": 20, "to": 100, "as": 100, "note": 500}


class Controls(Protocol):
    """What carries it out (see ``ivr.agents.controls.rooms``)."""

    def shown(self, call_id: str) -> Mapping[str, Any] | None: ...

    def do(self, call_id: str, do: str, *, by: str = "", to: str = "", note: str = "") -> Mapping[str, Any]: ...


def controls_api(controls: Controls) -> Blueprint:
    """Two routes below ``/api/v1/calls``; whoever registers them guards them."""
    answers = _Answers(controls)
    blueprint = Blueprint("controls_api", __name__, url_prefix="/api/v1/calls")
    blueprint.add_url_rule("/<call_id>/controls", "controls", answers.control, methods=["POST"])
    blueprint.add_url_rule("/<call_id>/room", "room", answers.room)
    blueprint.register_error_handler(HTTPException, lambda error: (jsonify(error=error.description), error.code or 500))
    blueprint.register_error_handler(RefusedError, lambda error: (jsonify(error=str(error)), 409))
    blueprint.register_error_handler(OutsideError, lambda error: (jsonify(error=str(error)), 503))
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route."""

    controls: Controls

    def room(self, call_id: str) -> Response:
        """Who is in the room of a call."""
        room = self.controls.shown(call_id)
        if room is None:
            abort(404, "No agent has had this caller.")
        return jsonify(dict(room))

    def control(self, call_id: str) -> Response:
        """Do something; the room as it is then. 409 when it cannot be done as things are."""
        asked = _asked()
        do, by = asked["do"], asked["as"]
        if do in SUPERVISING:
            require(Role.SUPERVISOR)
        by = _who(by, do)
        return jsonify(dict(self.controls.do(call_id, do, by=by, to=asked["to"], note=asked["note"])))


def _asked() -> Mapping[str, str]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400, 'Send JSON such as {"do": "hold"}.')
    unknown = [str(name)[:20] for name in body if name not in LONGEST]
    if unknown:
        abort(400, f"{unknown[0]!r} is unknown; there are {', '.join(LONGEST)}.")
    asked = {name: body.get(name, "") for name in LONGEST}
    for name, most in LONGEST.items():
        if not isinstance(asked[name], str) or len(asked[name]) > most:
            abort(400, f"{name!r} must be a text of at most {most} characters.")
    if asked["do"] not in DO:
        abort(400, f"'do' must be one of {', '.join(DO)}.")
    if asked["do"] in NEEDS_WHOM and not asked["to"]:
        abort(400, "'to' must say whom:  agent NAME,  queue NAME  or a number like +15035550100.")
    return asked


def _who(by: str, do: str) -> str:
    """Who acts: whoever has a desk acts from there; others say for whom."""
    visitor = current_user()
    by = by.removeprefix("agent ")
    if not by and visitor.agent:
        return visitor.agent
    if not by and (visitor.account or do in SUPERVISING):
        abort(400, "'as' must say which agent you are: your account has no desk.")
    if visitor.account and not visitor.may_be(by):
        abort(403, "That is somebody else's desk.")
    return by


def add_controls(app: Flask, controls: Controls, access: Access) -> None:
    """Put the routes on ``app``, for agents only."""
    blueprint = controls_api(controls)
    blueprint.before_request(access.guard(Role.AGENT))
    app.register_blueprint(blueprint)
