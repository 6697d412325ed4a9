"""Every request the service makes of the carrier is as the carrier's own OpenAPI description has it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from ivr.channels.carriers.twilio_numbers import TwilioNumbers
from ivr.channels.carriers.twilio_rest import TwilioRest
from ivr.channels.carriers.twilio_rooms import TwilioRooms
from ivr.channels.carriers.twilio_tasks import TwilioTasks
from ivr.ports import CarrierCalls, CarrierNumbers, CarrierRooms
from ivr.settings import LOCAL_ACCOUNT
from tests.contract.openapi import answer_problems, request_problems
from tests.exchange.serving import serving

CALL, ROOM, RECORDING, NUMBER = "CA" + "1" * 32, "CF" + "2" * 32, "RE" + "3" * 32, "PN" + "4" * 32
ANN, LINE, URL = "+14155550123", "+15035550100", "https://ivr.example/voice/incoming"
REQUESTS: dict[str, Callable[[Any], object]] = {
    "CarrierCalls.ring": lambda calls: calls.ring("client:ann", LINE, URL, URL, 20.4, {"call": CALL, "name": "Ann"}),
    "CarrierCalls.redirect": lambda calls: calls.redirect(CALL, URL),
    "CarrierCalls.hang_up": lambda calls: calls.hang_up(CALL),
    "CarrierCalls.status": lambda calls: calls.status(CALL),
    "CarrierCalls.send_text": lambda calls: calls.send_text(ANN, LINE, "Your store is in Portland."),
    "CarrierRooms.adjust": lambda rooms: rooms.adjust(
        ROOM, CALL, held=True, hold_url=URL, muted=True, coaches=CALL, ends=False
    ),
    "CarrierRooms.is_inside": lambda rooms: rooms.is_inside(ROOM, CALL),
    "CarrierRooms.record": lambda rooms: rooms.record(CALL, URL),
    "CarrierRooms.steer_recording": lambda rooms: rooms.steer_recording(CALL, RECORDING, "paused"),
    "CarrierNumbers.numbers": lambda numbers: numbers.numbers(),
    "CarrierNumbers.point": lambda numbers: numbers.point(
        NUMBER,
        {"voice_url": URL, "voice_method": "POST", "voice_fallback_url": URL, "status_callback": URL, "sms_url": URL},
    ),
    "TwilioTasks.create": lambda tasks: tasks.create({"call": CALL}),
}
WITHOUT_DESCRIPTION = {"CarrierCalls.recording"}
"""Fetched by the address the carrier gave."""


@dataclass
class Carrier:
    """Takes whatever is asked; ``asked`` is what was."""

    url: str
    asked: list[tuple[str, str, list[tuple[str, str]]]]


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    asked: list[tuple[str, str, list[tuple[str, str]]]] = []

    async def answer(request: web.Request) -> web.Response:
        fields = request.query if request.method == "GET" else await request.post()
        asked.append((request.method, request.path, [(name, str(value)) for name, value in fields.items()]))
        page: dict[str, Any] = {"incoming_phone_numbers": [], "next_page_uri": None}
        one: dict[str, Any] = {"sid": CALL, "account_sid": LOCAL_ACCOUNT, "uri": request.path}
        body = page if request.path.endswith("IncomingPhoneNumbers.json") else one
        return web.json_response(body, status=200 if request.method == "GET" else 201)

    with serving([web.route("*", "/{tail:.*}", answer)]) as url:
        yield Carrier(url, asked)


def test_every_request_is_tried_here() -> None:
    ports = (CarrierCalls, CarrierRooms, CarrierNumbers)
    methods = {
        f"{port.__name__}.{name}"
        for port in ports
        for name, _ in inspect.getmembers(port, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods - WITHOUT_DESCRIPTION == {name for name in REQUESTS if name != "TwilioTasks.create"}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_carrier_describes_the_request(carrier: Carrier, name: str) -> None:
    rest = TwilioRest(LOCAL_ACCOUNT, "token", base_url=carrier.url, timeout_s=5)
    of_port = {
        "CarrierCalls": rest,
        "CarrierRooms": TwilioRooms(rest),
        "CarrierNumbers": TwilioNumbers(rest),
        "TwilioTasks": TwilioTasks(rest, "WS" + "5" * 32, "WW" + "6" * 32),
    }
    try:
        REQUESTS[name](of_port[name.partition(".")[0]])
    finally:
        rest.close()
    assert carrier.asked
    for method, path, fields in carrier.asked:
        assert request_problems(method, path, fields) == []


CALLS = f"/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Calls"
RIGHT = [("To", ANN), ("From", LINE), ("Url", URL)]


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", f"{CALLS}.json", [("From", LINE), ("Url", URL)]),
        ("POST", f"{CALLS}.json", [*RIGHT, ("StatusCalback", URL)]),
        ("POST", f"{CALLS}.json", [*RIGHT, ("Timeout", "soon")]),
        ("POST", f"{CALLS}.json", [*RIGHT, ("Method", "PATCH")]),
        ("POST", f"{CALLS}.json", [*RIGHT, ("Url", "https://twice.example")]),
        ("POST", f"{CALLS}/CA1.json", [("Status", "completed")]),
        ("POST", f"{CALLS}/{CALL}.json", [("Status", "over")]),
        ("POST", f"/2010-04-01/Accounts/{LOCAL_ACCOUNT}/Telephones.json", []),
        ("DELETE", f"{CALLS}.json", []),
        ("GET", f"{CALLS}.json", [("Who", ANN)]),
    ],
)
def test_a_request_the_carrier_does_not_have_is_found(method: str, path: str, fields: list[tuple[str, str]]) -> None:
    assert request_problems(method, path, fields)


def test_the_right_request_has_nothing_wrong_with_it() -> None:
    events = [("StatusCallbackEvent", "ringing"), ("StatusCallbackEvent", "answered")]
    assert request_problems("POST", f"{CALLS}.json", [*RIGHT, *events, ("Timeout", "20"), ("Record", "true")]) == []


def test_an_answer_with_a_field_of_our_own_or_a_wrong_kind_is_found() -> None:
    assert answer_problems("GET", f"{CALLS}/{CALL}.json", 200, {"sid": CALL, "status": "completed"}) == []
    assert answer_problems("GET", f"{CALLS}/{CALL}.json", 200, {"sid": CALL, "mood": "good"})
    assert answer_problems("GET", f"{CALLS}/{CALL}.json", 200, {"sid": "CA1"})
    assert answer_problems("GET", f"{CALLS}/{CALL}.json", 200, json.loads('{"status": "over"}'))
