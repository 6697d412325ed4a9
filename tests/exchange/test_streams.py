"""Media streams: what goes over the socket, and what follows when it ends."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from ivr.audio import mulaw_decode, mulaw_encode, tone
from ivr.exchange.signing import sign_url
from tests.exchange.world import ACCOUNT, TOKEN, World, loud_hz, response, world


class Endpoint:
    """The service's end of a stream: answers in lockstep, keeps what came, does what ``on_start`` says."""

    def __init__(
        self,
        on_start: Callable[[Endpoint], Awaitable[None]] | None = None,
        on_message: Callable[[Endpoint, dict[str, Any]], Awaitable[None]] | None = None,
    ) -> None:
        self._on_start, self._on_message = on_start, on_message
        self.messages: list[dict[str, Any]] = []
        self.websocket: web.WebSocketResponse | None = None
        self.sid = ""

    async def __call__(self, websocket: web.WebSocketResponse) -> None:
        self.websocket = websocket
        async for message in websocket:
            if message.type is not WSMsgType.TEXT:
                return
            await self._take(json.loads(message.data))

    async def _take(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["event"] == "start":
            self.sid = message["streamSid"]
            if self._on_start:
                await self._on_start(self)
        if self._on_message:
            await self._on_message(self, message)
        if message["event"] == "media" and int(message["media"]["chunk"]) % 5 == 0 and not self.closed:
            await self.mark(f"lockstep:{message['media']['chunk']}")

    @property
    def closed(self) -> bool:
        return self.websocket is None or self.websocket.closed

    async def send(self, message: dict[str, Any]) -> None:
        assert self.websocket is not None
        await self.websocket.send_str(json.dumps(message))

    async def sound(self, freq_hz: float, length_s: float) -> None:
        payload = base64.b64encode(mulaw_encode(tone([freq_hz], length_s))).decode()
        await self.send({"event": "media", "streamSid": self.sid, "media": {"payload": payload}})

    async def mark(self, name: str) -> None:
        await self.send({"event": "mark", "streamSid": self.sid, "mark": {"name": name}})

    async def clear(self) -> None:
        await self.send({"event": "clear", "streamSid": self.sid})

    async def close(self) -> None:
        assert self.websocket is not None
        await self.websocket.close()

    def of(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == event]


CONNECT = "<Connect><Stream url='{url}/voice/stream'><Parameter name='call' value='7'/></Stream></Connect>"


def stream_then(w: World, *after: str) -> str:
    return response(CONNECT.format(url=w.service.url.replace("http", "ws", 1)), *after)


async def hang_up_at(endpoint: Endpoint, message: dict[str, Any], chunk: int) -> None:
    if message["event"] == "media" and message["media"]["chunk"] == str(chunk):
        await endpoint.close()


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
