"""Visitors of the company's site ask to be called back: by page and API, in a browser; never a stranger's phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as RealBrowser
from playwright.sync_api import expect

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier
from tests.web.browser import SCHEMES, Scheme, looking, serving, started, violations
from tests.web.flows_house import FLOWS, ORIGIN, Editor
from tests.web.people import Browser
from tests.web.test_flows import make

__all__ = ["make"]

PAGE = "callback_page: {topics: {Buying something: sales}, countries: [US]}\n"
NUMBER = "(503) 555-0128"


@pytest.fixture
def parts(make: Callable[..., Editor]) -> Iterator[Parts]:
    """A company whose flow file has the page, and whose carrier is not there."""
    first = make().parts
    first.settings.flows.write_text(PAGE + FLOWS, encoding="utf-8")
    parts = Parts(first.settings, first.now)
    parts.skills.__dict__["places"] = first.skills.places
    parts.__dict__["carrier"] = CannedCarrier()
    yield parts
    parts.database.close()


@pytest.fixture
def app(parts: Parts) -> Flask:
    return parts.web()


def code_of(parts: Parts) -> str:
    carrier = parts.__dict__["carrier"]
    assert isinstance(carrier, CannedCarrier)
    found = re.match(r"[0-9]{6}", carrier.texts[-1][2])
    assert found
    return found[0]


def asks(app: Flask, **fields: str) -> tuple[Browser, str, int]:
    """Somebody fills in the page: their browser, what it shows then, and the status."""
    visitor = Browser(app.test_client())
    answer = visitor.post("/callback", number=NUMBER, topic="Buying something", **fields)
    return visitor, answer.text, answer.status_code


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_visitor_brings_the_code_and_is_called_back(parts: Parts, app: Flask) -> None:
    visitor, page, _ = asks(app, name="<b>Dana</b>")
    token, request = field(page, "page_token"), field(page, "request")
    sent = {"page_token": token, "request": request, "number": NUMBER, "code": code_of(parts)}
    wrong = {**sent, "code": "x"}
    assert visitor.client.post("/callback/code", base_url=ORIGIN, data=wrong).status_code == 400
    assert parts.callback_list.open() == []
    done = visitor.client.post("/callback/code", base_url=ORIGIN, data=sent)
    assert (done.status_code, "We call +1 503-555-0128 as soon as it is your turn." in done.text) == (200, True)
    assert [(one["number"], one["name"]) for one in parts.callback_list.open()] == [("+15035550128", "<b>Dana</b>")]


def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(parts: Parts, app: Flask) -> None:
    _, page, status = asks(app, name='"><script>', at_s="12345678")
    assert status == 400
    assert re.search(r'id="at" name="at_s" aria-invalid="true" aria-describedby="wrong"', page)
    assert field(page, "name") == "&#34;&gt;&lt;script&gt;"
    assert parts.__dict__["carrier"].texts == []


def test_another_site_cannot_make_a_visitor_ask(parts: Parts, app: Flask) -> None:
    visitor = Browser(app.test_client())
    data = {"number": NUMBER, "topic": "Buying something"}
    assert visitor.client.post("/callback", base_url=ORIGIN, data=data).status_code == 403
    data["page_token"] = field(visitor.get("/callback").text, "page_token")
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert visitor.client.post("/callback", base_url=ORIGIN, data=data, headers=elsewhere).status_code == 403
    assert visitor.client.post("/api/v1/callbacks", base_url=ORIGIN, data='{"number": "1"}').status_code == 400
    assert parts.__dict__["carrier"].texts == []


def test_a_program_that_fills_in_everything_is_told_all_is_well_and_nothing_happens(parts: Parts, app: Flask) -> None:
    _, page, status = asks(app, website="https://spam.example")
    assert (status, "The code we sent" in page) == (200, True)
    assert parts.__dict__["carrier"].texts == []


def test_too_many_are_refused(parts: Parts, app: Flask) -> None:
    assert [asks(app)[2] for _ in range(4)] == [200, 200, 200, 429]


def test_by_the_api(parts: Parts, app: Flask) -> None:
    web = app.test_client()
    wanted = {"number": NUMBER, "topic": "Buying something", "name": "Dana", "at_s": None}
    refused = web.post("/api/v1/callbacks", base_url=ORIGIN, json={**wanted, "number": "911"})
    assert (refused.status_code, refused.json) == (
        400,
        {"error": "This is not a telephone number we can call.", "field": "number"},
    )
    asked = web.post("/api/v1/callbacks", base_url=ORIGIN, json=wanted)
    told = asked.get_json()
    assert (asked.status_code, told["number"]) == (202, "+15035550128")
    where = f"/api/v1/callbacks/{told['id']}/code"
    assert web.post(where, base_url=ORIGIN, json={"code": "x"}).status_code == 400
    assert web.post(where, base_url=ORIGIN, json={"code": code_of(parts)}).status_code == 201
    assert len(parts.callback_list.open()) == 1
    for odd in ({"to": "+1"}, ["+1"], "x"):
        assert web.post("/api/v1/callbacks", base_url=ORIGIN, json=odd).status_code == 400


def test_a_program_of_the_company_is_not_rationed_by_its_address(parts: Parts, app: Flask) -> None:
    ours = {"Authorization": f"Bearer {parts.settings.program_token}"}
    for number in range(12):
        wanted = {"number": f"+1503555{2000 + number}", "topic": "Buying something"}
        answer = app.test_client().post("/api/v1/callbacks", base_url=ORIGIN, json=wanted, headers=ours)
        assert answer.status_code == 202


def test_without_the_flow_file_saying_so_there_is_no_page_and_no_api(make: Callable[..., Editor]) -> None:
    web = make().client
    assert web.get("/callback", base_url=ORIGIN).status_code == 404
    for path in ("/api/v1/callbacks", "/api/v1/callbacks/x/code"):
        assert web.post(path, base_url=ORIGIN, json={"number": NUMBER, "code": "1"}).status_code == 404


@pytest.fixture(scope="module")
def browser() -> Iterator[RealBrowser]:
    with started() as found:
        yield found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_a_browser_by_keyboard_alone(
    parts: Parts, app: Flask, browser: RealBrowser, scheme: Scheme, tmp_path: Path
) -> None:
    with serving(app) as address, looking(browser, address, scheme, "phone") as page:
        page.goto("/callback")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_label("Your telephone number").focus()
        page.keyboard.type("5035550128")
        page.keyboard.press("Tab")
        page.keyboard.type("Dana")
        for _ in range(3):  # past what it is about and when; nothing hidden is on the way
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Send me the code")).to_be_focused()
        page.screenshot(path=tmp_path / "callback.png")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("The code we sent")
        assert violations(page) == []
        page.get_by_label("Six digits").fill(code_of(parts))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")
        assert violations(page) == []
