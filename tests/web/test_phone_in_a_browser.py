"""A caller with a browser: a microphone is heard, what is played is understood, and a lost connection costs nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

import app
from ivr.audio import mulaw_decode, silence, write_wav
from ivr.ports import Ears
from ivr.settings import Settings
from ivr.speech import Pyttsx3Voice
from ivr.supervisor import Service
from tests.conftest import ROOT
from tests.web.browser import PATIENCE_MS, looking, started, violations
from tests.web.loudspeaker import WATCHED, until, wait_to_hear

FLOWS = """\
company: Test Shop
lines: {"+15035550100": welcome}
defaults: {wait: 60s, no_match: [Again please., Again please., Again please., {go: welcome}]}
slots:
  where: {kind: zip, ask: What is your code?}
stores: {file: stores.csv, speak: "The nearest store is {name}."}
flows:
  welcome:
    - collect: where
    - find_store: {near: "{where}", save: store, offer: [next, repeat]}
    - hangup: Goodbye.
"""
SPOKEN, TYPED = "97205", "done"
PAUSE_S = 10
HEARD_MS = 4 * PATIENCE_MS
"""A machine that stands still for a moment spoils a word: the caller says it again and again."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone says a ZIP code every few seconds while it is open."""
    wav = tmp_path_factory.mktemp("microphone") / "zip.wav"
    voice = Pyttsx3Voice()
    spoken = mulaw_decode(voice.render(" ".join(SPOKEN), "en-us+f3"))
    write_wav(wav, spoken + silence(PAUSE_S))
    voice.close()
    expect.set_options(timeout=PATIENCE_MS)
    microphone = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with started(*microphone, f"--use-file-for-fake-audio-capture={wav}") as found:
        yield found


@pytest.fixture(scope="module")
def service(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "flows.yaml").write_text(FLOWS, encoding="utf-8")
    shutil.copy(ROOT / "stores.csv", folder)
    settings = Settings.from_env({"IVR_FLOWS": str(folder / "flows.yaml")}, ROOT)
    with Service(settings, data=folder / "data") as running:
        yield running


@pytest.fixture(scope="module")
def ears() -> Ears:
    return app.Parts(Settings.from_env({}, ROOT)).ears


def test_a_caller_finds_a_store_by_voice_and_keeps_the_call_when_the_connection_breaks(
    browser: Browser, service: Service, ears: Ears
) -> None:
    with looking(browser, service.web_url) as page:
        page.add_init_script(WATCHED)
        page.goto("/phone")
        assert violations(page) == []
        page.locator("#clean").uncheck()  # the browser's own improvements take a voice from a file for noise
        page.locator("#microphone").uncheck()
        page.locator("#call").click()
        talk, ours = page.locator("#talk"), page.locator("#talk .caller")
        expect(talk).to_contain_text("What is your code?")
        expect(page.locator("#state")).to_contain_text("On the phone")
        wait_to_hear(page, ears, "your", "code")

        # The microphone is heard, and what was heard is shown.
        page.locator("#microphone").check()
        expect(talk).to_contain_text("The nearest store is", timeout=HEARD_MS)
        page.locator("#microphone").uncheck()
        expect(ours.last).to_contain_text("nine seven two zero five")
        expect(ours.last).to_contain_text("% sure")
        wait_to_hear(page, ears, "downtown", "portland")

        # Without a connection for a moment, the call goes on; whoever went mute meanwhile stays mute.
        page.evaluate("window.sockets.at(-1).close(); document.getElementById('mute').click();")
        until(lambda: bool(page.evaluate("window.sockets.length > 1 && window.sockets.at(-1).readyState === 1")))
        expect(page.locator("#state")).to_contain_text("On the phone")
        expect(page.locator("#mute")).to_have_text("Muted")
        page.locator("#mute").click()
        expect(page.locator("#mute")).to_have_text("Mute")
        expect(page.locator("#choices")).to_contain_text("done")
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": 390, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            assert violations(page) == []

        # Typed words are spoken and recognised.
        page.locator("#words").fill(TYPED)
        page.locator("#words").press("Enter")
        expect(ours.last).to_contain_text(TYPED)
        expect(page.locator("#state")).to_contain_text("The call is over.")
        expect(page.locator("#call")).to_be_enabled()


def test_without_a_microphone_a_call_is_made_by_keys(browser: Browser, service: Service) -> None:
    with looking(browser, service.web_url) as page:
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));"
        )
        page.goto("/phone")
        page.locator("#number").fill("+1 (415) 555-0199")
        page.locator("#number").blur()
        expect(page.locator("#call")).to_be_enabled()
        page.locator("#call").press("Enter")
        expect(page.locator("#microphone-note")).to_contain_text("There is no microphone.")
        expect(page.locator("#talk")).to_contain_text("What is your code?")
        page.locator("#hangup").focus()
        page.keyboard.type(SPOKEN)
        expect(page.locator("#talk")).to_contain_text("The nearest store is")
        page.locator("#hangup").press("Enter")
        expect(page.locator("#state")).to_contain_text("The call is over.")
