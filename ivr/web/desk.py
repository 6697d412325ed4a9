"""The agent's desk: who rings and why, before the phone is answered; then everything for the call and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from ivr.accounts import Role
from ivr.ports import OutsideError
from ivr.records.notes import LONGEST_NOTE, OUTCOMES
from ivr.web.access import current_user
from ivr.web.callback_rows import is_to_be_called
from ivr.web.carrier_phones import CarrierPhones
from ivr.web.sources import Sources

BREAKS = ("short break", "lunch", "meeting", "training")
"""Why agents are away; a break without a reason is one, too."""

INSIDE = frozenset({"accepted", "connected"})


def desk_pages(sources: Sources) -> Blueprint:
    """``/desk``, and what its page connects its telephone with. Whoever registers it guards it."""
    views = _Views(sources)
    blueprint = Blueprint("desk", __name__, url_prefix="/desk")
    blueprint.add_url_rule("", "desk", views.desk)
    blueprint.add_url_rule("/phone", "phone", views.phone)
    blueprint.add_url_rule("/voice-sdk.js", "voice_sdk", views.voice_sdk)
    blueprint.register_error_handler(404, _missing)
    blueprint.register_error_handler(OutsideError, _broken)
    return blueprint


@dataclass(frozen=True, slots=True)
class _Views:
    """One method for each route."""

    sources: Sources

    def desk(self) -> Response:
        news = self.sources.alerts.latest()  # before the data: what changes in between is told again
        team = self.sources.staff.agents()
        agent = self._agent(team)
        transfers = [self._with_room(one) for one in self.sources.transfers.waiting()]
        mine = [{**one, "me": part} for one in transfers if agent and (part := part_of(agent["id"], one))]
        taken = {one["id"] for one in mine}
        sees_all = current_user().may(Role.SUPERVISOR)
        page = render_template(
            "desk.html",
            news=news,
            agent=agent,
            team=team,
            mine=[self._with_notes(one) for one in mine],
            others=[one for one in transfers if sees_all and one["id"] not in taken and not is_to_be_called(one)],
            callbacks=self.sources.callbacks.open() if self.sources.callbacks else None,
            queues=self.sources.staff.queues(),
            breaks=BREAKS,
            outcomes=OUTCOMES if self.sources.notes else (),
            longest_note=LONGEST_NOTE,
            has_phone=bool(agent and self._address(agent["id"])),
            phone_kind=self.sources.softphones.kind if self.sources.softphones else "",
            has_rooms=self.sources.rooms is not None,
        )
        response = make_response(page)
        return self.sources.softphones.allow(response) if self.sources.softphones else response

    def phone(self) -> tuple[Response, int] | Response:
        """What the page connects with, as the telephone of the agent."""
        wanted = request.args.get("agent", "")
        if not current_user().may_be(wanted):
            return jsonify(error="This is somebody else's desk."), 403
        address = self._address(wanted)
        if not (address and self.sources.softphones):
            return jsonify(error="This agent has a telephone of their own."), 404
        if self.sources.softphones.for_accounts and not current_user().account:
            return jsonify(error="Log in first: the carrier's telephones are for people with an account."), 403
        return jsonify(self.sources.softphones.place(address))

    def voice_sdk(self) -> Response:
        """The carrier's script, where it is a file of this machine."""
        phones = self.sources.softphones
        found = phones.file() if isinstance(phones, CarrierPhones) else None
        return found or abort(404, "No file of this machine is the carrier's Voice SDK.")

    def _agent(self, team: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Whose desk it is: the one asked for, or that of whoever is logged in."""
        asked = request.args.get("agent", "")
        wanted = asked or current_user().agent  # who supervises may be no agent of the flow file
        agent = next((one for one in team if one["id"] == wanted), None)
        if asked and agent is None:
            abort(404, "There is no agent with this name.")
        if agent and not current_user().may_be(agent["id"]):
            abort(403, "This is the desk of somebody else.")
        return agent

    def _address(self, agent_id: str) -> str:
        """The address of the agent's telephone in the page; empty when they have another one."""
        if not (self.sources.softphones and self.sources.softphones.exist):
            return ""
        agent = next((one for one in self.sources.agents() if one.id == agent_id), None)
        return agent.address if agent and agent.address.startswith("client:") else ""

    def _with_room(self, transfer: Mapping[str, Any]) -> dict[str, Any]:
        room = self.sources.rooms.shown(transfer["id"]) if self.sources.rooms else None
        is_open = room is not None and room["phase"] == "open" and room["transfer"] == transfer["id"]
        return {**transfer, "room": room if is_open else None}

    def _with_notes(self, transfer: Mapping[str, Any]) -> Mapping[str, Any]:
        notes = self.sources.notes.of_call(transfer["call"]) if self.sources.notes else []
        return {**transfer, "notes": notes}


def part_of(agent_id: str, transfer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How an agent has to do with a transfer now: rung for it or in the room, and as what; None when they have not."""
    room = transfer["room"]
    person = next((one for one in room["people"] if one["who"] == agent_id), None) if room else None
    if person:
        return {"place": person["place"], "role": person["role"], "held": person["held"]}
    if transfer["with"] != agent_id:
        return None
    if transfer["phase"] == "ringing":
        return {"place": "ringing", "role": "agent", "held": False}
    return {"place": "in", "role": "agent", "held": False} if transfer["phase"] in INSIDE else None


def _missing(error: HTTPException) -> tuple[str, int]:
    return render_template("sorry.html", title="Not found", what=error.description), 404


def _broken(error: OutsideError) -> tuple[str, int]:
    return render_template("sorry.html", title="Not available just now", what=str(error)), 503
