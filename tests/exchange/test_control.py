"""The box's own interface, from outside."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

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


def test_a_call_is_ordered_with_its_phones_listed_and_told_in_sentences() -> None:
    async def story() -> None:
        dial = "<Dial><Client>ann</Client></Dial><Say>Goodbye.</Say>"
        async with world({"/voice/incoming": response(dial)}) as w, client(w) as session:
            phones = {"client:ann": [[{"answer": 1}, {"hang_up": True, "now": True}]]}
            order = {"line": LINE, "from": CALLER, "script": [], "phones": phones}
            async with session.post("/exchange/calls", json=order) as reply:
                sid = (await reply.json())["sid"]
            await follow(session, sid)
            async with session.get("/exchange/calls") as reply:
                calls = (await reply.json())["calls"]
            assert [(call["to"], call["status"]) for call in calls] == [
                ("client:ann", "completed"),
                (LINE, "completed"),
            ]
            async with session.get(f"/exchange/calls/{sid}", headers={"Accept": "text/plain"}) as reply:
                told = (await reply.text()).splitlines()
            assert told[0].endswith(f"status  queued, {CALLER} calls {LINE}")
            assert told[-1].endswith("status  completed")
            assert any(line.endswith('say  "Goodbye."') for line in told)
            refused: list[Any] = [{"line": LINE}, {**order, "phones": {"ann": []}}, {**order, "scirpt": []}, []]
            for wrong in refused:
                async with session.post("/exchange/calls", json=wrong) as reply:
                    assert reply.status == 400

    asyncio.run(story())


def test_trouble_is_made_from_the_moment_it_is_asked_for() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>Hello.</Say>")}) as w, client(w) as session:
            async with session.post("/exchange/trouble", json={"doubled": 1, "seed": 3}) as reply:
                assert reply.status == 200
            async with session.post("/exchange/trouble", json={"slow_s": 1}) as reply:
                assert (await reply.json())["doubled"] == 1
            leg = await w.call()
            assert len(w.service.params("/voice/status")) == 2
            assert w.events(leg, "say")[0]["at_s"] >= 1
            async with session.post("/exchange/trouble", json={"rain": 1}) as reply:
                assert (reply.status, "rain" in (await reply.json())["error"]) == (400, True)
            async with session.get("/exchange/status") as reply:
                assert (await reply.json())["trouble"]["slow_s"] == 1

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
                ("GET", "/exchange/events"),
                ("GET", "/exchange/status"),
                ("GET", "/exchange/calls/CA1"),
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
