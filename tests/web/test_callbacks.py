"""The list of callbacks, on the desk, on the wallboard, for programs and in the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from app import Parts
from ivr.accounts import Role
from ivr.channels.carriers.canned import CannedCarrier
from ivr.commands.callbacks import callbacks
from tests.conftest import MONDAY_NOON
from tests.web.browser import SCHEMES, Scheme, looking, serving, started, violations
from tests.web.flows_house import FLOWS, ORIGIN, Editor
from tests.web.people import Company
from tests.web.test_flows import make

__all__ = ["make"]

HOSTILE = "<img src=x onerror=alert(1)>"
LATER_S = MONDAY_NOON + 7200


@pytest.fixture
def parts(make: Callable[..., Editor]) -> Iterator[Parts]:
    """A company without a carrier, whose only agent is away."""
    first = make().parts
    first.settings.flows.write_text(FLOWS, encoding="utf-8")
    parts = Parts(first.settings, first.now)
    parts.skills.__dict__["places"] = first.skills.places
    parts.__dict__["carrier"] = CannedCarrier()
    parts.__dict__["_passwords"] = first.__dict__["_passwords"]
    parts._sources().staff.set_state("ann", "break")
    yield parts
    parts.database.close()


def promise(parts: Parts, call: str, at_s: float = MONDAY_NOON, brief: str = "Wants a tent.") -> str:
    asked = {"queue": "sales", "number": f"+150355501{call[-2:]}", "line": "+15035550100", "call": call}
    return str(parts.callbacks.asked({**asked, "brief": brief, "at_s": at_s, "collected": {"name": "Dana"}})["id"])


def act(web: FlaskClient, path: str, token: str) -> int:
    return web.post(f"/api/v1/callbacks/{path}", base_url=ORIGIN, headers={"X-Page-Token": token}).status_code


def token_of(web: FlaskClient) -> str:
    return web.get("/", base_url=ORIGIN).text.partition('data-token="')[2].partition('"')[0]


def test_programs_read_the_list_cancel_and_have_somebody_called(parts: Parts) -> None:
    web = parts.web().test_client()
    first, later = promise(parts, "CA28"), promise(parts, "CA29", LATER_S)
    found = web.get("/api/v1/callbacks?open=1", base_url=ORIGIN).get_json()["callbacks"]
    assert [(one["id"], one["doing"], one["next_s"]) for one in found] == [
        (first, "in line", 0.0),
        (later, "later", LATER_S),
    ]
    token = token_of(web)
    assert act(web, f"{first}/cancel", "made up") == 403
    assert [act(web, f"{first}/cancel", token) for _ in range(2)] == [200, 409]
    assert act(web, f"{later}/now", token) == 200
    assert web.get(f"/api/v1/callbacks/{later}", base_url=ORIGIN).get_json()["doing"] == "in line"
    assert [act(web, f"nobody/{what}", token) for what in ("cancel", "now")] == [404, 404]
    assert len(web.get("/api/v1/callbacks", base_url=ORIGIN).get_json()["callbacks"]) == 2
    assert [(entry.what, entry.about) for entry in parts.audit.entries(1)] == [("cancelled a callback", first)]


def test_only_agents_see_and_change_the_list(parts: Parts) -> None:
    company = Company(parts)
    company.hire("dana", Role.ADMIN)
    first = promise(parts, "CA28")
    editor = company.at_work("eve", Role.EDITOR)
    assert editor.get("/api/v1/callbacks").status_code == 403
    strange = company.app.test_client()
    assert strange.get("/api/v1/callbacks", base_url=ORIGIN).status_code == 401
    assert strange.post(f"/api/v1/callbacks/{first}/cancel", base_url=ORIGIN).status_code == 401
    assert [one["state"] for one in parts.callback_list.open()] == ["waiting"]


@pytest.mark.parametrize("call", ["CA28", "web-ab28"])
def test_only_who_has_called_has_a_call_to_look_at(parts: Parts, call: str) -> None:
    web = parts.web().test_client()
    parts._sources().staff.set_state("ann", "available")
    promise(parts, call)
    for page in ("/", "/desk?agent=ann"):
        shown = web.get(page, base_url=ORIGIN).text
        assert "+1 503-555-0128" in shown
        assert (f"/calls/{call}" in shown) == call.startswith("CA")


def test_in_the_terminal(parts: Parts) -> None:
    def ivr(*words: str) -> str:
        return CliRunner().invoke(callbacks, words, obj=parts).output

    assert ivr("list") == "Nobody is to be called back.\n"
    first, later = promise(parts, "CA28", brief="\x1b[31mred"), promise(parts, "CA29", LATER_S)
    told = ivr("list")
    assert told.index(first) < told.index(later)
    assert "\x1b" not in told
    assert [one["id"] for one in json.loads(ivr("list", "--json"))] == [first, later]
    assert ivr("cancel", first) == "Cancelled.\n"
    assert json.loads(ivr("cancel", later, "--json"))["state"] == "cancelled"
    assert "no callback 'nobody'" in ivr("cancel", "nobody")
    assert json.loads(ivr("list", "--json")) == []
    assert {one["state"] for one in json.loads(ivr("list", "--all", "--json"))} == {"cancelled"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_agent_sees_who_is_to_be_called_and_changes_it(
    parts: Parts, browser: Browser, scheme: Scheme, tmp_path: Path
) -> None:
    promise(parts, "CA28", brief=HOSTILE)
    promise(parts, "CA29", LATER_S)
    with serving(parts.web()) as address, looking(browser, address, scheme) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/desk?agent=ann")
        rows = page.locator(".callbacks > li")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text(HOSTILE)
        assert violations(page) == []
        page.screenshot(path=tmp_path / "desk.png", full_page=True)
        promise(parts, "CA30")
        expect(rows).to_have_count(3)  # by itself
        rows.filter(has_text="+1 503-555-0129").get_by_role("button", name="Call now").click()
        expect(page.get_by_role("button", name="Call now")).to_have_count(0)
        page.goto("/")
        expect(rows).to_have_count(3)
        assert violations(page) == []
        page.screenshot(path=tmp_path / "wallboard.png", full_page=True)
        rows.filter(has_text=HOSTILE).get_by_role("button", name="Cancel").click()
        expect(rows).to_have_count(2)
        expect(page.locator("#notice")).to_be_hidden()
