"""Two people with browsers: one calls, the other sees why before accepting, and they talk.

With ``IVR_SCREENSHOTS=docs/screenshots`` set, the pages are also kept as pictures.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import app
from ivr.audio import mulaw_decode, write_wav
from ivr.ports import Ears
from ivr.settings import Settings
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import Service
from tests.conftest import ROOT
from tests.web.browser import PATIENCE_MS, SCHEMES, all_started, looking, violations
from tests.web.loudspeaker import WATCHED, wait_to_hear

FLOWS = """\
company: Northwind Outfitters
lines: {"+15035550100": welcome}
defaults: {wait: 60s}
queues:
  sales: {skills: [sales], ring: 60s, wrap_up: 5m}
agents:
  ann: {name: Ann Archer, at: "client:ann", skills: [sales]}
  bob: {name: Bob Baker, at: "client:bob", skills: [sales]}
  cem: {name: Cem Çelik, at: "client:cem", skills: [repairs]}
flows:
  welcome:
    - menu:
        ask: Would you like to buy a tent, or have something repaired?
        options:
          buy a tent: {press: 1, go: sales}
          repairs: {press: 2, go: sales}
  sales:
    - transfer:
        to: queue sales
        brief: "The caller wants to {intent}."
        otherwise: {no answer: bye, declined: bye, failed: bye}
    - go: bye
  bye:
    - hangup: Goodbye.
