"""Media streams: what goes over the socket, and what follows when it ends."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from aiohttp import web

from ivr.audio import mulaw_decode
from ivr.exchange.signing import sign_url
from tests.exchange.endpoint import Endpoint, hang_up_at, stream_then
from tests.exchange.world import ACCOUNT, TOKEN, loud_hz, world


def test_the_messages_are_the_carriers_numbers_written_as_text() -> None:
    async def story() -> None:
        async with world() as w:
            headers: list[str] = []
            endpoint = Endpoint(on_message=lambda e, m: hang_up_at(e, m, 100))

            async def socket(websocket: web.WebSocketResponse) -> None:
                headers.append(websocket._req.headers["X-Twilio-Signature"])  # type: ignore[union-attr]
                await endpoint(websocket)

            w.service.sockets["/voice/stream"] = socket
            w.service.pages["/voice/incoming"] = stream_then(w)
            leg = await w.call(w.tone(500, 1.0) | {"now": True})

            connected, start, first, second = endpoint.messages[:4]
            assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
            assert start == {
                "event": "start",
                "sequenceNumber": "1",
                "streamSid": endpoint.sid,
                "start": {
                    "streamSid": endpoint.sid,
                    "accountSid": ACCOUNT,
                    "callSid": leg.sid,
                    "tracks": ["inbound"],
                    "customParameters": {"call": "7"},
                    "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                    "lockstep": True,
                },
            }
            assert (first["sequenceNumber"], second["sequenceNumber"]) == ("2", "3")
            assert {key: first["media"][key] for key in ("track", "chunk", "timestamp")} == {
                "track": "inbound",
                "chunk": "1",
                "timestamp": "0",
            }
            assert second["media"]["timestamp"] == "20"
            sounds = [base64.b64decode(message["media"]["payload"]) for message in endpoint.of("media")]
            assert {len(mulaw) for mulaw in sounds} == {160}
            heard = mulaw_decode(b"".join(sounds))
            import numpy as np

            assert 500 in loud_hz(np.frombuffer(heard, dtype="<i2") / 32768)
            url = w.service.url.replace("http", "ws", 1) + "/voice/stream"
            assert headers == [sign_url(TOKEN, url)]

    asyncio.run(story())


def test_marks_come_back_when_the_sound_before_them_has_been_heard() -> None:
    async def story() -> None:
        async def speak(endpoint: Endpoint) -> None:
            await endpoint.sound(440, 1.0)
            await endpoint.mark("one")
            await endpoint.sound(880, 0.5)
            await endpoint.mark("two")

        async def watch(endpoint: Endpoint, message: dict[str, Any]) -> None:
            if message["event"] == "mark" and message["mark"]["name"] == "two":
                await endpoint.close()

        async with world() as w:
            endpoint = Endpoint(speak, watch)
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            leg = await w.call()
            order = [m["mark"]["name"] if m["event"] == "mark" else m["event"] for m in endpoint.messages]
            assert 48 <= order.index("one") - order.index("media") <= 56
            assert 24 <= order.index("two") - order.index("one") <= 27
            assert [m["mark"]["name"] for m in endpoint.of("mark")] == ["one", "two"]
            assert {440, 880} <= w.heard_hz(leg)

    asyncio.run(story())


def test_clear_silences_the_caller_at_once_and_gives_every_mark_back() -> None:
    async def story() -> None:
        async def speak(endpoint: Endpoint) -> None:
            await endpoint.sound(440, 30.0)
            await endpoint.mark("one")
            await endpoint.mark("two")

        async def watch(endpoint: Endpoint, message: dict[str, Any]) -> None:
            if message["event"] == "media" and message["media"]["chunk"] == "50":
                await endpoint.clear()
            await hang_up_at(endpoint, message, 100)

        async with world() as w:
            endpoint = Endpoint(speak, watch)
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            leg = await w.call()
            assert [m["mark"]["name"] for m in endpoint.of("mark")] == ["one", "two"]
            assert 440 in w.heard_hz(leg, 0.0, 0.9)
            assert w.heard_hz(leg, 1.2) == set()

    asyncio.run(story())


def test_keys_are_told_with_their_track() -> None:
    async def story() -> None:
        async with world() as w:
            endpoint = Endpoint(on_message=lambda e, m: hang_up_at(e, m, 100))
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            await w.call({"wait": 0.3}, {"press": "1#", "now": True})
            assert [m["dtmf"] for m in endpoint.of("dtmf")] == [
                {"track": "inbound_track", "digit": "1"},
                {"track": "inbound_track", "digit": "#"},
            ]

    asyncio.run(story())


def test_time_stands_still_until_the_service_has_taken_every_fifth_frame() -> None:
    async def story() -> None:
        async with world() as w:
            seen: list[tuple[int, int]] = []

            async def slow(endpoint: Endpoint, message: dict[str, Any]) -> None:
                if message["event"] == "media" and int(message["media"]["chunk"]) % 5 == 0:
                    before = w.box.plant.clock.ticks
                    await asyncio.to_thread(sum, range(300_000))  # work that takes wall time
                    seen.append((before, w.box.plant.clock.ticks))
                await hang_up_at(endpoint, message, 50)

            w.service.sockets["/voice/stream"] = Endpoint(on_message=slow)
            w.service.pages["/voice/incoming"] = stream_then(w)
            await w.call()
            assert len(seen) == 10
            assert all(before == after for before, after in seen)

    asyncio.run(story())


def test_in_real_time_nothing_is_in_lockstep_and_frames_keep_the_time() -> None:
    async def story() -> None:
        async with world(fast=False) as w:
            times: list[float] = []

            async def watch(endpoint: Endpoint, message: dict[str, Any]) -> None:
                if message["event"] == "media":
                    times.append(asyncio.get_running_loop().time())
                    if len(times) == 40:
                        await endpoint.close()

            endpoint = Endpoint(on_message=watch)
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w)
            await w.call()
            assert "lockstep" not in endpoint.of("start")[0]["start"]
            assert 0.70 < times[-1] - times[0] < 0.95

    asyncio.run(story())
