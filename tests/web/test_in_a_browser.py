"""The pages in a real browser: an edit from its first mistake to callers and back, and every page as axe sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from app import Parts
from ivr.channels.carriers.canned import CannedCarrier
from ivr.commands.check import check
from ivr.records.traffic import Exchanged
from tests.conftest import MONDAY_NOON
from tests.web.browser import PATIENCE_MS, SCHEMES, Scheme, looking, serving, started, violations
from tests.web.conftest import House
from tests.web.flows_house import FLOWS, Editor
from tests.web.test_flows import make

__all__ = ["make"]

MISTAKE = FLOWS.replace("go: sales}", "go: sails}")
MENDED = FLOWS.replace("say: Hello.", "say: Good morning.")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


def fill(parts: Parts) -> House:
    """Calls, a message and a transfer, so that no page is empty."""
    carrier = CannedCarrier()
    parts.__dict__["carrier"] = carrier
    house = House(
        parts.sessions,
        parts.records,
        parts.transfers,
        parts.voicemails,
        parts.alerts,
        carrier,
        parts._sources(),
        parts._mailroom(),
        parts.tickets,
    )
    house.transfer(house.live_call())
    house.voicemail(house.past_call().id)
    return house


def selected(page: Page) -> str:
    """What is selected in the editor."""
    found = page.locator("#text").evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    return str(found)


def line_of_caret(page: Page) -> int:
    return int(page.locator("#text").evaluate("area => area.value.slice(0, area.selectionStart).split('\\n').length"))


def told_by_the_command(editor: Editor, file: Path, text: str) -> list[str]:
    """What ``ivr check`` says, as the page writes it."""
    file.write_text(text, encoding="utf-8")
    told = json.loads(CliRunner().invoke(check, [str(file), "--json"], obj=editor.parts).output)["problems"]
    return [f"{one['line']}:{one['column']} {one['what']} {one['code']}{one['instead']}" for one in told]


def told_by_the_page(page: Page) -> list[str]:
    texts = page.locator("#problems button").all_text_contents()
    return [re.sub(r"^(?:Mistake|Warning) at [^:]*:(\d+:\d+)", r"\1 ", " ".join(text.split())) for text in texts]


def test_an_edit_is_mended_tried_published_and_taken_back(
    make: Callable[..., Editor], browser: Browser, tmp_path: Path
) -> None:
    editor = make()
    before = editor.live()
    caller = editor.call()
    with serving(editor.parts.web()) as address, looking(browser, address) as page:
        page.goto("/flows")
        # Where somebody is in a call, the picture says so.
        expect(page.locator("#picture .live-ink")).to_have_text("1 call")
        ring, card = page.locator("#picture rect.live.ring"), page.locator('[data-step="welcome.1"] rect.card')
        assert abs(float(ring.get_attribute("y") or 0) + 1 - float(card.get_attribute("y") or 0)) < 1

        # A step leads to its lines, by the mouse and by the keyboard.
        page.locator('[data-step="message.0"]').click()
        assert selected(page) == "- voicemail: support"
        page.locator('[data-step="sales.0"] > a').first.focus()
        page.keyboard.press("Enter")
        assert selected(page).startswith("- transfer: {to: queue sales")

        # A mistake is told as the command tells it, and leads to its place.
        page.locator("#text").fill(MISTAKE)
        expect(page.locator("#summary")).to_have_text("1 mistake to mend before this can go live.")
        shown = told_by_the_page(page)
        command = told_by_the_command(editor, tmp_path / "draft.yaml", MISTAKE)
        assert [line.replace(" ", "") for line in shown] == [line.replace(" ", "") for line in command]
        page.locator("#problems .error button").click()
        assert "go: sails" in MISTAKE.splitlines()[line_of_caret(page) - 1]
        page.locator("#publish").click()
        expect(page.locator("#gate-found")).to_contain_text("Not published. The draft is kept as it is.")
        expect(page.locator("#gate-do")).to_be_hidden()
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert editor.live() == before

        # Mended, it can be had as a call before anybody else has it.
        page.locator("#text").fill(MENDED)
        expect(page.locator("#summary")).to_have_class("good")
        expect(page.locator("#changes")).to_contain_text("Good morning.")
        page.locator("#try-start button").click()
        expect(page.locator("#try-talk .ivr").first).to_contain_text("Good morning.")
        page.locator("#try-choices button", has_text="message").click()
        expect(page.locator("#try-talk .ivr", has_text="Speak after the tone.")).to_be_visible()
        page.locator("#try-text").fill("I want a tent, please.")
        page.locator("#try-text").press("Enter")
        expect(page.locator("#try-now")).to_contain_text("The call is over")
        assert violations(page) == []

        # Published, new callers hear it, and whoever was calling stays on what they began with.
        page.locator("#publish").click()
        expect(page.locator("#gate-found")).to_contain_text("The draft has no mistakes")
        page.locator("#gate-why").fill("Friendlier.")
        assert violations(page) == []
        page.locator("#gate-do").click()
        expect(page.locator("#notice")).to_contain_text("is live. New calls run on it.")
        expect(page.locator("#calls-now")).to_have_text("1 call on other versions.")
        assert editor.live() != before
        assert caller.typed("1")[0] == "Speak after the tone."
        assert editor.parts.books.current().version == editor.live()

        # And back.
        page.locator("summary", has_text="never published").click()
        page.locator(f'[data-back="{before}"]').click()
        expect(page.locator("#back-found")).to_contain_text("Good morning.")
        page.locator("#back-why").fill("Too long.")
        page.locator('#back button[type="submit"]').click()
        expect(page.locator("#notice")).to_contain_text(f"Version {before} is live again.")
        assert editor.live() == before
        assert violations(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_has_nothing_against_any_page(make: Callable[..., Editor], browser: Browser, scheme: Scheme) -> None:
    editor = make()
    parts = editor.parts
    house = fill(parts)
    version = editor.live()
    spoken = editor.call()
    spoken.say("i have a question about buying")
    posted = {"CallSid": spoken.id, "From": "...23", "CallStatus": "in-progress", "SpeechResult": "A question."}
    answer = '<Response><Gather action="https://ivr.example/voice/turn/1"><Say>Sales?</Say></Gather></Response>'
    turn = Exchanged(spoken.id, MONDAY_NOON, "voice.turn", "/voice/turn/1", posted, answer, 503, 0.42)
    heard = Exchanged(spoken.id, MONDAY_NOON, "stream turn", sent={"turn": "3"}, took_s=0.31)
    parts.traffic_kept.add([turn, heard])
    with serving(parts.web()) as address, looking(browser, address, scheme) as page:
        page.goto(f"/calls/{spoken.id}")
        page.locator("#exchange-1 summary").press("Enter")
        expect(page.locator("#exchange-1 pre")).to_contain_text("<Say>Sales?</Say>")
        page.locator("details.why summary").click()
        expect(page.locator("details.why td").first).to_be_visible()
        assert violations(page) == []
        page.goto("/")
        links = page.locator("nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert {"/", "/calls", "/flows"} <= set(links)
        for path in (
            *links,
            f"/calls/{house.records.calls()[0]['id']}",
            f"/calls/{spoken.id}",
            f"/flows/{version}",
            "/desk?agent=ann",
        ):
            page.goto(path)
            assert (path, violations(page)) == (path, [])
            page.set_viewport_size({"width": 390, "height": 844})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (path, wide) == (path, 390), "a phone need not scroll sideways"
            page.set_viewport_size({"width": 1440, "height": 900})


def test_a_desk_among_hundreds_looks_at_once_when_its_own_agent_is_meant(
    make: Callable[..., Editor], browser: Browser
) -> None:
    editor = make()
    with serving(editor.parts.web()) as address, looking(browser, address) as page:
        page.goto("/desk?agent=ann")
        page.locator("#live").evaluate("live => { live.dataset.team = 100000; }")
        editor.parts.alerts("queues", {"event": "AgentIs", "agent": "bob"})  # would be looked at hours later
        editor.parts.alerts("desk", {"transfer": "CA1-1", "phase": "ringing", "agents": ["ann"]})
        asked = page.wait_for_event("request", lambda one: "/desk?" in one.url, timeout=PATIENCE_MS)
        assert asked.url.endswith("/desk?agent=ann")
