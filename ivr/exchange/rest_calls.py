"""REST: calls."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.refusals import (
    INVALID_CALL_URL,
    INVALID_CALLBACK_EVENT,
    INVALID_CALLBACK_URL,
    INVALID_FROM,
    INVALID_SEND_DIGITS,
    INVALID_TIMEOUT,
    INVALID_TO,
    MISSING_FROM,
    MISSING_TO,
    UNKNOWN_FIELDS,
    Refusal,
)
from ivr.exchange.rest_answers import VERSION, Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_detection import OF_CALLS, read_detection
from ivr.exchange.rest_form import CLIENT, E164, SIP, Form
from ivr.exchange.rest_shapes import Leg

CALL_EVENTS = ("initiated", "ringing", "answered", "completed")
MAX_CALL_S = 86400
MAX_TWIML_CHARS = 4000
WITHOUT_EFFECT = ("CallReason", "CallToken")
"""Taken and left out: nobody here asks why, or who may show whose number."""
CREATED_WITH = (
    "To",
    "From",
    "Url",
    "Twiml",
    "Method",
    "StatusCallback",
    "StatusCallbackEvent",
    "StatusCallbackMethod",
    "Timeout",
    "SendDigits",
    "FallbackUrl",
    "FallbackMethod",
    "TimeLimit",
    *OF_CALLS,
    *WITHOUT_EFFECT,
)
UPDATED_WITH = ("Url", "Twiml", "Method", "Status", "FallbackUrl", "FallbackMethod")


def as_json(asked: Asked, leg: Leg) -> Json:
    """A call as the carrier shows it."""
    uri = asked.uri("Calls", leg.sid)
    talked_s = max(0.0, leg.ended_s - leg.answered_s) if leg.answered_s else 0.0
    return {
        "sid": leg.sid,
        "account_sid": leg.account_sid,
        "parent_call_sid": leg.parent_sid or None,
        "api_version": VERSION,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "status": leg.status,
        "direction": leg.direction,
        "date_created": date(leg.created_s),
        "date_updated": date(leg.ended_s or leg.answered_s or leg.created_s),
        "start_time": date(leg.answered_s),
        "end_time": date(leg.ended_s),
        "duration": str(round(talked_s)) if leg.ended_s else None,
        "price": None,
        "price_unit": "USD",
        "phone_number_sid": None,
        "answered_by": leg.answered_by or None,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": uri,
        "subresource_uris": {"recordings": uri.replace(".json", "/Recordings.json")},
    }


async def create(asked: Asked) -> web.Response:
    form = asked.form
    form.only(CREATED_WITH)
    form.required("To", MISSING_TO)
    form.required("From", MISSING_FROM)
    url, twiml = _document(asked)
    if not url and not twiml:
        raise Refusal(INVALID_CALL_URL, "Url parameter is required (or Twiml)")
    leg = await asked.switch.place_call(
        to=form.matching("To", f"{E164}|{CLIENT}|{SIP}", INVALID_TO),
        from_=form.matching("From", f"{E164}|{CLIENT}|{SIP}", INVALID_FROM),
        url=url,
        twiml=twiml,
        method=form.method(),
        status_callback=form.url("StatusCallback", INVALID_CALLBACK_URL),
        status_callback_event=form.several("StatusCallbackEvent", CALL_EVENTS, ("completed",), INVALID_CALLBACK_EVENT),
        status_callback_method=form.method("StatusCallbackMethod"),
        timeout_s=form.whole("Timeout", 60, 1, 600, INVALID_TIMEOUT),
        send_digits=form.matching("SendDigits", r"[0-9A-Da-d*#wW]{0,32}", INVALID_SEND_DIGITS),
        fallback=_fallback(form),
        detection=read_detection(form, "AsyncAmdStatusCallback", bool(form.flag("AsyncAmd"))),
        time_limit_s=time_limit(form),
    )
    return web.json_response(as_json(asked, leg), status=201)


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _leg(asked)))


async def update(asked: Asked) -> web.Response:
    form, leg = asked.form, _leg(asked)
    form.only(UPDATED_WITH)
    url, twiml = _document(asked)
    status = form.matching("Status", "completed|canceled", UNKNOWN_FIELDS)
    if status:
        leg = await asked.switch.hang_up(leg.sid, status)
    elif url or twiml:
        leg = await asked.switch.redirect(leg.sid, url=url, twiml=twiml, method=form.method(), fallback=_fallback(form))
    else:
        raise Refusal(INVALID_CALL_URL, "Write Url, Twiml or Status")
    return web.json_response(as_json(asked, leg))


async def every(asked: Asked) -> web.Response:
    legs = chosen(
        asked,
        asked.switch.legs(),
        {
            "To": lambda leg: leg.to,
            "From": lambda leg: leg.from_,
            "Status": lambda leg: leg.status,
            "ParentCallSid": lambda leg: leg.parent_sid,
        },
    )
    return page(asked, "calls", [as_json(asked, leg) for leg in legs])


ROUTES: tuple[Route, ...] = (
    ("GET", "/Calls.json", every),
    ("POST", "/Calls.json", create),
    ("GET", "/Calls/{sid}.json", read),
    ("POST", "/Calls/{sid}.json", update),
)


def _leg(asked: Asked) -> Leg:
    return found(asked.switch.leg(asked.part("sid")), "Call", asked.part("sid"))


def time_limit(form: Form) -> float | None:
    """After how many seconds of talk the call ends."""
    return form.whole("TimeLimit", 1, 1, MAX_CALL_S, UNKNOWN_FIELDS) if "TimeLimit" in form else None


def _fallback(form: Form) -> tuple[str, str]:
    """Who is asked, and how, when the document cannot be had or is wrong."""
    return form.url("FallbackUrl", INVALID_CALL_URL), form.method("FallbackMethod")


def _document(asked: Asked) -> tuple[str, str]:
    """Url and Twiml; as at the carrier, Twiml counts only without Url."""
    url, twiml = asked.form.url("Url", INVALID_CALL_URL), asked.form.text("Twiml")
    if len(twiml) > MAX_TWIML_CHARS:
        raise Refusal(UNKNOWN_FIELDS, f"Twiml has {len(twiml)} characters; {MAX_TWIML_CHARS} are allowed")
    return url, "" if url else twiml
