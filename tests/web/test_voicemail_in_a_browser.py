"""The inbox in a real browser: a message is heard word by word, worked with by mouse and keys, and news just come.

With ``IVR_SCREENSHOTS=docs/screenshots`` set, the pages are also kept as pictures.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import Parts
from ivr.audio import mulaw_decode, wav_bytes
from ivr.flows.events import Word
from ivr.inbox import Change, Step
from ivr.ports import Hearing
from ivr.speech import Pyttsx3Voice
from tests.conftest import MONDAY_NOON
from tests.web.browser import PATIENCE_MS, SCHEMES, looking, serving, started, violations
from tests.web.conftest import HOSTILE
from tests.web.flows_house import Editor
from tests.web.loudspeaker import until
from tests.web.test_flows import make

__all__ = ["make"]

SAID = (
    "hi this is dana reed calling about my green tent it came with a hole near the door and one of the poles is bent "
    "please call me back before friday because we leave for the coast on saturday thank you"
)
DID = ".js .did"
"""What was done stands on the next page; with its script there, the keys are, too."""

OTHERS = (
    ("support", "+14155550177", "good morning could you tell me whether the stove can be repaired", 3600.0),
    ("support", "+12065550112", "my order still has not come and the number ends in four four one", 9000.0),
    ("sales", "+447700900123", "we would like a dozen kayaks for a summer camp please ring us", 20000.0),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with started("--autoplay-policy=no-user-gesture-required") as found:
        yield found


@pytest.fixture(scope="module")
def speech() -> bytes:
    voice = Pyttsx3Voice()
    try:
        return mulaw_decode(voice.render(SAID, "en-us"))
    finally:
        voice.close()


def leave(parts: Parts, mailbox: str, caller: str, said: str, ago_s: float, pcm: bytes) -> str:
    """A message whose words are said evenly, the ninth and the fifteenth not so clearly."""
    store = parts.voicemails
    kept = store.keep(f"CA{ago_s:032.0f}", mailbox, caller, MONDAY_NOON - ago_s, wav_bytes(pcm))
    write_down(parts, kept, said, len(pcm) / 16000)
    return kept


def write_down(parts: Parts, voicemail_id: str, said: str, length_s: float) -> None:
    claimed = parts.voicemails.claim(voicemail_id)
    assert claimed
    words = said.split()
    each_s = length_s / len(words)
    sure = {8: 0.62, 14: 0.41}
    spoken = (Word(word, at * each_s, (at + 1) * each_s, sure.get(at, 0.97)) for at, word in enumerate(words))
    parts.voicemails.transcribed(claimed, Hearing(said, 0.93, tuple(spoken)))


def fill(parts: Parts, speech: bytes) -> str:
    """An inbox, and the message that is looked at."""
    seconds = 16000
    ids = [leave(parts, *one, pcm=speech[: seconds * 4]) for one in OTHERS]
    parts.inbox.change(Step((ids[1],), Change(status="read", assignee="ann")), None, "ann")
    parts.inbox.change(Step((ids[2],), Change(urgent=True, hold="case 17")), None, "ann")
    return leave(parts, "support", "+15035550144", SAID, 600.0, speech)


def pictured(page: Page, name: str) -> None:
    """Keep the page in both schemes, when somebody wants pictures."""
    if not (folder := os.environ.get("IVR_SCREENSHOTS")):
        return
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 1280, "height": 860})
        page.screenshot(path=Path(folder) / f"{name}-{scheme}.png")
        if extra := os.environ.get("IVR_SCREENSHOTS_NARROW"):
            page.set_viewport_size({"width": 390, "height": 844})
            page.screenshot(path=Path(extra) / f"{name}-{scheme}-narrow.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def fits(page: Page) -> None:
    """Axe has nothing against the page: light and wide, dark and as narrow as a telephone."""
    page.emulate_media(color_scheme="light")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_message_is_heard_word_by_word_worked_with_and_news_come_by_themselves(
    make: Callable[..., Editor], browser: Browser, speech: bytes
) -> None:
    parts = make().parts
    own = fill(parts, speech)
    with serving(parts.web()) as address, looking(browser, address) as page, looking(browser, address) as other:
        other.goto("/calls")
        expect(other.locator("#waiting")).to_contain_text("3")
        page.goto("/voicemail")
        expect(page.locator(".message-row")).to_have_count(4)
        fits(page)
        pictured(page, "voicemail-list")

        # Enter where the reason of a legal hold is written does that, and not what the first button does.
        page.locator(".message-row .tick input").nth(1).check()
        page.locator("#bulk-more summary").click()
        assert violations(page) == []
        page.locator("#bulk-why").fill("case 18")
        page.keyboard.press("Enter")
        expect(page.locator(DID)).to_contain_text("1 message changed: on legal hold.")
        expect(page.locator(".badge.held")).to_have_count(2)
        page.keyboard.press("Control+Shift+Z")
        expect(page.locator(DID)).to_contain_text("Undone: 1 message as before.")
        expect(page.locator(".badge.held")).to_have_count(1)

        # Opened by the keyboard: it counts as read, here and on other pages.
        page.keyboard.press("Control+Shift+ArrowDown")
        page.wait_for_url(f"**/voicemail/{own}*", wait_until="domcontentloaded")
        expect(page.locator("#waiting")).to_contain_text("2")
        expect(other.locator("#waiting")).to_contain_text("2")
        expect(page.locator(".message-row.open .badge.waiting")).to_have_count(0)
        expect(page.locator("#readable")).to_contain_text("this is Dana Reed calling")
        expect(page.locator(".message-row.open .named")).to_have_text("Dana Reed")
        fits(page)

        # Heard from a word on, which is marked as it is said, at the speed one likes.
        page.locator("#sound").evaluate("sound => { sound.loop = true; }")  # it does not end before it is paused
        page.locator("#speed").select_option("2")
        page.locator("#words .w", has_text="coast").click()
        expect(page.locator("#play")).to_contain_text("Pause")
        assert page.locator("#sound").evaluate("sound => sound.playbackRate") == 2
        started_s = float(page.locator("#words .w", has_text="coast").get_attribute("data-s") or 0)
        until(lambda: page.locator("#sound").evaluate("sound => sound.currentTime") > started_s)
        expect(page.locator("#words .w.now")).to_have_count(1)
        page.keyboard.press("Control+Shift+Space")
        expect(page.locator("#play")).to_contain_text("Play")
        page.locator("#seek").focus()
        page.keyboard.press("Home")
        assert page.locator("#sound").evaluate("sound => sound.currentTime") == 0
        page.locator("#words").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        expect(page.locator("#words .w.chosen")).to_have_text("dana")
        page.keyboard.press("Enter")
        expect(page.locator("#play")).to_contain_text("Pause")
        page.keyboard.press("Control+Shift+Space")
        expect(page.locator("#play")).to_contain_text("Play")
        assert float(page.locator("#played-to").get_attribute("width") or 0) > 0
        pictured(page, "voicemail")

        # A note that is being written outlives the news; what is done is told, and undone by the keyboard.
        page.locator("#note-text").fill("Send a new pole.")
        kept = parts.voicemails.keep("CA9", "support", "+15035550150", MONDAY_NOON, wav_bytes(speech[:32000]))
        expect(page.locator(".message-row")).to_have_count(5)
        expect(other.locator("#waiting")).to_contain_text("3")
        expect(page.locator("#note-text")).to_have_value("Send a new pole.")
        page.locator(".note-form button").click()
        expect(page.locator(DID)).to_contain_text("Noted.")
        expect(page.locator("#notes")).to_contain_text("Send a new pole.")
        page.keyboard.press("Control+Shift+Y")
        expect(page.locator(DID)).to_contain_text("1 message changed: done.")
        expect(page.locator(".message-row")).to_have_count(4)
        page.keyboard.press("Control+Shift+Z")
        expect(page.locator(DID)).to_contain_text("Undone")
        expect(page.locator(".message-row")).to_have_count(5)

        # A transcript comes while one waits for it. Whatever is in it is text: a page that complains fails this test.
        page.goto(f"/voicemail/{kept}")
        expect(page.locator("#said progress")).to_be_visible()
        write_down(parts, kept, HOSTILE, 1.0)
        expect(page.locator("#words .w")).to_have_text(HOSTILE.split())

        # Many at once: what is ticked stays so when the list comes anew.
        page.goto("/voicemail")
        expect(page.locator("#bulk button[value=done]")).to_be_disabled()
        page.locator(".message-row input").nth(0).check()
        page.locator(".message-row input").nth(1).check()
        with page.expect_request("**/voicemail"):
            parts.inbox.note(kept, None, "ann", "x")
        expect(page.locator("#ticked")).to_have_text("2 ticked")
        page.locator("#bulk-more summary").click()
        page.locator("#bulk-mailbox").select_option("sales")
        page.locator("#bulk button[value=forward]").click()
        expect(page.locator(DID)).to_contain_text("2 messages changed: forwarded to sales.")
        page.locator("#undo").click()
        expect(page.locator(DID)).to_contain_text("Undone: 2 messages")

        # The keys are explained, and what is looked for is marked where it was said.
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_contain_text("Play or pause")
        assert violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Control+Shift+F")
        page.keyboard.type("kayaks")
        page.keyboard.press("Enter")
        expect(page.locator("mark")).to_have_text("kayaks")
        page.locator("#search").fill("nobody said this")
        page.keyboard.press("Enter")
        expect(page.locator(".empty-inbox")).to_contain_text("Nothing is found.")
