"""One-way streams: the call goes on beside them."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import numpy as np
import pytest

from ivr.audio import mulaw_decode
from tests.exchange.endpoint import Endpoint
from tests.exchange.world import World, loud_hz, response, world


def start(w: World, *, path: str = "/voice/stream", track: str = "inbound_track", name: str = "ear") -> str:
    url = w.service.url.replace("http", "ws", 1) + path
    return f"<Start><Stream url='{url}' name='{name}' track='{track}' statusCallback='/stream'/></Start>"


class Listening(Endpoint):
    """Keeps what comes and sends nothing, as on such a stream one must."""

    async def mark(self, name: str) -> None:
        """There is no lockstep."""

    def heard_hz(self, track: str) -> set[int]:
        media = [one["media"] for one in self.of("media") if one["media"]["track"] == track]
        sound = mulaw_decode(b"".join(base64.b64decode(one["payload"]) for one in media))
        return loud_hz(np.frombuffer(sound, dtype="<i2") / 32768) if sound else set()


@pytest.mark.parametrize(
    ("track", "tracks"),
    [("inbound_track", ["inbound"]), ("outbound_track", ["outbound"]), ("both_tracks", ["inbound", "outbound"])],
)
def test_the_service_hears_the_side_it_asked_for_while_the_call_goes_on(track: str, tracks: list[str]) -> None:
    async def story() -> None:
        async with world() as w:
            ear = w.service.sockets["/voice/stream"] = Listening()
            record = "<Record action='/recorded' timeout='2' playBeep='true'/>"
            w.service.pages["/voice/incoming"] = response(start(w, track=track), record)
            leg = await w.call(w.tone(600, 1.0))
            assert w.errors(leg) == []
            [begun] = ear.of("start")
            assert begun["start"]["tracks"] == tracks
            assert "lockstep" not in begun["start"]
            assert (600 in ear.heard_hz("inbound")) == ("inbound" in tracks)
            assert (1000 in ear.heard_hz("outbound")) == ("outbound" in tracks), "the beep"
            assert ear.messages[-1]["event"] == "stop"
            assert w.service.params("/recorded")[0]["RecordingDuration"] == "1"
            assert [one["StreamEvent"] for one in w.service.params("/stream")] == ["stream-started", "stream-stopped"]

    asyncio.run(story())


def test_a_stream_ends_when_it_is_stopped_by_name() -> None:
    async def story() -> None:
        async with world() as w:
            ear = w.service.sockets["/voice/stream"] = Listening()
            stop = "<Stop><Stream name='nose'/></Stop>", "<Pause length='2'/>", "<Stop><Stream name='ear'/></Stop>"
            w.service.pages["/voice/incoming"] = response(start(w), *stop, "<Pause length='5'/>")
            leg = await w.call()
            assert leg.duration_s >= 7
            assert 95 <= len(ear.of("media")) <= 101
            assert leg.forks == {}

    asyncio.run(story())


@pytest.mark.parametrize("wrong", ["speaks", "is not there"])
def test_what_is_wrong_with_a_stream_is_told_and_does_not_harm_the_call(wrong: str) -> None:
    async def story() -> None:
        async def speak(endpoint: Endpoint) -> None:
            await endpoint.sound(440, 1)

        async with world() as w:
            w.service.sockets["/voice/stream"] = Listening(speak)
            path = "/voice/stream" if wrong == "speaks" else "/nowhere"
            w.service.pages["/voice/incoming"] = response(start(w, path=path), "<Pause length='1'/>", "<Say>Bye.</Say>")
            leg = await w.call()
            number = 31924 if wrong == "speaks" else 31920
            assert w.errors(leg) == [number]
            assert [event["text"] for event in w.events(leg, "say")] == ["Bye."]
            told: dict[str, Any] = w.service.params("/stream")[-1]
            assert told["StreamEvent"] == "stream-error"
            assert told["StreamError"].startswith(str(number))

    asyncio.run(story())
