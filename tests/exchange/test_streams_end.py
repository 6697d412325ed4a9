"""How media streams end: closed, broken, refused, or left by the caller; and what the call does then."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.exchange.endpoint import Endpoint, hang_up_at, stream_then
from tests.exchange.world import ACCOUNT, response, world


def test_the_next_verb_runs_when_the_service_closes_the_socket() -> None:
    async def story() -> None:
        async with world() as w:
            w.service.sockets["/voice/stream"] = Endpoint(on_message=lambda e, m: hang_up_at(e, m, 5))
            w.service.pages["/voice/incoming"] = stream_then(w, "<Redirect>/voice/resume</Redirect>")
            w.service.pages["/voice/resume"] = response("<Say>Where were we?</Say>")
            leg = await w.call()
            assert w.errors(leg) == []
            assert [event["text"] for event in w.events(leg, "say")] == ["Where were we?"]

    asyncio.run(story())


def test_a_stream_that_dies_goes_on_with_the_next_verb_at_once_and_is_reported() -> None:
    async def story() -> None:
        async def die(endpoint: Endpoint, message: dict[str, Any]) -> None:
            if message["event"] == "media" and message["media"]["chunk"] == "20":
                assert endpoint.websocket is not None
                endpoint.websocket._req.transport.abort()  # type: ignore[union-attr]

        async with world() as w:
            w.service.sockets["/voice/stream"] = Endpoint(on_message=die)
            w.service.pages["/voice/incoming"] = stream_then(w, "<Redirect>/voice/resume</Redirect>").replace(
                "<Stream ", "<Stream statusCallback='/stream' "
            )
            leg = await w.call()
            assert w.errors(leg) == [31921]
            assert "/voice/resume" in w.service.paths()
            stopped, resumed = w.events(leg, "error")[0]["at_s"], w.events(leg, "twiml")[1]["at_s"]
            assert resumed - stopped <= 0.06
            told = [params["StreamEvent"] for params in w.service.params("/stream")]
            assert told == ["stream-started", "stream-error"]
            assert w.service.params("/stream")[1]["StreamError"].startswith("31921")

    asyncio.run(story())


def test_a_refused_handshake_goes_on_with_the_next_verb() -> None:
    async def story() -> None:
        async with world() as w:  # /voice/stream is an ordinary page here
            w.service.pages["/voice/incoming"] = stream_then(w, "<Say>By key then.</Say>")
            leg = await w.call()
            assert w.errors(leg) == [31920]
            assert [event["text"] for event in w.events(leg, "say")] == ["By key then."]

    asyncio.run(story())


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[]",
        '{"event":"media","media":{"payload":"//8="}}',
        '{"event":"media","streamSid":"MZ0","media":{"payload":"//8="}}',
        '{"event":"media","streamSid":"SID","media":{"payload":"%%%"}}',
        '{"event":"media","streamSid":"SID","media":{"payload":""}}',
        '{"event":"media","streamSid":"SID","media":{}}',
        '{"event":"mark","streamSid":"SID","mark":{}}',
        '{"event":"mark","streamSid":"SID"}',
        '{"event":"clear","streamSid":"SID","now":true}',
        '{"event":"hangup","streamSid":"SID"}',
    ],
)
def test_a_message_the_carrier_does_not_know_ends_the_stream(message: str) -> None:
    async def story() -> None:
        async def wrong(endpoint: Endpoint) -> None:
            assert endpoint.websocket is not None
            await endpoint.websocket.send_str(message.replace("SID", endpoint.sid))

        async with world() as w:
            w.service.sockets["/voice/stream"] = Endpoint(wrong)
            w.service.pages["/voice/incoming"] = stream_then(w, "<Say>Sorry.</Say>")
            leg = await w.call()
            assert w.errors(leg) == [31924]
            assert len(w.events(leg, "say")) == 1

    asyncio.run(story())


def test_a_binary_message_ends_the_stream() -> None:
    async def story() -> None:
        async def wrong(endpoint: Endpoint) -> None:
            assert endpoint.websocket is not None
            await endpoint.websocket.send_bytes(b"\xff" * 160)

        async with world() as w:
            w.service.sockets["/voice/stream"] = Endpoint(wrong)
            w.service.pages["/voice/incoming"] = stream_then(w)
            assert w.errors(await w.call()) == [31924]

    asyncio.run(story())


def test_a_caller_who_hangs_up_stops_the_stream() -> None:
    async def story() -> None:
        async with world() as w:
            endpoint = Endpoint()
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            leg = await w.call({"wait": 1}, {"hang_up": True, "now": True})
            assert endpoint.messages[-1]["event"] == "stop"
            assert endpoint.messages[-1]["stop"] == {"accountSid": ACCOUNT, "callSid": leg.sid}
            assert leg.status == "completed"

    asyncio.run(story())


def test_a_call_sent_elsewhere_by_rest_stops_the_stream_and_goes_there() -> None:
    async def story() -> None:
        async with world() as w:
            endpoint = Endpoint(lambda e: e.sound(440, 30))
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w, "<Say>not this</Say>")
            leg = await w.ring()
            await w.until(lambda: w.events(leg, "far end began"))
            await w.box.switch.redirect(leg.sid, twiml=response("<Say>Elsewhere.</Say>"))
            await w.over(leg)
            assert endpoint.messages[-1]["event"] == "stop"
            assert [event["text"] for event in w.events(leg, "say")] == ["Elsewhere."]

    asyncio.run(story())
