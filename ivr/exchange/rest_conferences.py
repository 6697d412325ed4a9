"""REST: conferences and who takes part in them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from ivr.exchange.refusals import (
    INVALID_CALLBACK_EVENT,
    INVALID_CALLBACK_URL,
    INVALID_FROM,
    INVALID_TIMEOUT,
    INVALID_TO,
    INVALID_URL,
    MISSING_FROM,
    MISSING_TO,
    UNKNOWN_FIELDS,
)
from ivr.exchange.rest_answers import VERSION, Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_calls import CALL_EVENTS, time_limit
from ivr.exchange.rest_detection import OF_PARTICIPANTS, read_detection
from ivr.exchange.rest_form import CLIENT, E164, SIP, Form
from ivr.exchange.rest_shapes import Conference, Participant

PARTICIPANT_STATUS: Mapping[str, str] = {
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "connected",
    "completed": "complete",
}
"""A participant's state from that of the call; any other end of a call is ``failed``."""


def as_json(asked: Asked, room: Conference) -> Json:
    """A conference as the carrier shows it."""
    uri = asked.uri("Conferences", room.sid)
    return {
        "sid": room.sid,
        "account_sid": asked.account_sid,
        "friendly_name": room.friendly_name,
        "status": room.status,
        "date_created": date(room.created_s),
        "date_updated": date(room.created_s),
        "api_version": VERSION,
        "region": "us1",
        "reason_conference_ended": None,
        "call_sid_ending_conference": None,
        "uri": uri,
        "subresource_uris": {"participants": uri.replace(".json", "/Participants.json")},
    }


def participant_as_json(asked: Asked, conference_sid: str, participant: Participant) -> Json:
    """A participant as the carrier shows it."""
    leg = asked.switch.leg(participant.call_sid)
    return {
        "call_sid": participant.call_sid,
        "conference_sid": conference_sid,
        "account_sid": asked.account_sid,
        "label": participant.label or None,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": participant.coaching,
        "call_sid_to_coach": participant.call_sid_to_coach or None,
        "start_conference_on_enter": participant.start_on_enter,
        "end_conference_on_exit": participant.end_on_exit,
        "status": PARTICIPANT_STATUS.get(leg.status, "failed") if leg else "complete",
        "queue_time": "0",
        "date_created": date(participant.joined_s),
        "date_updated": date(participant.joined_s),
        "uri": asked.uri("Conferences", conference_sid, "Participants", participant.call_sid),
    }


async def every(asked: Asked) -> web.Response:
    by = {"FriendlyName": lambda room: room.friendly_name, "Status": lambda room: room.status}
    rooms = chosen(asked, asked.switch.conferences(), by)
    return page(asked, "conferences", [as_json(asked, room) for room in rooms])


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _room(asked)))


async def update(asked: Asked) -> web.Response:
    asked.form.only(("Status", "AnnounceUrl"))
    room = _room(asked)
    announce_url = asked.form.url("AnnounceUrl", INVALID_URL)
    if asked.form.matching("Status", "completed", UNKNOWN_FIELDS):
        await asked.switch.end_conference(room.sid)
    elif announce_url:
        for call_sid in list(room.participants):
            await asked.switch.update_participant(room.sid, call_sid, announce_url=announce_url)
    return web.json_response(as_json(asked, found(asked.switch.conference(room.sid), "Conference", room.sid)))


async def participants(asked: Asked) -> web.Response:
    room = _room(asked)
    by = {
        "Muted": lambda participant: str(participant.muted).lower(),
        "Hold": lambda participant: str(participant.hold).lower(),
        "Coaching": lambda participant: str(participant.coaching).lower(),
    }
    inside = chosen(asked, list(room.participants.values()), by)
    return page(asked, "participants", [participant_as_json(asked, room.sid, participant) for participant in inside])