"""
OF_CALLER, OF_AGENT = "nine seven two zero five", "portland downtown"
MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
NOTE = "Looks for a tent for two, green. Thinks about it until Monday."
HOSTILE = "<img src=x onerror=alert(1)>"

NOTED = """text => fetch(`/api/v1/calls/${document.querySelector('#live').dataset.call}/notes/bob`, {
  method: 'PUT',
  headers: {'Content-Type': 'application/json', 'X-Page-Token': document.querySelector('#desk').dataset.token},
  body: JSON.stringify({text}),
}).then(answer => answer.status)"""


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Browser]]:
    """The caller's and the agent's; each microphone says its words again and again."""
    folder, voice = tmp_path_factory.mktemp("microphones"), Pyttsx3Voice()
    options = []
    for number, (words, name) in enumerate(((OF_CALLER, "en-us+f3"), (OF_AGENT, "en-us"))):
        wav = folder / f"{number}.wav"
        write_wav(wav, mulaw_decode(voice.render(words, name)) + bytes(16000))
        options.append((*MICROPHONE, f"--use-file-for-fake-audio-capture={wav}"))
    voice.close()
    expect.set_options(timeout=PATIENCE_MS)
    with all_started(*options) as found:
        yield found


@pytest.fixture(scope="module")
def service(browsers: list[Browser], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "flows.yaml").write_text(FLOWS, encoding="utf-8")
    shutil.copy(ROOT / "stores.csv", folder)
    settings = Settings.from_env({"IVR_FLOWS": str(folder / "flows.yaml")}, ROOT)
    with Service(settings, data=folder / "data") as running:
        yield running


@pytest.fixture(scope="module")
def ears() -> Ears:
    return app.Parts(Settings.from_env({}, ROOT)).ears


def pictured(page: Page, name: str) -> None:
    """Keep the page in both schemes, when somebody wants pictures."""
    if not (folder := os.environ.get("IVR_SCREENSHOTS")):
        return
    page.set_viewport_size({"width": 1280, "height": 860})
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(folder) / f"{name}-{scheme}.png")


def fits(page: Page) -> None:
    """Axe has nothing against the page: light and wide, dark and as narrow as a telephone."""
    page.emulate_media(color_scheme="light")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def call(caller: Page) -> None:
    """Call the company and ask for somebody."""
    caller.goto("/phone")
    caller.locator("#clean").uncheck()  # the browser's own improvements take a voice from a file for noise
    caller.locator("#microphone").uncheck()
    caller.locator("#call").click()
    expect(caller.locator("#talk")).to_contain_text("Would you like to buy a tent")
    caller.locator("#pad [data-key='1']").click()


def test_an_agent_sees_why_somebody_calls_before_accepting_and_both_hear_each_other(
    browsers: list[Browser], service: Service, ears: Ears
) -> None:
    with (
        looking(browsers[0], service.web_url) as caller,
        looking(browsers[1], service.web_url) as desk,
        looking(browsers[1], service.web_url) as wall,
    ):
        for page in (caller, desk):
            page.add_init_script(WATCHED)
        desk.add_init_script("localStorage.setItem('clean voice', 'no')")
        desk.goto("/desk?agent=ann")
        expect(desk.locator("#phone-state")).to_have_text("Ready")
        expect(desk.locator("#live")).to_contain_text("A caller appears here before your phone rings.")
        fits(desk)
        wall.goto("/")

        # Somebody calls: the reason is there before anything is pressed, and it is not accepted by itself.
        call(caller)
        pop = desk.locator(".pop.rings")
        expect(pop).to_contain_text("The caller wants to buy a tent.")
        expect(pop).to_contain_text("+1 415-555-0123")
        expect(pop.locator(".talk")).to_contain_text("Would you like to buy a tent")
        expect(desk.locator("#accept")).to_be_enabled()
        expect(desk.locator("#note-text")).to_be_disabled()
        fits(desk)

        # Accepted by the keyboard: connected, and both are heard.
        desk.keyboard.press("Control+Shift+Y")
        expect(desk.locator("#live")).to_have_attribute("data-place", "in")
        expect(desk.locator("#do-hold")).to_be_visible()
        caller.locator("#microphone").check()
        wait_to_hear(desk, ears, "seven")
        wait_to_hear(caller, ears, "downtown")
        fits(desk)

        # The wallboard shows it, and who may listen.
        expect(wall.locator(".tile.on-call")).to_contain_text("Ann Archer")
        expect(wall.locator("[data-supervise=listen]")).to_be_visible()
        fits(wall)

        # Hold and back; who could have the caller; a note.
        desk.locator("#do-hold").click()
        expect(desk.locator("#do-hold")).to_have_text("Take off hold")
        desk.keyboard.press("Control+Shift+H")
        expect(desk.locator("#do-hold")).to_have_text("Hold")
        desk.keyboard.press("Control+Shift+G")
        expect(desk.locator("#do-record")).to_have_text("Pause recording")
        desk.keyboard.press("Control+Shift+G")
        expect(desk.locator("#do-record")).to_have_text("Go on recording")
        desk.keyboard.press("Control+Shift+F")
        expect(desk.locator("#whom-list")).to_contain_text("Bob Baker")
        assert violations(desk) == []
        desk.keyboard.press("Escape")
        desk.locator("#note-text").fill(NOTE)
        desk.locator("#note-outcome").select_option("follow up")
        expect(desk.locator("#note-state")).to_have_text("Saved.")
        for page, name in ((desk, "desk"), (wall, "wallboard"), (caller, "phone")):
            pictured(page, name)

        # Without a connection for a moment, the call goes on.
        desk.evaluate("window.sockets.at(-1).close()")
        expect(desk.locator("#phone-state")).to_contain_text("Connection lost")
        expect(desk.locator("#phone-state")).to_contain_text("On the phone")
        expect(caller.locator("#state")).to_contain_text("On the phone")

        # The caller goes; the note stays until the agent is done with it.
        caller.locator("#hangup").click()
        expect(desk.locator("#phone-state")).to_contain_text("The call is over.")
        expect(desk.locator("#live")).to_have_attribute("data-state", "wrap-up")
        expect(desk.locator("#note-text")).to_have_value(NOTE)
        desk.locator("#note-done", has_text="Save and be available").click()
        expect(desk.locator("#live")).to_have_attribute("data-state", "available")

        # Who calls again is known, with what was noted; declined by the keyboard, the next agent would be rung.
        call(caller)
        expect(desk.locator(".pop.rings")).to_contain_text(NOTE)
        expect(desk.locator(".pop.rings")).to_contain_text("called in the day before")
        expect(desk.locator("#accept")).to_be_enabled()
        pictured(desk, "desk-ringing")

        # What others wrote is text, whatever it is (and a page that complains fails this test).
        assert desk.evaluate(NOTED, HOSTILE) == 200
        desk.evaluate("document.dispatchEvent(new Event('live:look'))")
        expect(desk.locator(".pop.rings")).to_contain_text(HOSTILE)
        desk.keyboard.press("Control+Shift+X")
        expect(desk.locator(".pop.rings")).to_have_count(0)
        caller.locator("#hangup").click()
