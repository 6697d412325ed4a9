"""A caller who waits too long is marked on the wallboard as it happens, and for everybody's eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ivr.agents.staff import Staff
from ivr.flows.actions import Transfer
from ivr.flows.call import Call, Frame
from ivr.ports import Session
from tests.conftest import LINE, MONDAY_NOON
from tests.web.browser import PATIENCE_MS, looking, serving, started, violations
from tests.web.flows_house import FLOWS, Editor
from tests.web.test_flows import make

__all__ = ["make"]

PATIENT = "  sales: {skills: [sales], escalate: {waiting: 60s}}"


def test_who_waits_too_long_gets_a_badge_without_anybody_reloading(make: Callable[..., Editor], tmp_path: Path) -> None:
    flows = FLOWS.replace("  sales: {skills: [sales]}", PATIENT)
    assert PATIENT in flows
    (tmp_path / "flows.yaml").write_text(flows, encoding="utf-8")
    parts = make().parts
    Staff(parts.attendant).set_state("ann", "break")
    expect.set_options(timeout=PATIENCE_MS)
    with serving(parts.web()) as address, started() as browser, looking(browser, address, "dark") as page:
        page.goto("/")
        call = Call("CA" + "7" * 32, LINE, "+14155550123", started_s=MONDAY_NOON, stack=(Frame("sales", 0),))
        assert parts.sessions.save(Session(call, 3, ()), 0)
        waits = parts.transfers.begin(call, 3, Transfer("queue sales", "Wants a tent."), MONDAY_NOON - 61)
        parts.transfers.caller_waits(waits)
        expect(page.locator("#live")).to_contain_text("+1 415-555-0123")
        expect(page.locator(".badge.late")).to_have_count(0)
        parts.transfers.look_after()
        expect(page.locator(".badge.late")).to_have_text("waits too long")
        assert violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
