"""The telephone of somebody who is called back: a word of who calls, then the room where the agent waits.

Every post here is signed by the carrier; whoever registers the blueprint guards ``/agent`` as it guards ``/voice``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.agents.called import Called
from ivr.channels.carriers import twilio
from ivr.ports import InLine, OutsideError

log = logging.getLogger(__name__)

GREETING = "Hello, this is {company}, calling you back as you asked."
SOMEBODY_HERE = "Here is somebody for you."
ONE_MOMENT = "One moment please, I am getting somebody for you."
NOBODY_THERE = twilio.document(
    twilio.say("Sorry, nobody is here for you any more. We will call you again."), "<Hangup/>"
)

NOBODY_ELSE_THERE = twilio.document(
    twilio.say("Sorry, nobody else could be reached. Please call us again."), "<Hangup/>"
)


def callback_legs(called: Called, public_url: str, company: Callable[[], str]) -> Blueprint:
    """The routes below ``/agent/called``."""
    views = _Views(called, twilio.Urls(public_url), company)
    legs = Blueprint("callback_legs", __name__, url_prefix="/agent")
    legs.add_url_rule("/called/<promise_id>", "called", views.picked_up, methods=["POST"])
    legs.add_url_rule("/called-wait/<promise_id>", "wait", views.wait, methods=["POST"])
    legs.add_url_rule("/called-status/<promise_id>", "status", views.status, methods=["POST"])
    legs.add_url_rule("/called-nobody/<promise_id>", "nobody", views.nobody, methods=["POST"])
    legs.register_error_handler(OutsideError, _unavailable)
    return legs


@dataclass(frozen=True, slots=True)
class _Views:
    """What is answered to each post about the person's call."""

    called: Called
    urls: twilio.Urls
    company: Callable[[], str]

    def picked_up(self, promise_id: str) -> Response:
        """The person picked up."""
        hello = GREETING.format(company=self.company())
        return self._answer(promise_id, self.called.answered(promise_id, request.form.get("CallSid", "")), hello)

    def wait(self, promise_id: str) -> Response:
        """The person has waited, was in the room, or is to go there."""
        return self._answer(promise_id, self.called.goes_on(promise_id, request.form.get("CallSid", "")))

    def nobody(self, promise_id: str) -> Response:
        """The person has talked with an agent, was passed on, and nobody took them."""
        del promise_id
        return _twiml(NOBODY_ELSE_THERE)

    def status(self, promise_id: str) -> Response:
        """What became of the call to the person, in the carrier's words."""
        self.called.ended(promise_id, request.form.get("CallStatus", ""), request.form.get("CallSid", ""))
        return Response(status=204)

    def _answer(self, promise_id: str, line: InLine, hello: str = "") -> Response:
        again = self.urls.called_wait(promise_id)
        handover = self.called.handover(promise_id)
        match line.way:
            case "room" if handover is not None:
                lead = twilio.say(f"{hello} {SOMEBODY_HERE}".strip()) if hello else ""
                return _twiml(twilio.agent_room(handover.room, self.urls.room_events(promise_id), lead, again))
            case "wait":
                first = f"{hello} {ONE_MOMENT}" if hello else ""
                return _twiml(twilio.in_line(self.urls, again, f"{first} {line.say}".strip()))
            case "over":
                return _twiml(twilio.document("<Hangup/>"))
            case "nobody":
                return _twiml(NOBODY_ELSE_THERE)
            case _:
                return _twiml(NOBODY_THERE)


def _unavailable(error: OutsideError) -> Response:
    log.error("%s cannot be answered: %s", request.path, error)
    return _twiml(twilio.sorry())


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
