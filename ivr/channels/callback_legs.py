"""The telephone of somebody who is called back: a word of who calls, then the room where the agent waits.

Every post here is signed by the carrier; whoever registers the blueprint guards ``/agent`` as it guards ``/voice``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.agents.callbacks import Callbacks
from ivr.agents.handover import room_name
from ivr.channels.carriers import twilio
from ivr.ports import OutsideError

log = logging.getLogger(__name__)

GREETING = "Hello, this is {company}, calling you back as you asked. Here is somebody for you."
NOBODY_THERE = twilio.document(
    twilio.say("Sorry, nobody is here for you any more. We will call you again."), "<Hangup/>"
)


def callback_legs(callbacks: Callbacks, public_url: str, company: Callable[[], str]) -> Blueprint:
    """The routes below ``/agent/called``."""
    views = _Views(callbacks, twilio.Urls(public_url), company)
    legs = Blueprint("callback_legs", __name__, url_prefix="/agent")
    legs.add_url_rule("/called/<promise_id>", "called", views.called, methods=["POST"])
    legs.add_url_rule("/called-status/<promise_id>", "status", views.status, methods=["POST"])
    legs.register_error_handler(OutsideError, _unavailable)
    return legs


@dataclass(frozen=True, slots=True)
class _Views:
    """What is answered to each post about the person's call."""

    callbacks: Callbacks
    urls: twilio.Urls
    company: Callable[[], str]

    def called(self, promise_id: str) -> Response:
        """The person picked up."""
        handover = self.callbacks.answered(promise_id)
        if handover is None:
            return _twiml(NOBODY_THERE)
        lead = twilio.say(GREETING.format(company=self.company()))
        return _twiml(twilio.agent_room(room_name(handover.call), self.urls.room_events(handover.id), lead))

    def status(self, promise_id: str) -> Response:
        """What became of the call to the person, in the carrier's words."""
        self.callbacks.ended(promise_id, request.form.get("CallStatus", ""), request.form.get("CallSid", ""))
        return Response(status=204)


def _unavailable(error: OutsideError) -> Response:
    log.error("%s cannot be answered: %s", request.path, error)
    return _twiml(twilio.sorry())


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
