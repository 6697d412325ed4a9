"""Conferences and queues: waiting with music, meeting, leaving."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from ivr.audio import tone, wav_bytes
from tests.exchange.test_dialling import nobody_left
from tests.exchange.world import Page, Params, World, response, world

ROOM = (
    "<Dial action='/after'><Conference beep='false' endConferenceOnExit='true' statusCallback='/room' "
    "statusCallbackEvent='start end join leave hold mute' {more}>room-1</Conference></Dial><Say>Next.</Say>"
)
AGENT = "client:ann"
MUSIC_HZ = 620


def music(params: Params) -> web.Response:
    return web.Response(body=wav_bytes(tone([MUSIC_HZ], 2.0)), content_type="audio/wav")


def pages(more: str = "waitUrl='/wait'") -> dict[str, Page]:
    return {
        "/voice/incoming": response(ROOM.format(more=more)),
        "/wait": response("<Play>/music.wav</Play>"),
        "/music.wav": music,
        "/join": response("<Dial><Conference beep='false'>room-1</Conference></Dial>"),
        "/brief": response("<Gather numDigits='1' action='/choice'><Say>Press 1.</Say></Gather><Hangup/>"),
        "/choice": lambda params: response("<Redirect>/join</Redirect>" if params["Digits"] == "1" else "<Hangup/>"),
    }


async def agent_comes(w: World, *acts: dict[str, Any], url: str = "/brief") -> Any:
    await w.phone(AGENT, [{"answer": 1}, *acts])
    return await w.box.switch.place_call(to=AGENT, from_="+15035550100", url=w.service.url + url)


def told(w: World) -> list[str]:
    return [params["StatusCallbackEvent"] for params in w.service.params("/room")]


def test_a_waiting_caller_hears_the_services_music_and_the_agent_after_accepting_does_not() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            caller = await w.ring({"wait": 600}, linger_s=600)
            await w.until(lambda: told(w))
            agent = await agent_comes(w, {"press": "1"}, {"pause": 3}, w.tone(500), {"hang_up": True, "now": True})
            await w.until(lambda: told(w).count("participant-leave"))
            await w.box.switch.hang_up(caller.sid)
            await w.over(caller)
            assert {MUSIC_HZ, 500} <= w.heard_hz(caller)
            assert MUSIC_HZ not in w.heard_hz(agent)
            joined_s = w.events(agent, "participant-join")[0]["at_s"] - agent_begun_s(w, caller)
            assert MUSIC_HZ not in w.heard_hz(caller, joined_s + 0.2)
            assert told(w)[:3] == ["participant-join", "participant-join", "conference-start"]
            await nobody_left(w)

    asyncio.run(story())


def agent_begun_s(w: World, leg: Any) -> float:
    return float(next(event["at_s"] for event in w.events(leg, "status") if event["status"] == "in-progress"))


def test_without_a_wait_url_there_is_music_and_with_an_empty_one_silence() -> None:
    async def story() -> None:
        for more, heard in (("", True), ("waitUrl=''", False)):
            async with world(pages(more)) as w:
                caller = await w.call({"wait": 3}, {"hang_up": True, "now": True})
                assert bool(w.heard_hz(caller)) is heard

    asyncio.run(story())


def test_an_agent_who_declines_never_meets_the_caller() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            caller = await w.ring({"wait": 600}, linger_s=600)
            await w.until(lambda: told(w))
            agent = await agent_comes(w, {"press": "2"}, w.tone(500) | {"now": True})
            await w.until(lambda: agent.over)
            assert told(w) == ["participant-join"]
            await w.box.switch.hang_up(caller.sid)
            await w.over(caller)
            assert 500 not in w.heard_hz(caller)

    asyncio.run(story())


def test_the_room_ends_with_the_caller_and_the_agent_is_let_go() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            caller = await w.ring({"wait": 15}, {"hang_up": True, "now": True})
            await w.until(lambda: told(w))
            agent = await agent_comes(w, url="/join")
            await w.over(caller)
            await w.over(agent)
            assert told(w)[-1] == "conference-end"
            assert w.service.params("/room")[-1]["ReasonConferenceEnded"] == (
                "participant-with-end-conference-on-exit-left"
            )
            await nobody_left(w)

    asyncio.run(story())


def test_a_caller_sent_elsewhere_by_rest_leaves_the_room() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            caller = await w.ring()
            await w.until(lambda: told(w))
            await w.box.switch.redirect(caller.sid, twiml=response("<Say>Nobody is free.</Say>"))
            await w.over(caller)
            assert w.events(caller, "say")[-1]["text"] == "Nobody is free."
            assert told(w)[-1] == "conference-end"

    asyncio.run(story())


def test_muted_is_not_heard_held_hears_music_and_a_coach_is_heard_by_one() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            caller = await w.ring(w.tone(400, 40.0) | {"now": True}, {"hang_up": True, "now": True}, linger_s=600)
            await w.until(lambda: told(w))
            agent = await agent_comes(w, {"wait": 60}, url="/join")
            await w.until(lambda: "conference-start" in told(w))
            await w.phone("client:boss", [{"answer": 1}, w.tone(1000, 40.0) | {"now": True}])
            switch = w.box.switch
            boss = await switch.add_participant("room-1", from_="+1503", to="client:boss", beep="false")
            await w.until(lambda: boss.joined_s)
            room = switch.conference("room-1")
            assert room is not None
            await switch.update_participant(room.sid, boss.call_sid, coaching=True, call_sid_to_coach=agent.sid)
            coached_s = w.box.plant.clock.now_s
            await w.box.plant.clock.sleep(3)
            await switch.update_participant(room.sid, caller.sid, muted=True)
            await switch.update_participant(room.sid, agent.sid, hold=True, hold_url=w.service.url + "/wait")
            held_s = w.box.plant.clock.now_s
            await w.box.plant.clock.sleep(4)
            await switch.end_conference(room.sid)
            await w.over(caller)
            await w.over(agent)
            await w.over(boss.leg)
            start_s = agent_begun_s(w, agent)
            heard = w.heard_hz(agent, coached_s - start_s + 0.3, held_s - start_s - 0.2)
            assert heard == {400, 1000}
            assert w.heard_hz(agent, held_s - start_s + 0.3, held_s - start_s + 3.5) == {MUSIC_HZ}
            start_s = agent_begun_s(w, caller)
            assert 1000 not in w.heard_hz(caller, coached_s - start_s + 0.3)
            assert {"participant-mute", "participant-hold"} <= set(told(w))

    asyncio.run(story())


def test_only_the_first_participants_callback_counts() -> None:
    async def story() -> None:
        second = (
            "<Dial><Conference statusCallback='/second' statusCallbackEvent='join leave'>room-1</Conference></Dial>"
        )
        async with world(pages() | {"/join": response(second)}) as w:
            caller = await w.ring({"wait": 20}, {"hang_up": True, "now": True})
            await w.until(lambda: told(w))
            agent = await agent_comes(w, url="/join")
            await w.over(caller)
            await w.over(agent)
            assert w.service.params("/second") == []
            numbers = [params["SequenceNumber"] for params in w.service.params("/room")]
            assert numbers == [str(number) for number in range(len(numbers))]
            assert told(w).count("participant-join") == 2

    asyncio.run(story())


def test_an_announcement_is_heard_by_one_participant_only() -> None:
    async def story() -> None:
        async with world(pages() | {"/announce": response("<Play>/music.wav</Play>")}) as w:
            caller = await w.ring({"wait": 60}, linger_s=600)
            await w.until(lambda: told(w))
            agent = await agent_comes(w, {"wait": 60}, url="/join")
            await w.until(lambda: "conference-start" in told(w))
            room = w.box.switch.conference("room-1")
            assert room is not None
            begun_s = w.box.plant.clock.now_s
            await w.box.switch.update_participant(room.sid, agent.sid, announce_url=w.service.url + "/announce")
            await w.box.plant.clock.sleep(3)
            await w.box.switch.hang_up(caller.sid)
            await w.over(caller)
            await w.over(agent)
            assert w.heard_hz(agent) == {MUSIC_HZ}
            assert w.heard_hz(caller, begun_s - agent_begun_s(w, caller) + 0.3) == set()

    asyncio.run(story())


QUEUE = "<Enqueue waitUrl='/wait' action='/after'>sales</Enqueue><Say>Next.</Say>"


def queue_pages(wait: str = "<Play>/music.wav</Play>") -> dict[str, Page]:
    return {
        "/voice/incoming": response(QUEUE),
        "/wait": response(wait),
        "/music.wav": music,
        "/take": response("<Dial><Queue url='/told'>sales</Queue></Dial>"),
        "/told": response("<Say>You are being connected.</Say>"),
        "/after": response("<Say>Thank you.</Say>"),
    }


def test_a_queued_caller_hears_music_is_told_and_meets_who_dials_the_queue() -> None:
    async def story() -> None:
        async with world(queue_pages()) as w:
            caller = await w.ring({"wait": 600}, linger_s=600)
            await w.until(lambda: w.events(caller, "queued"))
            agent = await agent_comes(w, w.tone(500) | {"now": True}, {"hang_up": True}, url="/take")
            agent_acts = w.events(agent, "plays")
            await w.over(agent)
            await w.over(caller)
            assert agent_acts == []
            assert MUSIC_HZ in w.heard_hz(caller)
            assert w.events(caller, "say")[0]["text"] == "You are being connected."
            [after] = w.service.params("/after")
            assert after["QueueResult"] == "bridged"
            assert w.events(caller, "say")[-1]["text"] == "Thank you."
            assert w.service.params("/wait")[0]["QueuePosition"] == "1"

    asyncio.run(story())


def test_a_waiting_caller_can_leave_by_key_and_the_action_is_told() -> None:
    async def story() -> None:
        wait = "<Gather numDigits='1' action='/leave'><Play loop='0'>/music.wav</Play></Gather>"
        async with world(queue_pages(wait) | {"/leave": response("<Leave/>")}) as w:
            await w.call({"wait": 2}, {"press": "9", "now": True})
            assert w.service.params("/leave")[0]["Digits"] == "9"
            assert w.service.params("/after")[0]["QueueResult"] == "leave"

    asyncio.run(story())


def test_a_caller_who_hangs_up_in_the_queue_is_no_longer_in_it() -> None:
    async def story() -> None:
        async with world(queue_pages()) as w:
            await w.call({"wait": 2}, {"hang_up": True, "now": True})
            queue = w.box.switch.queue("sales")
            assert queue is not None
            assert queue.members == []
            assert w.service.params("/after")[0]["QueueResult"] == "hangup"

    asyncio.run(story())


def test_a_caller_pulled_out_of_the_queue_goes_where_they_are_sent() -> None:
    async def story() -> None:
        async with world(queue_pages() | {"/pulled": response("<Say>Pulled.</Say>")}) as w:
            caller = await w.ring()
            await w.until(lambda: w.events(caller, "queued"))
            queue = w.box.switch.queue("sales")
            assert queue is not None
            await w.box.switch.pull_member(queue.sid, "Front", w.service.url + "/pulled", "POST")
            await w.over(caller)
            assert w.events(caller, "say")[-1]["text"] == "Pulled."
            assert w.service.params("/after")[0]["QueueResult"] == "redirected"

    asyncio.run(story())


def test_a_full_queue_takes_nobody_more() -> None:
    async def story() -> None:
        pages = queue_pages() | {"/voice/incoming": response(QUEUE.replace("waitUrl", "maxQueueSize='1' waitUrl"))}
        async with world(pages) as w:
            first = await w.ring({"wait": 600}, linger_s=600)
            await w.until(lambda: w.events(first, "queued"))
            await w.call()
            assert w.service.params("/after")[0]["QueueResult"] == "queue-full"
            await w.box.switch.hang_up(first.sid)

    asyncio.run(story())