async def add(asked: Asked) -> web.Response:
    """Ring somebody into the room, which need not exist yet: then it is named by the path."""
    form, name = asked.form, asked.part("room")
    form.only(ADDED_WITH)
    _posted(form, "StatusCallbackMethod")
    form.required("To", MISSING_TO)
    form.required("From", MISSING_FROM)
    participant = await asked.switch.add_participant(
        name,
        from_=form.matching("From", f"{E164}|{CLIENT}|{SIP}", INVALID_FROM),
        to=form.matching("To", f"{E164}|{CLIENT}|{SIP}", INVALID_TO),
        label=form.matching("Label", ".{0,128}", UNKNOWN_FIELDS),
        timeout_s=form.whole("Timeout", 60, 1, 600, INVALID_TIMEOUT),
        early_media=form.flag("EarlyMedia") is not False,
        beep=form.matching("Beep", "true|false|onEnter|onExit", UNKNOWN_FIELDS, "true"),
        end_conference_on_exit=bool(form.flag("EndConferenceOnExit")),
        start_conference_on_enter=form.flag("StartConferenceOnEnter") is not False,
        muted=bool(form.flag("Muted")),
        status_callback=form.url("StatusCallback", INVALID_CALLBACK_URL),
        status_callback_event=form.several("StatusCallbackEvent", CALL_EVENTS, ("completed",), INVALID_CALLBACK_EVENT),
        detection=read_detection(form, "AmdStatusCallback", in_background=True),
        time_limit_s=time_limit(form),
    )
    room = found(asked.switch.conference(name), "Conference", name)
    return web.json_response(participant_as_json(asked, room.sid, participant), status=201)


async def read_participant(asked: Asked) -> web.Response:
    room, participant = _inside(asked)
    return web.json_response(participant_as_json(asked, room.sid, participant))


async def update_participant(asked: Asked) -> web.Response:
    form = asked.form
    form.only(UPDATED_WITH)
    _posted(form, "HoldMethod", "AnnounceMethod")
    room, participant = _inside(asked)
    participant = await asked.switch.update_participant(
        room.sid,
        participant.call_sid,
        muted=form.flag("Muted"),
        hold=form.flag("Hold"),
        hold_url=form.url("HoldUrl", INVALID_URL) or None,
        announce_url=form.url("AnnounceUrl", INVALID_URL) or None,
        end_conference_on_exit=form.flag("EndConferenceOnExit"),
        coaching=form.flag("Coaching"),
        call_sid_to_coach=form.text("CallSidToCoach") or None,
    )
    return web.json_response(participant_as_json(asked, room.sid, participant))


async def remove(asked: Asked) -> web.Response:
    room, participant = _inside(asked)
    await asked.switch.remove_participant(room.sid, participant.call_sid)
    return web.Response(status=204)


WITHOUT_EFFECT = ("EarlyMedia", "CallReason", "JitterBufferSize")
"""Taken and left out: what is heard before an answer is nobody's, nobody asks why, and rooms mix every 20 ms."""
ADDED_WITH = (
    "From",
    "To",
    "Label",
    "Timeout",
    "Beep",
    "EndConferenceOnExit",
    "StartConferenceOnEnter",
    "Muted",
    "StatusCallback",
    "StatusCallbackEvent",
    "StatusCallbackMethod",
    "TimeLimit",
    *OF_PARTICIPANTS,
    *WITHOUT_EFFECT,
)
UPDATED_WITH = (
    "Muted",
    "Hold",
    "HoldUrl",
    "HoldMethod",
    "AnnounceUrl",
    "AnnounceMethod",
    "EndConferenceOnExit",
    "Coaching",
    "CallSidToCoach",
)
ROUTES: tuple[Route, ...] = (
    ("GET", "/Conferences.json", every),
    ("GET", "/Conferences/{room}.json", read),
    ("POST", "/Conferences/{room}.json", update),
    ("GET", "/Conferences/{room}/Participants.json", participants),
    ("POST", "/Conferences/{room}/Participants.json", add),
    ("GET", "/Conferences/{room}/Participants/{call}.json", read_participant),
    ("POST", "/Conferences/{room}/Participants/{call}.json", update_participant),
    ("DELETE", "/Conferences/{room}/Participants/{call}.json", remove),
)


def _posted(form: Form, *names: str) -> None:
    """Refuse another method than POST: this exchange would post all the same."""
    for name in names:
        form.matching(name, "POST", UNKNOWN_FIELDS)


def _room(asked: Asked) -> Conference:
    return found(asked.switch.conference(asked.part("room")), "Conference", asked.part("room"))


def _inside(asked: Asked) -> tuple[Conference, Participant]:
    """The room and the participant named by call or by label."""
    room, name = _room(asked), asked.part("call")
    by_label = {participant.label: participant for participant in room.participants.values() if participant.label}
    return room, found(room.participants.get(name) or by_label.get(name), "Participant", name)
