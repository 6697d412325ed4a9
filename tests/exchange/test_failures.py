"""When the service answers wrongly, late or not at all."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from ivr.exchange.executor import APOLOGY
from ivr.exchange.limits import Limits
from tests.exchange.world import Page, Params, response, world


@pytest.mark.parametrize(
    ("status", "kind", "body", "number"),
    [
        (200, "text/xml", "<Response><Say>", 12100),
        (200, "application/json", "<Response/>", 12300),
        (200, "text/xml", "<Response><Shout>Hi</Shout></Response>", 12200),
        (200, "text/xml", "<Response>" + " " * 65536 + "</Response>", 11750),
        (500, "text/xml", "<Response/>", 11200),
        (404, "text/xml", "<Response/>", 11200),
    ],
)
def test_what_the_carrier_refuses_is_refused_with_its_number(status: int, kind: str, body: str, number: int) -> None:
    async def story() -> None:
        def page(_: Params) -> web.Response:
            return web.Response(status=status, text=body, content_type=kind)

        async with world({"/voice/incoming": page}) as w:
            leg = await w.call()
            assert w.errors(leg) == [number]
            [fallback] = w.service.params("/voice/fallback")
            assert fallback["ErrorCode"] == str(number)
            assert fallback["ErrorUrl"] == w.service.url + "/voice/incoming"

    asyncio.run(story())


def test_the_fallback_takes_the_call_over() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": "<Response><Say>Hello.</Say><Redirect>/voice/turn</Redirect></Response>",
            "/voice/turn": lambda _: web.Response(status=500),
            "/voice/fallback": response("<Say>One moment.</Say>"),
        }
        async with world(pages) as w:
            leg = await w.call()
            assert [event["text"] for event in w.events(leg, "say")] == ["Hello.", "One moment."]
            assert w.service.params("/voice/fallback")[0]["ErrorCode"] == "11200"

    asyncio.run(story())


def test_without_any_answer_the_caller_hears_an_apology() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": "nonsense", "/voice/fallback": "nonsense"}) as w:
            leg = await w.call()
            assert w.errors(leg) == [12100, 12100]
            said = len(await w.box.plant.speaking.pcm(APOLOGY, "en-US")) / 16000
            assert leg.duration_s == pytest.approx(said, abs=0.05)
            assert w.heard_hz(leg)

    asyncio.run(story())


def test_a_service_that_is_just_being_restarted_is_asked_again_with_the_same_token() -> None:
    async def story() -> None:
        async with world() as w:
            with socket.socket() as reserved:
                reserved.bind(("127.0.0.1", 0))
                port = reserved.getsockname()[1]
            seen: list[str] = []

            async def answer(request: web.Request) -> web.Response:
                seen.append(request.headers["I-Twilio-Idempotency-Token"])
                return web.Response(text=response("<Say>Back again.</Say>"), content_type="text/xml")

            app = web.Application()
            app.router.add_post("/late", answer)
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            w.service.pages["/voice/incoming"] = response(f"<Redirect>http://127.0.0.1:{port}/late</Redirect>")
            leg = await w.ring()
            await w.until(lambda: w.events(leg, "verb"))
            await web.TCPSite(runner, "127.0.0.1", port).start()
            await w.over(leg)
            await runner.cleanup()
            assert w.errors(leg) == []
            assert [event["text"] for event in w.events(leg, "say")] == ["Back again."]
            assert len(seen) == 1

    asyncio.run(story())


def test_a_dropped_connection_is_retried_with_the_same_token() -> None:
    async def story() -> None:
        tokens: list[str] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            tokens.extend(line for line in head.split("\r\n") if "idempotency" in line.lower())
            if len(tokens) > 1:
                body = response("<Say>Second time.</Say>")
                writer.write(
                    f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
                )
                await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with world({"/voice/incoming": response(f"<Redirect>http://127.0.0.1:{port}/x</Redirect>")}) as w:
            leg = await w.call()
            assert [event["text"] for event in w.events(leg, "say")] == ["Second time."]
            assert len(tokens) == 2
            assert tokens[0] == tokens[1]
        server.close()
        await server.wait_closed()

    asyncio.run(story())


def test_a_service_that_is_not_there_ends_the_call_with_the_connection_error() -> None:
    async def story() -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            port = reserved.getsockname()[1]
        async with world({"/voice/incoming": response(f"<Redirect>http://127.0.0.1:{port}/#rc=0</Redirect>")}) as w:
            leg = await w.call()
            assert w.errors(leg) == [11205]
            assert w.service.params("/voice/fallback")[0]["ErrorCode"] == "11205"

    asyncio.run(story())


def test_an_http_redirect_is_followed_by_get_without_what_the_caller_gave() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Gather numDigits='1' action='/old'><Say>Press.</Say></Gather>"),
            "/old": lambda _: web.Response(status=302, headers={"Location": "/new"}),
            "/new": response("<Say>New.</Say>"),
        }
        async with world(pages) as w:
            leg = await w.call({"press": "1"})
            [new] = w.service.params("/new")
            assert "Digits" not in new
            assert new["CallSid"] == leg.sid
            assert all(one.genuine for one in w.service.asked)

    asyncio.run(story())


def test_documents_that_go_round_in_a_circle_end_the_call() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Redirect>/voice/incoming</Redirect>")}) as w:
            leg = await w.call()
            assert leg.status == "completed"
            assert 11200 in w.errors(leg)

    asyncio.run(story())


def test_a_dial_inside_a_whisper_is_refused() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Dial action='/after'><Client url='/whisper'>ann</Client></Dial>"),
            "/whisper": response("<Dial>+15035550123</Dial>"),
        }
        async with world(pages) as w:
            await w.phone("client:ann", [{"answer": 1}])
            await w.call()
            assert w.errors(w.legs_to("client:ann")[0]) == [13750]
            assert w.service.params("/after")[0]["DialBridged"] == "false"

    asyncio.run(story())


def test_time_stands_still_while_the_service_thinks() -> None:
    async def story() -> None:
        async def think(params: Params) -> str:
            await asyncio.to_thread(sum, range(3_000_000))
            return response("<Say>Thought.</Say>")

        async with world({"/voice/incoming": response("<Redirect>/think</Redirect>"), "/think": think}) as w:
            leg = await w.call()
            asked, said = w.events(leg, "verb")[0]["at_s"], w.events(leg, "say")[0]["at_s"]
            assert said - asked <= 0.02

    asyncio.run(story())


@pytest.mark.parametrize(
    ("url", "limits"),
    [
        ("http://x.example/a", Limits()),
        ("http://x.example/a#rc=5&ct=100&rt=200&tt=300", Limits(0.1, 0.2, 0.3, 5)),
        ("http://x.example/a#rc=99&ct=1&tt=x", Limits()),
        ("http://x.example/a#rp=5xx,rt", Limits(policy=("5xx", "rt"))),
        ("http://x.example/a#rp=often,5xx", Limits(policy=("5xx",))),
        ("http://x.example/a#rp=often", Limits()),
    ],
)
def test_overrides_behind_the_url_set_the_limits_of_a_request(url: str, limits: Limits) -> None:
    assert Limits.of(url) == limits


def test_overrides_are_neither_sent_nor_signed() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Redirect>/next#rc=2</Redirect>")}) as w:
            await w.call()
            [asked] = [one for one in w.service.asked if one.path == "/next"]
            assert asked.genuine

    asyncio.run(story())
