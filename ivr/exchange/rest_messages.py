"""REST: text messages."""

from __future__ import annotations

from math import ceil

from aiohttp import web

from ivr.exchange.refusals import (
    INVALID_FROM,
    INVALID_MESSAGE_CALLBACK,
    INVALID_TO,
    MESSAGE_NEEDS_BODY,
    MESSAGE_NEEDS_FROM,
    MESSAGE_NEEDS_TO,
    MESSAGE_TOO_LONG,
    Refusal,
)
from ivr.exchange.rest_answers import VERSION, Asked, Json, Route, chosen, date, found, page
from ivr.exchange.rest_form import E164
from ivr.exchange.rest_shapes import Message

MAX_BODY_CHARS = 1600
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_DOUBLE = frozenset("\f^{}\\[~]|€")
"""The telephone alphabet (3GPP TS 23.038); the second set takes two places each."""


def segments(body: str) -> int:
    r"""How many messages ``body`` is sent as.

    >>> segments("a" * 160), segments("a" * 161), segments("\u2013" * 70), segments("\u2013" * 71)
    (1, 2, 1, 2)
    """
    if all(letter in GSM_7 or letter in GSM_7_DOUBLE for letter in body):
        places, single, joined = len(body) + sum(letter in GSM_7_DOUBLE for letter in body), 160, 153
    else:
        places, single, joined = len(body.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if places <= single else ceil(places / joined)


def as_json(asked: Asked, message: Message) -> Json:
    """A message as the carrier shows it."""
    sent = message.status not in ("accepted", "queued", "sending")
    return {
        "sid": message.sid,
        "account_sid": asked.account_sid,
        "api_version": VERSION,
        "to": message.to,
        "from": message.from_,
        "body": message.body,
        "status": message.status,
        "direction": message.direction,
        "num_segments": str(segments(message.body)),
        "num_media": "0",
        "date_created": date(message.created_s),
        "date_updated": date(message.created_s),
        "date_sent": date(message.created_s) if sent else None,
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "price": None,
        "price_unit": "USD",
        "uri": asked.uri("Messages", message.sid),
        "subresource_uris": {},
    }


async def create(asked: Asked) -> web.Response:
    form = asked.form
    form.only(("To", "From", "Body", "StatusCallback", "ValidityPeriod", "ContentRetention", "AddressRetention"))
    form.required("To", MESSAGE_NEEDS_TO)
    form.required("From", MESSAGE_NEEDS_FROM)
    body = form.required("Body", MESSAGE_NEEDS_BODY)
    if len(body) > MAX_BODY_CHARS:
        raise Refusal(MESSAGE_TOO_LONG, f"The message body exceeds the {MAX_BODY_CHARS} character limit")
    message = await asked.switch.send_message(
        to=form.matching("To", E164, INVALID_TO),
        from_=form.matching("From", rf"{E164}|[0-9]{{3,8}}|[A-Za-z0-9 ]{{1,11}}", INVALID_FROM),
        body=body,
        status_callback=form.url("StatusCallback", INVALID_MESSAGE_CALLBACK),
    )
    return web.json_response(as_json(asked, message), status=201)


async def read(asked: Asked) -> web.Response:
    sid = asked.part("sid")
    message = next((message for message in asked.switch.messages() if message.sid == sid), None)
    return web.json_response(as_json(asked, found(message, "Message", sid)))


async def every(asked: Asked) -> web.Response:
    by = {"To": lambda message: message.to, "From": lambda message: message.from_}
    messages = chosen(asked, asked.switch.messages(), by)
    return page(asked, "messages", [as_json(asked, message) for message in messages])


ROUTES: tuple[Route, ...] = (
    ("GET", "/Messages.json", every),
    ("POST", "/Messages.json", create),
    ("GET", "/Messages/{sid}.json", read),
)
