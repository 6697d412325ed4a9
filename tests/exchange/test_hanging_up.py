"""A caller hangs up at any moment of a call that does a bit of everything: nothing stays behind, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest

from ivr.exchange.trouble import Trouble
from tests.exchange.endpoint import Endpoint, stream_then
from tests.exchange.world import Page, World, response, world

Script: TypeAlias = list[Mapping[str, Any]]
ANN = "client:ann"

ASK = "<Gather numDigits='1' timeout='1' action='/got'><Say>Press a key.</Say></Gather><Redirect>/record</Redirect>"
RECORD = "<Record maxLength='2' action='/recorded' recordingStatusCallback='/file'/>"
DIAL = "<Dial action='/dialled' timeout='3' record='record-from-answer'><Client url='/whisper'>ann</Client></Dial>"
ROOM = "<Dial action='/left'><Conference waitUrl='' statusCallback='/room'>x</Conference></Dial>"
QUEUE = "<Enqueue action='/out' waitUrl='/wait'>helpdesk</Enqueue>"
WAYS: dict[str, dict[str, Page]] = {
    "ask and record": {
        "/voice/incoming": response(ASK),
        "/record": response(RECORD, "<Say>Nothing.</Say>"),
        "/recorded": response("<Say>Thank you. Goodbye.</Say>"),
    },
    "dial": {
        "/voice/incoming": response("<Say>One moment.</Say>", DIAL),
        "/whisper": response("<Say>A call for you.</Say>"),
        "/dialled": response("<Say>Goodbye.</Say>"),
    },
    "room": {"/voice/incoming": response(ROOM), "/left": response("<Say>Goodbye.</Say>")},
    "queue": {
        "/voice/incoming": response(QUEUE),
        "/wait": response("<Say>Please wait.</Say>", "<Pause length='1'/>"),
    },
}
MOMENTS_S = (0, 0.02, 0.3, 0.7, 1.1, 1.9, 2.6, 4.1)


async def a_call(w: World, moment_s: float) -> None:
    """It hangs up ``moment_s`` after it was answered; what must be true after any call is true."""
    await w.phone(ANN, [{"answer": 0.5}, {"pause": 1}, w.tone(600, 1.0)])
    leg = await w.call({"pause": moment_s}, w.tone(700, 0.3) | {"now": True}, {"hang_up": True, "now": True})
    plant = w.box.plant
    assert leg.status == "completed"
    assert [one.sid for one in plant.legs.values() if not one.over] == []
    assert [one["CallStatus"] for one in w.service.params("/voice/status")] == ["completed"], "told once"
    assert [event for event in plant.timeline.after(0) if event["what"] in ("broken", "error")] == []
    assert [room.sid for room in plant.conferences.values() if room.status != "completed"] == []
    assert [queue.sid for queue in plant.queues.values() if queue.waiting] == []
    assert not plant.live
    last_s = w.events(leg, "status")[-1]["at_s"]
    assert [event["verb"] for event in w.events(leg, "verb") if event["at_s"] > last_s] == [], "nobody is there"
    told = w.service.params("/recorded") + w.service.params("/dialled")
    recorded = {params["RecordingSid"] for params in told if "RecordingSid" in params}
    assert recorded <= {one.sid for one in plant.recordings.values() if one.status == "completed"}
    assert all(one.genuine for one in w.service.asked)


@pytest.mark.parametrize("moment_s", MOMENTS_S)
def test_a_caller_may_hang_up_at_any_moment_and_nothing_stays_behind(moment_s: float) -> None:
    async def story() -> None:
        for pages in WAYS.values():
            async with world(pages) as w:
                await a_call(w, moment_s)

    asyncio.run(story())


@pytest.mark.parametrize("moment_s", [0, 0.5, 2.2])
def test_a_caller_may_hang_up_while_a_slow_service_thinks(moment_s: float) -> None:
    async def story() -> None:
        async with world(WAYS["ask and record"], trouble=Trouble(slow_s=2)) as w:
            await a_call(w, moment_s)

    asyncio.run(story())


@pytest.mark.parametrize("moment_s", [0, 0.02, 0.1, 0.5, 1.3])
def test_a_caller_may_hang_up_at_any_moment_of_a_stream(moment_s: float) -> None:
    async def story() -> None:
        async with world() as w:
            endpoint = Endpoint(lambda e: e.sound(440, 3))
            w.service.sockets["/voice/stream"] = endpoint
            w.service.pages["/voice/incoming"] = stream_then(w, "<Say>never</Say>")
            await a_call(w, moment_s)
            assert endpoint.messages[-1]["event"] == "stop"

    asyncio.run(story())


def test_a_caller_who_hangs_up_before_anything_is_answered_was_never_in_a_call() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Pause length='5'/>", "<Say>Hello.</Say>")}) as w:
            leg = await w.ring(linger_s=2)
            await w.over(leg)
            assert (leg.status, leg.duration_s) == ("canceled", 0)
            assert w.events(leg, "say") == []

    asyncio.run(story())
