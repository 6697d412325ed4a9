"""The API of agents and queues, below ``/api/v1``: who does what, and agents saying whether they can be rung."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from ivr.agents.staff import Staff, UnknownStateError
from ivr.ports import OutsideError
from ivr.web.access import current_user


def staff_api(staff: Staff) -> Blueprint:
    """Routes for agents' desks, the wallboard and programs."""
    answers = _Answers(staff)
    blueprint = Blueprint("staff_api", __name__, url_prefix="/api/v1")
    blueprint.add_url_rule("/agents", "agents", answers.agents)
    blueprint.add_url_rule("/agents/<agent_id>", "agent", answers.agent)
    blueprint.add_url_rule("/agents/<agent_id>/state", "state", answers.state, methods=["POST"])
    blueprint.add_url_rule("/queues", "queues", answers.queues)
    blueprint.register_error_handler(HTTPException, _refused)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Answers:
    """One method for each route."""

    staff: Staff

    def agents(self) -> Response:
        return jsonify(agents=self.staff.agents())

    def agent(self, agent_id: str) -> Response:
        agent = self.staff.agent(agent_id)
        if agent is None:
            abort(404, "There is no such agent.")
        return jsonify(agent)

    def state(self, agent_id: str) -> Response:
        """The agent's own word; a supervisor may say it for them."""
        if not current_user().may_be(agent_id):
            abort(403, "This is somebody else's desk.")
        asked = request.get_json(silent=True)
        wanted = asked if isinstance(asked, dict) else {}
        state, reason = wanted.get("state", ""), wanted.get("reason", "")
        if not (isinstance(state, str) and isinstance(reason, str)):
            abort(400, "state and reason must be text.")
        try:
            agent = self.staff.set_state(agent_id, state, reason)
        except UnknownStateError as error:
            abort(400, str(error))
        if agent is None:
            abort(404, "There is no such agent.")
        return jsonify(agent)

    def queues(self) -> Response:
        return jsonify(queues=self.staff.queues())


def _refused(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def _broken(error: OutsideError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 503
