"""The ends of those who come to a caller later: who is consulted, who listens in, who coaches.

Every post here is signed by the carrier; whoever registers the blueprint guards ``/agent`` as it guards ``/voice``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, request

from ivr.agents.controls.rooms import Admission
from ivr.channels.carriers import twilio
from ivr.ports import OutsideError

log = logging.getLogger(__name__)

NOT_NEEDED = twilio.document(twilio.say("You are not needed any more. Thank you."), "<Hangup/>")


class RoomLegs(Protocol):
    """What these legs report to."""

    def answered(self, transfer_id: str, number: int, sid: str) -> Admission | None: ...

    def leg_ended(self, transfer_id: str, number: int, status: str, sid: str) -> None: ...


Recorded = Callable[[str, str], None]
"""Takes a call's id, and where the carrier has a recording of it."""


def room_legs(rooms: RoomLegs, recorded: Recorded) -> Blueprint:
    """More routes below ``/agent``."""
    views = _Views(rooms, recorded)
    legs = Blueprint("room_legs", __name__, url_prefix="/agent")
    legs.add_url_rule("/enter/<transfer_id>/<int:number>", "enter", views.enter, methods=["POST"])
    legs.add_url_rule("/guest/<transfer_id>/<int:number>", "guest", views.guest, methods=["POST"])
    legs.add_url_rule("/recording/<call_id>", "recording", views.recording, methods=["POST"])
    legs.register_error_handler(OutsideError, _unavailable)
    return legs


@dataclass(frozen=True, slots=True)
class _Views:
    """What is answered to each post about a leg."""

    rooms: RoomLegs
    recorded: Recorded

    def enter(self, transfer_id: str, number: int) -> Response:
        """The phone was picked up: into the room, if the caller is still there."""
        admission = self.rooms.answered(transfer_id, number, request.form.get("CallSid", ""))
        if admission is None:
            return _twiml(NOT_NEEDED)
        return _twiml(twilio.guest_room(admission.room, muted=admission.muted, coaches=admission.coaches))

    def guest(self, transfer_id: str, number: int) -> Response:
        """What became of the leg, in the carrier's words."""
        form = request.form
        self.rooms.leg_ended(transfer_id, number, form.get("CallStatus", ""), form.get("CallSid", ""))
        return Response(status=204)

    def recording(self, call_id: str) -> Response | tuple[str, int]:
        """A recording that an agent made is ready; when it cannot be noted, the carrier tells it again."""
        form = request.form
        if form.get("RecordingStatus") == "completed" and form.get("RecordingUrl"):
            try:
                self.recorded(call_id, form["RecordingUrl"])
            except OutsideError as error:
                log.warning("a recording of call %s cannot be noted: %s", call_id, error)
                return "", 503
        return Response(status=204)


def _unavailable(error: OutsideError) -> Response:
    """What rooms need is gone for the moment; this leg ends."""
    log.error("%s cannot be answered: %s", request.path, error)
    return _twiml(twilio.sorry())


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
