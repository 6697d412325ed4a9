"""REST: the account's telephone numbers. None can be bought here; the box is told which there are."""

from __future__ import annotations

from aiohttp import web

from ivr.exchange.refusals import INVALID_METHOD, INVALID_URL
from ivr.exchange.rest_answers import VERSION, Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_shapes import PhoneNumber

ADDRESSES = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
}
METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
}


def as_json(asked: Asked, number: PhoneNumber) -> Json:
    """A number as the carrier shows it."""
    return {
        "sid": number.sid,
        "account_sid": asked.account_sid,
        "api_version": VERSION,
        "friendly_name": number.phone_number,
        "phone_number": number.phone_number,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "date_created": date(number.created_s),
        "date_updated": date(number.created_s),
        **{name: number.addresses.get(name, "") for name in ADDRESSES.values()},
        **{name: number.addresses.get(name, "POST") for name in METHODS.values()},
        "voice_application_sid": None,
        "sms_application_sid": None,
        "trunk_sid": None,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "status": "in-use",
        "beta": False,
        "origin": "twilio",
        "uri": asked.uri("IncomingPhoneNumbers", number.sid),
    }


async def every(asked: Asked) -> web.Response:
    by = {"PhoneNumber": lambda number: number.phone_number, "FriendlyName": lambda number: number.phone_number}
    numbers = chosen(asked, asked.switch.numbers(), by)
    return page(asked, "incoming_phone_numbers", [as_json(asked, number) for number in numbers])


async def read(asked: Asked) -> web.Response:
    return web.json_response(as_json(asked, _number(asked)))


async def update(asked: Asked) -> web.Response:
    """Point a number elsewhere; an empty address puts it back to where the box was told."""
    form = asked.form
    form.only({*ADDRESSES, *METHODS})
    changes = {name: form.url(field, INVALID_URL) for field, name in ADDRESSES.items() if field in form}
    for field, name in METHODS.items():
        if field in form:
            changes[name] = form.matching(field, "(?i)get|post", INVALID_METHOD).upper()
    return web.json_response(as_json(asked, asked.switch.point_number(_number(asked).sid, changes)))


ROUTES: tuple[Route, ...] = (
    ("GET", "/IncomingPhoneNumbers.json", every),
    ("GET", "/IncomingPhoneNumbers/{sid}.json", read),
    ("POST", "/IncomingPhoneNumbers/{sid}.json", update),
)


def _number(asked: Asked) -> PhoneNumber:
    sid = asked.part("sid")
    number = next((one for one in asked.switch.numbers() if one.sid == sid), None)
    return found(number, "IncomingPhoneNumber", sid)
