"""What a post of the carrier tells of a call: plain values out of a form, of which nothing is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import abort

from ivr.flows.actions import Record, Transfer
from ivr.flows.events import Answered, Event, Heard, Pressed, Recorded, Silence, Unavailable
from ivr.ports import Agents, Session, message_id

DIAL_REASONS = {"busy": "busy", "no-answer": "no answer"}


def call_id_of(text: str) -> str:
    """A call id is used in keys and addresses: only what the carrier's ids are made of."""
    if not re.fullmatch(r"CA[0-9a-f]{32}", text):
        abort(400)
    return text


def place_of(form: Mapping[str, str]) -> str:
    """Where the carrier says that the caller's number is from; only what can be the name of a place."""
    code, country = form.get("FromZip", ""), form.get("FromCountry", "US")
    if country == "US" and re.fullmatch(r"\d{5}", code):
        return code
    place = " ".join(form.get(name, "").strip() for name in ("FromCity", "FromState")).strip().title()
    return place if re.fullmatch(r"[^\W\d_][\w .'-]{1,80}", place) else ""


def happened(session: Session, form: Mapping[str, str], agents: Agents, at_s: float) -> Event:
    """What the caller did, or what became of them, in answer to what ``session`` asks."""
    last = session.actions[-1] if session.actions else None
    digits = re.sub(r"[^0-9*#]", "", form.get("Digits", ""))
    if isinstance(last, Transfer):
        return _outcome(session, last, form, agents, at_s)
    if isinstance(last, Record):
        return _recorded(session.call.id, form, at_s)
    if digits:
        return Pressed(at_s, digits)
    said = said_to_carrier(form.get("SpeechResult", ""))
    return Heard(at_s, said, _confidence(form.get("Confidence", ""))) if said else Silence(at_s)


def said_to_carrier(text: str) -> str:
    """What the carrier wrote down, as a recogniser of ours would have: no capitals, no punctuation.

    >>> said_to_carrier("Find a store, please!")
    'find a store  please'
    """
    return re.sub(r"[^\w' ]", " ", text.lower()).strip()


def _outcome(session: Session, transfer: Transfer, form: Mapping[str, str], agents: Agents, at_s: float) -> Event:
    if transfer.to.startswith("+"):
        status = form.get("DialCallStatus", "failed")
        if status in {"completed", "answered"}:
            return Answered(at_s, transfer.to)
        return Unavailable(at_s, DIAL_REASONS.get(status, "failed"))
    agent, reason = agents.outcome(session.notes.get("transfer", ""))
    return Answered(at_s, agent) if agent else Unavailable(at_s, reason)


def _recorded(call_id: str, form: Mapping[str, str], at_s: float) -> Recorded:
    duration = form.get("RecordingDuration", "0")
    ended_by = "hangup" if form.get("Digits") == "hangup" else "key" if form.get("Digits") else "silence"
    sid = form.get("RecordingSid", "")
    recording = message_id(call_id, sid) if sid else ""
    return Recorded(at_s, recording, float(duration) if duration.isdecimal() else 0.0, ended_by)


def _confidence(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.\d{1,10})?", text) else 1.0
