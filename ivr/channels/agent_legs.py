"""The agent's end of a transfer: whisper the brief, take the answer, note what became of the leg.

Every post here is signed by the carrier; whoever registers the blueprint guards ``/agent`` as it guards ``/voice``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, Response, request

from ivr.agents.handover import Handover
from ivr.channels.carriers import twilio
from ivr.ports import OutsideError

log = logging.getLogger(__name__)

PATIENCE_S = 8
"""How long the agent may take to press a key after the brief."""

TIMES_ASKED = 2
"""The brief is whispered once more when nothing is pressed: people miss the first words of a call."""


class AgentLegs(Protocol):
    """What the legs report to, and who knows what to whisper."""

    def leg_answered(self, transfer_id: str, attempt: int, sid: str = "") -> str | None: ...

    def accepted(self, transfer_id: str, attempt: int) -> Handover | None: ...

    def declined(self, transfer_id: str, attempt: int) -> None: ...

    def leg_ended(self, transfer_id: str, attempt: int, status: str, sid: str = "") -> None: ...

    def joined(self, transfer_id: str, sid: str) -> None: ...

    def left(self, transfer_id: str, sid: str) -> None: ...


class RoomNews(Protocol):
    """Who else wants to know about who is in the caller's room."""

    def entered(self, transfer_id: str, sid: str, conference: str) -> None: ...

    def left(self, transfer_id: str, sid: str) -> None: ...

    def ended(self, transfer_id: str) -> None: ...


def agent_legs(transfers: AgentLegs, public_url: str, news: RoomNews | None = None) -> Blueprint:
    """The routes below ``/agent``."""
    views = _Views(transfers, public_url, news)
    legs = Blueprint("agent_legs", __name__, url_prefix="/agent")
    legs.add_url_rule("/whisper/<transfer_id>/<int:attempt>", "whisper", views.whisper, methods=["POST"])
    legs.add_url_rule("/accept/<transfer_id>/<int:attempt>/<int:asked>", "accept", views.accept, methods=["POST"])
    legs.add_url_rule("/status/<transfer_id>/<int:attempt>", "status", views.status, methods=["POST"])
    legs.add_url_rule("/room/<transfer_id>", "room", views.room, methods=["POST"])
    legs.register_error_handler(OutsideError, _unavailable)
    return legs


TOO_LATE = twilio.document(twilio.say("The caller is no longer waiting."), "<Hangup/>")


@dataclass(frozen=True, slots=True)
class _Views:
    """What is answered to each post about a leg."""

    transfers: AgentLegs
    public_url: str
    news: RoomNews | None = None

    def whisper(self, transfer_id: str, attempt: int) -> Response:
        """The agent picked up: the brief, and a key to accept."""
        brief = self.transfers.leg_answered(transfer_id, attempt, request.form.get("CallSid", ""))
        return _twiml(self._ask(transfer_id, attempt, brief, 1) if brief is not None else TOO_LATE)

    def accept(self, transfer_id: str, attempt: int, asked: int) -> Response:
        """The agent pressed something, or nothing."""
        digits = request.form.get("Digits", "")
        if digits == "1":
            taken = self.transfers.accepted(transfer_id, attempt)
            return _twiml(_into_room(taken, twilio.Urls(self.public_url)) if taken else TOO_LATE)
        if not digits and asked < TIMES_ASKED:
            brief = self.transfers.leg_answered(transfer_id, attempt)
            return _twiml(self._ask(transfer_id, attempt, brief, asked + 1) if brief is not None else TOO_LATE)
        self.transfers.declined(transfer_id, attempt)
        return _twiml(twilio.document("<Hangup/>"))

    def status(self, transfer_id: str, attempt: int) -> Response:
        """What became of the leg, in the carrier's words."""
        form = request.form
        self.transfers.leg_ended(transfer_id, attempt, form.get("CallStatus", ""), form.get("CallSid", ""))
        return Response(status=204)

    def room(self, transfer_id: str) -> Response:
        """Who comes into the caller's room and who goes; its start and end say nothing that its people do not."""
        sid, event = request.form.get("CallSid", ""), request.form.get("StatusCallbackEvent", "")
        match event:
            case "participant-join":
                self.transfers.joined(transfer_id, sid)
            case "participant-leave":
                self.transfers.left(transfer_id, sid)
            case _:
                pass
        if self.news:
            self._spread(self.news, transfer_id, event, sid)
        return Response(status=204)

    def _spread(self, news: RoomNews, transfer_id: str, event: str, sid: str) -> None:
        match event:
            case "participant-join":
                news.entered(transfer_id, sid, request.form.get("ConferenceSid", ""))
            case "participant-leave":
                news.left(transfer_id, sid)
            case "conference-end":
                news.ended(transfer_id)
            case _:
                pass

    def _ask(self, transfer_id: str, attempt: int, brief: str, asked: int) -> str:
        action = f"{self.public_url}/agent/accept/{quote(transfer_id, safe='')}/{attempt}/{asked}"
        return twilio.one_key(f"{brief} Press 1 to accept.", action, PATIENCE_S)


def _unavailable(error: OutsideError) -> Response:
    """What transfers need is gone for the moment: this leg ends, and is rung again or the next one is."""
    log.error("%s cannot be answered: %s", request.path, error)
    return _twiml(twilio.sorry())


def _into_room(handover: Handover, urls: twilio.Urls) -> str:
    return twilio.agent_room(handover.room, urls.room_events(handover.id))


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
