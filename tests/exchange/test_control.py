"""The box's own interface, from outside."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from ivr.audio import mulaw_encode, tone
from tests.exchange.world import CALLER, LINE, TOKEN, World, response, world


def client(w: World, token: str = TOKEN) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(w.box.url, headers={"Authorization": f"Bearer {token}"})


async def follow(session: aiohttp.ClientSession, sid: str) -> list[dict[str, Any]]:
    """Poll the events until the call is over."""
    after = 0
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while not any(event["what"] == "status" and event["status"] == "completed" for event in events):
            async with session.get(f"/exchange/events?after={after}") as reply:
                news = (await reply.json())["events"]
            events += [event for event in news if event["call"] == sid]
            after = news[-1]["n"] if news else after
    return events


def test_a_call_placed_over_http_can_be_followed_to_its_end_and_heard() -> None:
    async def story() -> None:
        verbs = "<Gather numDigits='1' action='/next'><Say>Press one.</Say></Gather>"
        async with world({"/voice/incoming": response(verbs)}) as w, client(w) as session:
            body = {"line": LINE, "from": CALLER, "script": [{"press": "1"}]}
            async with session.post("/exchange/calls", json=body) as reply:
                assert reply.status == 201
                sid = (await reply.json())["sid"]
            events = await follow(session, sid)
            order = [event["what"] for event in events if event["what"] in ("far end began", "presses", "twiml")]
            assert order == ["twiml", "far end began", "presses", "twiml"]
            async with session.get(f"/exchange/calls/{sid}") as reply:
                call = await reply.json()
            assert call["status"] == "completed"
            assert [event["what"] for event in call["events"]] == [event["what"] for event in events][
                : len(call["events"])
            ]
            import soundfile

            samples, rate_hz = soundfile.read(call["wav"])
            assert (rate_hz, samples.shape[1]) == (8000, 2)
            assert len(samples) / rate_hz == call["length_s"]

    asyncio.run(story())


def test_a_phone_connected_over_http_is_rung() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Dial><Client>ann</Client></Dial>")}) as w, client(w) as session:
            scripts = [[{"answer": 1}, {"hang_up": True, "now": True}]]
            async with session.post("/exchange/phones", json={"address": "client:ann", "scripts": scripts}) as reply:
                assert reply.status == 201
            await w.call()
            assert w.legs_to("client:ann")[0].status == "completed"
            async with session.get("/exchange/status") as reply:
                assert (await reply.json())["phones"] == ["client:ann"]

    asyncio.run(story())


def test_nothing_is_open_without_the_token() -> None:
    async def story() -> None:
        async with world() as w, client(w, "wrong") as session:
            for method, path in (
                ("POST", "/exchange/calls"),
                ("POST", "/exchange/phones"),
                ("POST", "/exchange/tickets"),
                ("GET", "/exchange/events"),
                ("GET", "/exchange/status"),
                ("GET", "/exchange/calls/CA1"),
                ("GET", "/exchange/phone/client:ann"),
                ("GET", "/exchange/phone/client:ann?ticket=made-up"),
            ):
                async with session.request(method, path) as reply:
                    assert reply.status == 401, path

    asyncio.run(story())


def test_a_request_that_cannot_be_carried_out_says_why() -> None:
    async def story() -> None:
        async with world() as w, client(w) as session:
            for body, says in (
                (b"{", "not JSON"),
                (b"[]", "not an object"),
                (b'{"line":"1-800","from":"+1"}', "'line' needs a number"),
                (json.dumps({"line": LINE, "from": CALLER, "script": [{"sing": 1}]}).encode(), "'sing' is unknown"),
                (json.dumps({"line": LINE, "from": CALLER, "script": [{"play": "/no.wav"}]}).encode(), "no file"),
            ):
                async with session.post("/exchange/calls", data=body) as reply:
                    assert reply.status == 400
                    assert says in (await reply.json())["error"]
            async with session.get("/exchange/calls/CA0") as reply:
                assert reply.status == 404

    asyncio.run(story())


def test_events_come_as_lines_when_asked_for() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>Hi.</Say>")}) as w, client(w) as session:
            headers = {"Accept": "application/x-ndjson"}
            async with session.get("/exchange/events", headers=headers) as reply:
                leg = await w.ring()
                numbers = []
                async with asyncio.timeout(5):
                    async for line in reply.content:
                        event = json.loads(line)
                        numbers.append(event["n"])
                        if event["call"] == leg.sid and event.get("status") == "completed":
                            break
                assert numbers == list(range(1, len(numbers) + 1))

    asyncio.run(story())


async def told(websocket: aiohttp.ClientWebSocketResponse, event: str) -> dict[str, Any]:
    """Read on until the phone is told ``event``; sound in between is let go."""
    async with asyncio.timeout(5):
        while True:
            message = await websocket.receive()
            assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY)
            if message.type is aiohttp.WSMsgType.TEXT and json.loads(message.data)["event"] == event:
                found: dict[str, Any] = json.loads(message.data)
                return found


def test_a_person_calls_hears_speaks_presses_and_hangs_up() -> None:
    async def story() -> None:
        verbs = "<Gather numDigits='1' action='/next'><Say>Press a key please.</Say></Gather>"
        pages = {"/voice/incoming": response(verbs), "/next": response("<Record timeout='9' action='/done'/>")}
        async with world(pages, fast=False) as w, client(w) as session:
            async with session.post("/exchange/tickets", json={"address": "client:me"}) as reply:
                ticket = (await reply.json())["ticket"]
            async with (
                aiohttp.ClientSession() as browser,
                browser.ws_connect(f"{w.box.url}/exchange/phone/client:me?ticket={ticket}") as phone,
            ):
                await told(phone, "ready")
                await phone.send_json({"event": "dial", "to": LINE})
                await told(phone, "dialling")
                sid = (await told(phone, "answered"))["call"]
                sound = await phone.receive()
                assert (sound.type, len(sound.data)) == (aiohttp.WSMsgType.BINARY, 160)
                await phone.send_json({"event": "key", "key": "5"})
                await w.until(lambda: w.service.params("/next"))
                assert w.service.params("/next")[0]["Digits"] == "5"
                leg = w.box.switch.leg(sid)
                assert leg is not None
                assert leg.from_ == "client:me"
                await w.until(lambda: w.events(leg, "recording"))
                mulaw = mulaw_encode(tone([700], 0.4))
                for at in range(0, len(mulaw), 160):
                    await phone.send_bytes(mulaw[at : at + 160])
                await w.box.plant.clock.sleep(0.6)
                await phone.send_json({"event": "hang_up"})
                assert (await told(phone, "ended"))["status"] == "completed"
            await w.over(leg)
            assert w.service.params("/done")[0]["Digits"] == "hangup"
            assert 700 in _said_hz(w, sid)

    asyncio.run(story())


def _said_hz(w: World, sid: str) -> set[int]:
    from tests.exchange.world import loud_hz

    leg = w.box.switch.leg(sid)
    assert leg is not None
    return loud_hz(w.channel(leg, 0))


def test_a_ticket_is_good_once_and_for_its_address_only() -> None:
    async def story() -> None:
        async with world(fast=False) as w, client(w) as session:
            async with session.post("/exchange/tickets", json={"address": "client:me"}) as reply:
                ticket = (await reply.json())["ticket"]
            async with aiohttp.ClientSession(w.box.url) as browser:
                async with browser.get(f"/exchange/phone/client:you?ticket={ticket}") as reply:
                    assert reply.status == 401
                async with browser.get(f"/exchange/phone/client:me?ticket={ticket}") as reply:
                    assert reply.status == 401

    asyncio.run(story())


def test_a_live_phone_rings_answers_and_is_busy_meanwhile() -> None:
    async def story() -> None:
        pages = {"/voice/incoming": response("<Dial action='/after'><Client>me</Client></Dial>")}
        async with world(pages, fast=False) as w, client(w) as session:
            async with session.ws_connect("/exchange/phone/client:me") as phone:
                await told(phone, "ready")
                first = await w.ring(linger_s=600)
                assert (await told(phone, "ringing"))["from"] == CALLER
                second = await w.ring(linger_s=600)
                await w.over(second)
                assert w.service.params("/after")[0]["DialCallStatus"] == "busy"
                await phone.send_json({"event": "answer"})
                await told(phone, "answered")
                await phone.send_str("nonsense")
                await told(phone, "error")
                await phone.send_json({"event": "hang_up"})
                await told(phone, "ended")
                await w.over(first)
                assert w.service.params("/after")[1]["DialCallStatus"] == "completed"
            await w.until(lambda: w.box.plant.phonebook.addresses() == [])

    asyncio.run(story())
