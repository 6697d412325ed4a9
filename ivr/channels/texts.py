"""The carrier's webhooks about text messages: a signed form post in, a reply or nothing out.

The law of the carriers is kept where the carrier does not keep it itself: who texts STOP hears once that it is done and
then nothing more, START undoes it, HELP is answered.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request

from ivr.channels.carriers import twilio
from ivr.ports import OutsideError
from ivr.texting import Texts, Wish, wish_of

log = logging.getLogger(__name__)

NUMBER = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
MESSAGE = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
STATES = re.compile(r"[a-z]{2,16}")
ERROR = re.compile(r"[0-9]{1,8}", re.ASCII)
REPLIES = {
    Wish.STOP: "{company}: you will get no more texts from us. Reply START to have them again.",
    Wish.START: "{company}: you will get texts from us again. Reply STOP for none.",
    Wish.HELP: "{company}: call {line} and we will help you. Reply STOP for no more texts.",
}


@dataclass(frozen=True, slots=True)
class TextHooks:
    """Answers the carrier. It ``confirms`` STOP and START by itself on an account."""

    texts: Texts
    company: Callable[[], str]
    confirms: bool = False

    def incoming(self) -> Response:
        """A text came in; the same post again gets the same answer."""
        form = request.form
        sid, line, number = form.get("MessageSid", ""), form.get("To", ""), form.get("From", "")
        if not (MESSAGE.fullmatch(sid) and NUMBER.fullmatch(line) and NUMBER.fullmatch(number)):
            abort(400)
        wish = self.texts.came(sid, line, number, _said(form))
        log.info("text %s: %s", sid, wish or "a message")
        by_carrier = "OptOutType" in form or (self.confirms and wish is not Wish.HELP)
        if not wish or by_carrier:
            return _twiml(twilio.document())
        said = REPLIES[wish].format(company=self.company(), line=line)
        return _twiml(twilio.document(f"<Message>{escape(said)}</Message>"))

    def status(self) -> Response:
        """How a message that we sent gets on."""
        form = request.form
        state, error = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        if not MESSAGE.fullmatch(form.get("MessageSid", "")) or not STATES.fullmatch(state):
            abort(400)
        reason = error if ERROR.fullmatch(error) else ""
        if reason:
            log.warning("text %s: %s, error %s", form["MessageSid"], state, reason)
        to = form.get("To", "")
        self.texts.became(form["MessageSid"], state, reason, to if NUMBER.fullmatch(to) else "")
        return Response(status=204)


def text_hooks(hooks: TextHooks) -> Blueprint:
    """The routes below ``/sms``; whoever registers them guards them with the signature."""
    sms = Blueprint("sms", __name__, url_prefix="/sms")
    sms.add_url_rule("/incoming", "incoming", hooks.incoming, methods=["POST"])
    sms.add_url_rule("/status", "status", hooks.status, methods=["POST"])
    sms.register_error_handler(OutsideError, _later)
    return sms


def _said(form: Mapping[str, str]) -> str:
    """The words, and that pictures came along: they stay at the carrier. Who says stop says so with a picture, too.

    >>> _said({"Body": "Look.", "NumMedia": "2"}), _said({"Body": "Stop", "NumMedia": "1"})
    ('Look. (2 attachments, not fetched)', 'Stop')
    """
    body, media = form.get("Body", ""), form.get("NumMedia", "")
    if wish_of(body) or not re.fullmatch("[1-9][0-9]?", media):
        return body
    return f"{body} ({media} attachment{'s' if media != '1' else ''}, not fetched)".strip()


def _later(error: OutsideError) -> Response:
    """The database is gone for the moment: by the status the carrier knows that it was not taken."""
    log.error("%s cannot be answered: %s", request.path, error)
    return Response(status=503)


def _twiml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
