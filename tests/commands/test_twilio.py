"""``ivr twilio`` points the account's numbers at us, after our own address has answered as the carrier needs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from app import Parts
from ivr.channels.carriers.signature import is_genuine
from ivr.channels.knocking import knocks
from ivr.channels.public_url import address_problem
from ivr.commands.twilio import twilio
from ivr.exchange.rest import rest_routes
from ivr.flows import FlowBook
from ivr.settings import LOCAL_ACCOUNT, Settings
from tests.conftest import LINE, ROOT, SHARED, OneBook
from tests.exchange.canned_switch import CannedNumber, CannedSwitch
from tests.exchange.serving import serving

TOKEN = "a-token"  # noqa: S105 - of the box
OTHER = "+15035550177"


def service(token: str = TOKEN, *, careless: bool = False, sockets: bool = True) -> list[web.RouteDef]:
    """Our own address as it should be, or with one thing wrong."""

    def genuine(request: web.Request, url: str, form: dict[str, list[str]]) -> bool:
        return careless or is_genuine([token], request.headers.get("X-Twilio-Signature"), url, form)

    async def status(request: web.Request) -> web.Response:
        form = {name: [str(value)] for name, value in (await request.post()).items()}
        return web.Response(status=204 if genuine(request, str(request.url), form) else 403)

    async def stream(request: web.Request) -> web.StreamResponse:
        if not sockets or not genuine(request, str(request.url).replace("http", "ws", 1), {}):
            return web.Response(status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        return socket

    return [web.post("/voice/status", status), web.get("/voice/stream", stream)]


@pytest.fixture
def switch() -> CannedSwitch:
    switch = CannedSwitch()
    switch.all_numbers += [CannedNumber(LINE), CannedNumber(OTHER)]
    return switch


@pytest.fixture
def carrier_url(switch: CannedSwitch) -> Iterator[str]:
    with serving(rest_routes(switch, LOCAL_ACCOUNT, TOKEN), answers=True) as url:
        yield url


@pytest.fixture
def run(carrier_url: str, tmp_path: Path, make_book: Callable[[str], FlowBook]) -> Iterator[Callable[..., Result]]:
    """Runs the command for a service at an address."""
    made: list[Parts] = []
    book = OneBook(make_book(f'lines: {{"{LINE}": main}}\nflows: {{main: [{{hangup: Goodbye.}}]}}\n'))

    def run(public_url: str, *arguments: str) -> Result:
        settings = Settings.from_env(
            {
                "PUBLIC_URL": public_url,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "IVR_CARRIER_URL": carrier_url,
                **SHARED,
                "IVR_DATA": str(tmp_path),
            },
            ROOT,
        )
        parts = Parts(settings)
        parts.__dict__["books"] = book
        made.append(parts)
        return CliRunner().invoke(twilio, arguments, obj=parts)

    yield run
    for parts in made:
        parts.carrier.close()


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_lines_of_the_flow_file_are_pointed_at_us_and_no_other_number(
    run: Callable[..., Result], switch: CannedSwitch
) -> None:
    with serving(service()) as url:
        first = run(url, "setup", "--json")
        again = run(url, "setup", "--json")
        status = run(url, "status")
    assert first.exit_code == 0, first.output
    ours, other = switch.all_numbers
    assert ours.addresses["voice_url"] == f"{url}/voice/incoming#rc=2&rp=ct,5xx"
    assert ours.addresses["voice_fallback_url"] == f"{url}/voice/fallback"
    assert ours.addresses["status_callback"] == f"{url}/voice/status"
    assert ours.addresses["sms_url"].startswith(f"{url}/sms/incoming")
    assert other.addresses == {}
    [number] = told(first)["numbers"]
    assert number["changes"]["voice_url"] == ["", ours.addresses["voice_url"]]
    assert told(again)["numbers"][0]["changes"] == {}
    assert status.exit_code == 0, status.output
    assert f"{LINE} leads to us" in status.output


def test_a_dry_run_says_what_would_be_changed_and_changes_nothing(
    run: Callable[..., Result], switch: CannedSwitch
) -> None:
    with serving(service()) as url:
        result = run(url, "setup", OTHER, "--dry-run")
        status = run(url, "status", "--json")
    assert result.exit_code == 0
    assert f"{OTHER}  voice_url would be {url}/voice/incoming" in result.output
    assert [one.addresses for one in switch.all_numbers] == [{}, {}]
    assert status.exit_code == 1
    assert not told(status)["ok"]


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"token": "another"}, "a signed post is taken"),
        ({"careless": True}, "an unsigned post is refused"),
        ({"sockets": False}, "a media stream can be opened"),
    ],
)
def test_numbers_are_not_pointed_at_an_address_that_does_not_answer_as_it_must(
    run: Callable[..., Result], switch: CannedSwitch, wrong: dict[str, Any], what: str
) -> None:
    with serving(service(**wrong)) as url:
        result = run(url, "setup", "--json")
        assert [one["what"] for one in told(result)["tests"] if not one["ok"]][-1:] == [what] or "token" in wrong
        assert (result.exit_code, switch.all_numbers[0].addresses) == (1, {})
        assert run(url, "setup", "--without-test").exit_code == 0
    assert switch.all_numbers[0].addresses


def test_a_number_that_is_not_on_the_account_is_told(run: Callable[..., Result]) -> None:
    with serving(service()) as url:
        result = run(url, "setup", "+15035550111")
    assert result.exit_code == 1
    assert "+15035550111: it is not a number of this account" in result.output


def test_an_address_where_nobody_is_is_told() -> None:
    found = list(knocks("http://127.0.0.1:9", TOKEN))
    assert [one.ok for one in found] == [False] * 3


def test_an_account_needs_an_address_that_is_known_outside() -> None:
    assert not address_problem("https://ivr.example", local=False)
    assert not address_problem("http://127.0.0.1:5000", local=True)
    assert address_problem("http://ivr.example", local=False)
    assert address_problem("https://localhost", local=False)


def test_a_number_that_an_application_has_taken_is_left_and_told() -> None:
    from ivr.channels.pointing import look_at
    from ivr.ports import CarrierNumber

    number = CarrierNumber("PN1", LINE, {})
    assert look_at("https://ivr.example", number).problem == ""
    assert "AP1" in look_at("https://ivr.example", replace(number, elsewhere="application AP1")).problem
