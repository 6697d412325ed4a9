"""Phones in people's hands: what a browser can be, do and survive over the exchange's socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from itsdangerous import URLSafeTimedSerializer

from ivr.audio import mulaw_encode, tone
from ivr.exchange.live_socket import BAD_TOKEN, ELSEWHERE, NOT_LIVE
from ivr.phone_token import phone_of, phone_token
from tests.exchange.world import CALLER, LINE, TOKEN, World, loud_hz, response, world

ME = "client:me"
RINGS_ME = response(
    "<Dial action='/after'><Client><Identity>me</Identity><Parameter name='brief' value='Jo, a tent'/></Client></Dial>"
)
HOLDS = response("<Say>Hold on.</Say><Pause length='3000'/>")


class Page:
    """A page with a phone, as the exchange sees it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def do(self, event: str, **details: Any) -> None:
        await self.socket.send_json({"event": event, **details})

    async def told(self, event: str) -> dict[str, Any]:
        """The next message of this kind, over sound and other messages."""
        async with asyncio.timeout(10):
            while True:
                message = await self.socket.receive()
                assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), message
                if message.type is aiohttp.WSMsgType.TEXT and json.loads(message.data)["event"] == event:
                    found: dict[str, Any] = json.loads(message.data)
                    return found

    async def closed(self) -> int:
        """The code the socket is closed with."""
        async with asyncio.timeout(10):
            while (await self.socket.receive()).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                pass
        return self.socket.close_code or 0

    async def sends(self, pcm: bytes) -> None:
        mulaw = mulaw_encode(pcm)
        for at in range(0, len(mulaw), 160):
            await self.socket.send_bytes(mulaw[at : at + 160])


@asynccontextmanager
async def opened(w: World, token: str) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as browser, browser.ws_connect(f"{w.box.url}/exchange/phone") as socket:
        page = Page(socket)
        await page.do("connect", token=token)
        yield page


@asynccontextmanager
async def phone(w: World, address: str = ME) -> AsyncIterator[Page]:
    async with opened(w, phone_token(TOKEN, address)) as page:
        yield page


def test_a_person_calls_hears_speaks_presses_and_hangs_up() -> None:
    async def story() -> None:
        verbs = "<Gather numDigits='1' action='/next'><Say>Press a key please.</Say></Gather>"
        pages = {"/voice/incoming": response(verbs), "/next": response("<Record timeout='9' action='/done'/>")}
        async with world(pages, fast=False) as w, phone(w) as page:
            assert (await page.told("ready")) == {"event": "ready", "address": ME, "call": None}
            await page.do("dial", to=LINE)
            assert (await page.told("dialling"))["to"] == LINE
            sid = (await page.told("answered"))["call"]
            sound = await page.socket.receive()
            assert (sound.type, len(sound.data)) == (aiohttp.WSMsgType.BINARY, 160)
            await page.do("key", key="5")
            await w.until(lambda: w.service.params("/next"))
            assert w.service.params("/next")[0]["Digits"] == "5"
            leg = w.box.switch.leg(sid)
            assert leg is not None
            assert leg.from_ == ME
            await w.until(lambda: w.events(leg, "recording"))
            await page.sends(tone([700], 0.4))
            await w.box.plant.clock.sleep(0.6)
            await page.do("mute", on=True)
            await page.told("muted")
            await page.sends(tone([1500], 0.4))
            await w.box.plant.clock.sleep(0.6)
            await page.do("hang_up")
            assert (await page.told("ended"))["status"] == "completed"
            await w.over(leg)
            assert w.service.params("/done")[0]["Digits"] == "hangup"
            heard = loud_hz(w.channel(leg, 0))
            assert 700 in heard
            assert 1500 not in heard  # nobody hears who is mute

    asyncio.run(story())


def test_typed_words_are_spoken_aloud_and_understood_like_spoken_ones() -> None:
    async def story() -> None:
        asks = response("<Gather input='speech' action='/next' timeout='20' speechTimeout='auto'/>")
        pages = {"/voice/incoming": asks, "/next": HOLDS}
        async with world(pages, fast=False) as w, phone(w) as page:
            await page.do("dial", to=LINE)
            leg = w.box.switch.leg((await page.told("answered"))["call"])
            assert leg is not None
            await page.do("say", text="x" * 301)
            assert "not possible" in (await page.told("error"))["message"]
            await page.do("say", text="find a store")
            assert (await page.told("says"))["text"] == "find a store"
            await w.until(lambda: w.service.params("/next"))
            assert w.service.params("/next")[0]["SpeechResult"] == "find a store"
            await page.do("hang_up")
            await w.over(leg)
            assert loud_hz(w.channel(leg, 0))  # there was sound on the caller's side

    asyncio.run(story())


@pytest.mark.parametrize(
    "token",
    [
        "",
        "made-up",
        phone_token("another secret", ME),
        phone_token(TOKEN, ME)[:-1],
        URLSafeTimedSerializer(TOKEN, salt="ringdown pages").dumps(ME),
    ],
)
def test_a_page_without_a_good_token_is_no_phone(token: str) -> None:
    async def story() -> None:
        async with world(fast=False) as w, opened(w, token) as page:
            assert await page.closed() == BAD_TOKEN
            assert w.box.plant.phonebook.addresses() == []

    asyncio.run(story())


def test_a_token_is_worth_nothing_where_there_is_no_secret() -> None:
    with pytest.raises(ValueError, match="anybody"):
        phone_token("", ME)
    assert phone_of("", phone_token(TOKEN, ME)) == ""


def test_a_page_that_does_anything_before_showing_its_token_is_refused() -> None:
    async def story() -> None:
        async with world(fast=False) as w, aiohttp.ClientSession() as browser:
            for first in ('{"event": "dial", "to": "+15035550100"}', "nonsense", "[]"):
                async with browser.ws_connect(f"{w.box.url}/exchange/phone") as socket:
                    await socket.send_str(first)
                    assert await Page(socket).closed() == BAD_TOKEN
            assert w.service.asked == []

    asyncio.run(story())


def test_nobody_can_talk_on_an_exchange_that_runs_fast() -> None:
    async def story() -> None:
        async with world() as w, phone(w) as page:
            assert await page.closed() == NOT_LIVE

    asyncio.run(story())


def test_a_phone_rings_with_what_is_known_answers_and_is_busy_meanwhile() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": RINGS_ME}, fast=False, phone_kept_s=0.1) as w:
            async with phone(w) as page:
                await page.told("ready")
                first = await w.ring(linger_s=600)
                rings = await page.told("ringing")
                assert (rings["from"], rings["parameters"]) == (CALLER, {"brief": "Jo, a tent"})
                second = await w.ring(linger_s=600)
                await w.over(second)
                assert w.service.params("/after")[0]["DialCallStatus"] == "busy"
                await page.do("answer")
                assert (await page.told("answered"))["call"] == rings["call"]
                await page.socket.send_str("nonsense")
                await page.told("error")
                await page.do("hang_up")
                await page.told("ended")
                await w.over(first)
                assert w.service.params("/after")[1]["DialCallStatus"] == "completed"
            await w.until(lambda: w.box.plant.phonebook.addresses() == [])

    asyncio.run(story())


def test_whoever_declines_is_busy_and_can_be_rung_again() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": RINGS_ME}, fast=False) as w, phone(w) as page:
            await page.told("ready")
            for number in range(2):
                leg = await w.ring(linger_s=600)
                await page.told("ringing")
                await page.do("decline")
                assert (await page.told("ended"))["status"] == "busy"
                await w.over(leg)
                assert w.service.params("/after")[number]["DialCallStatus"] == "busy"

    asyncio.run(story())


def test_a_lost_connection_does_not_lose_the_call() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": HOLDS}, fast=False) as w:
            async with phone(w) as page:
                await page.do("dial", to=LINE)
                sid = (await page.told("answered"))["call"]
            async with phone(w) as page:
                call = (await page.told("ready"))["call"]
                assert (call["call"], call["state"], call["to"], call["muted"]) == (sid, "answered", LINE, False)
                await page.sends(tone([900], 0.4))
                await w.box.plant.clock.sleep(0.6)
                leg = w.box.switch.leg(sid)
                assert leg is not None
                assert leg.talking
                await page.do("hang_up")
                await page.told("ended")
                await w.over(leg)
                assert 900 in loud_hz(w.channel(leg, 0))

    asyncio.run(story())


def test_a_call_that_rang_while_the_page_was_away_still_rings_when_it_is_back() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": RINGS_ME}, fast=False) as w:
            async with phone(w) as page:
                await page.told("ready")
            leg = await w.ring(linger_s=600)
            await w.until(lambda: any(one.to == ME and one.status == "ringing" for one in w.box.plant.live.values()))
            async with phone(w) as page:
                call = (await page.told("ready"))["call"]
                assert (call["state"], call["parameters"]) == ("ringing", {"brief": "Jo, a tent"})
                await page.do("answer")
                await page.told("answered")
                await page.do("hang_up")
                await w.over(leg)

    asyncio.run(story())


@pytest.mark.parametrize("rings", [True, False])
def test_whoever_stays_away_has_hung_up_or_does_not_answer(rings: bool) -> None:
    async def story() -> None:
        pages = {"/voice/incoming": RINGS_ME if rings else HOLDS}
        async with world(pages, fast=False, phone_kept_s=0.2) as w:
            async with phone(w) as page:
                if rings:
                    await page.told("ready")
                    leg = await w.ring(linger_s=600)
                    await page.told("ringing")
                else:
                    await page.do("dial", to=LINE)
                    found = w.box.switch.leg((await page.told("answered"))["call"])
                    assert found is not None
                    leg = found
            await w.over(leg)
            if rings:
                assert w.service.params("/after")[0]["DialCallStatus"] == "no-answer"
            else:
                assert leg.status == "completed"
            assert w.box.plant.phonebook.addresses() == []

    asyncio.run(story())


def test_the_newest_page_has_the_phone_and_its_call() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": HOLDS}, fast=False) as w, phone(w) as old:
            await old.do("dial", to=LINE)
            sid = (await old.told("answered"))["call"]
            async with phone(w) as new:
                assert (await new.told("ready"))["call"]["call"] == sid
                assert await old.closed() == ELSEWHERE
                await new.do("ping")
                await new.told("pong")
                await new.do("hang_up")
                assert (await new.told("ended"))["call"] == sid

    asyncio.run(story())


@pytest.mark.parametrize(
    ("event", "details"),
    [
        ("dial", {"to": "1-800-FLOWERS"}),
        ("dial", {"to": ["+15035550100"]}),
        ("dial", {}),
        ("answer", {}),
        ("hang_up", {}),
        ("key", {"key": "5"}),
        ("say", {"text": "hello"}),
        ("mute", {"on": True}),
        ("connect", {"token": phone_token(TOKEN, "client:another")}),
    ],
)
def test_what_is_not_possible_is_said_and_changes_nothing(event: str, details: dict[str, Any]) -> None:
    async def story() -> None:
        async with world({"/voice/incoming": HOLDS}, fast=False) as w, phone(w) as page:
            await page.do(event, **details)
            assert (await page.told("error"))["message"]
            assert w.service.asked == []
            await page.do("dial", to=LINE)  # it works as before
            await page.told("answered")

    asyncio.run(story())
