"""Dial: who is rung, who hears whom, and what the service is told about it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ivr.channels.carriers.call_parameters import with_parameters
from tests.exchange.world import Params, World, response, world

AGENT = "+15035550177"
DIAL = f"<Dial action='/after' timeout='20'><Number url='/whisper'>{AGENT}</Number></Dial>"
ACCEPT = "<Gather numDigits='1' timeout='5' action='/accept'><Say>A customer. Press 1.</Say></Gather><Hangup/>"


def accept(params: Params) -> str:
    return response() if params["Digits"] == "1" else response("<Hangup/>")


def pages(dial: str = DIAL) -> dict[str, Any]:
    return {"/voice/incoming": response(dial), "/whisper": response(ACCEPT), "/accept": accept}


def test_two_joined_parties_hear_each_other_and_only_each_other() -> None:
    async def story() -> None:
        async with world(pages(f"<Dial action='/after'>{AGENT}</Dial>")) as w:
            await w.phone(AGENT, [{"answer": 4}, w.tone(500, 3.0) | {"now": True}, {"hang_up": True, "now": True}])
            caller = await w.call({"wait": 5}, w.tone(900, 1.0) | {"now": True})
            [agent] = w.legs_to(AGENT)
            assert 500 in w.heard_hz(caller)
            assert 900 not in w.heard_hz(caller)
            assert w.heard_hz(agent) == {900}
            [after] = w.service.params("/after")
            assert (after["DialCallStatus"], after["DialCallSid"]) == ("completed", agent.sid)
            assert (after["DialBridged"], after["DialCallDuration"]) == ("true", "3")
            assert agent.parent_sid == caller.sid

    asyncio.run(story())


def test_the_caller_hears_ringing_until_somebody_answers() -> None:
    async def story() -> None:
        async with world(pages(f"<Dial>{AGENT}</Dial>")) as w:
            await w.phone(AGENT, [{"answer": 3}, {"hang_up": True, "now": True}])
            caller = await w.call()
            assert {440, 480} <= w.heard_hz(caller)

    asyncio.run(story())


def test_a_callee_who_accepts_the_whisper_is_joined() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            await w.phone(
                AGENT, [{"answer": 1}, {"press": "1"}, w.tone(500) | {"now": True}, {"hang_up": True}], linger_s=2
            )
            caller = await w.call()
            assert w.service.params("/whisper")[0]["ParentCallSid"] == caller.sid
            assert w.service.params("/whisper")[0]["Direction"] == "outbound-dial"
            assert w.service.params("/after")[0]["DialBridged"] == "true"
            assert 500 in w.heard_hz(caller)

    asyncio.run(story())


@pytest.mark.parametrize("key", ["2", "9"])
def test_a_callee_who_declines_the_whisper_is_never_joined(key: str) -> None:
    async def story() -> None:
        async with world(pages()) as w:
            await w.phone(AGENT, [{"answer": 1}, {"press": key}, w.tone(500) | {"now": True}])
            caller = await w.call()
            [after] = w.service.params("/after")
            assert (after["DialCallStatus"], after["DialBridged"]) == ("no-answer", "false")
            assert 500 not in w.heard_hz(caller)
            assert w.legs_to(AGENT)[0].over

    asyncio.run(story())


def test_a_callee_who_says_nothing_to_the_whisper_is_let_go() -> None:
    async def story() -> None:
        async with world(pages()) as w:
            await w.phone(AGENT, [{"answer": 1}])
            await w.call()
            assert w.service.params("/after")[0]["DialCallStatus"] == "no-answer"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "script", "status"),
    [
        (AGENT, [{"busy": True}], "busy"),
        (AGENT, [{"decline": True}], "busy"),
        (AGENT, [{"no_answer": True}], "no-answer"),
        ("+15035550000", [], "failed"),
    ],
)
def test_the_action_learns_why_nobody_came(address: str, script: list[dict[str, Any]], status: str) -> None:
    async def story() -> None:
        async with world(pages(f"<Dial action='/after' timeout='20'><Number>{address}</Number></Dial>")) as w:
            if script:
                await w.phone(AGENT, script)
            caller = await w.call()
            [after] = w.service.params("/after")
            assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
            rung_s = w.events(caller, "dialled")[0]["at_s"]
            assert (rung_s >= 20) == (status == "no-answer")

    asyncio.run(story())


def test_several_phones_ring_at_once_and_the_first_to_answer_wins() -> None:
    async def story() -> None:
        dial = f"<Dial action='/after'><Number>{AGENT}</Number><Client>ann</Client><Client>bo</Client></Dial>"
        async with world(pages(dial)) as w:
            await w.phone(AGENT, [{"answer": 6}])
            await w.phone("client:ann", [{"answer": 2}, {"hang_up": True, "now": True}])
            await w.phone("client:bo", [{"no_answer": True}])
            await w.call()
            assert w.service.params("/after")[0]["DialCallSid"] == w.legs_to("client:ann")[0].sid
            assert [w.legs_to(who)[0].status for who in (AGENT, "client:ann", "client:bo")] == [
                "canceled",
                "completed",
                "canceled",
            ]

    asyncio.run(story())


def test_phones_can_be_rung_one_after_the_other_and_who_was_not_reached_is_not_rung() -> None:
    async def story() -> None:
        clients = "<Client>ann</Client><Client>bo</Client><Client>cy</Client>"
        async with world(pages(f"<Dial action='/after' sequential='true' timeout='5'>{clients}</Dial>")) as w:
            await w.phone("client:ann", [{"no_answer": True}])
            await w.phone("client:bo", [{"answer": 1}, {"hang_up": True, "now": True}])
            await w.phone("client:cy", [{"answer": 1}])
            leg = await w.call()
            [ann], [bo] = w.legs_to("client:ann"), w.legs_to("client:bo")
            assert (ann.status, bo.status, w.legs_to("client:cy")) == ("no-answer", "completed", [])
            assert w.service.params("/after")[0]["DialCallSid"] == bo.sid
            assert bo.answered_s - ann.created_s >= 6
            assert w.events(leg, "dialled")[0]["status"] == "completed"

    asyncio.run(story())


def test_the_callees_progress_is_called_back_in_order() -> None:
    async def story() -> None:
        dial = (
            "<Dial><Client statusCallback='/progress' statusCallbackEvent='initiated ringing answered completed'>"
            "<Identity>ann</Identity><Parameter name='caller' value='Jo'/></Client></Dial>"
        )
        async with world(pages(dial)) as w:
            await w.phone("client:ann", [{"answer": 1}, {"hang_up": True, "now": True}])
            await w.call()
            told = w.service.params("/progress")
            assert [one["CallStatus"] for one in told] == ["queued", "ringing", "in-progress", "completed"]
            assert [one["SequenceNumber"] for one in told] == ["0", "1", "2", "3"]
            assert w.legs_to("client:ann")[0].parameters == {"caller": "Jo"}

    asyncio.run(story())


def test_star_leaves_the_conversation_when_that_is_allowed() -> None:
    async def story() -> None:
        async with world(pages(f"<Dial hangupOnStar='true'>{AGENT}</Dial><Say>Back.</Say>")) as w:
            await w.phone(AGENT, [{"answer": 1}])
            caller = await w.call({"wait": 3}, {"press": "*", "now": True})
            assert [event["text"] for event in w.events(caller, "say")] == ["Back."]
            assert w.legs_to(AGENT)[0].status == "completed"

    asyncio.run(story())


def test_a_caller_who_hangs_up_takes_the_callee_along_and_the_action_is_told() -> None:
    async def story() -> None:
        async with world(pages(f"<Dial action='/after'>{AGENT}</Dial>")) as w:
            await w.phone(AGENT, [{"answer": 1}])
            await w.call({"wait": 4}, {"hang_up": True, "now": True})
            assert w.legs_to(AGENT)[0].status == "completed"
            [after] = w.service.params("/after")
            assert (after["CallStatus"], after["DialCallStatus"]) == ("completed", "completed")

    asyncio.run(story())


@pytest.mark.parametrize("at_s", [0.2, 1.5, 2.2, 3.6, 8.0])
def test_hanging_up_at_any_moment_leaves_no_leg_alive(at_s: float) -> None:
    async def story() -> None:
        async with world(pages()) as w:
            await w.phone(AGENT, [{"answer": 2}, {"press": "1"}])
            await w.call({"wait": at_s}, {"hang_up": True, "now": True})
            await nobody_left(w)

    asyncio.run(story())


def test_a_bridged_callee_can_be_sent_elsewhere_while_the_caller_goes_on() -> None:
    async def story() -> None:
        async with world(pages(f"<Dial>{AGENT}</Dial><Say>Caller goes on.</Say>")) as w:
            await w.phone(AGENT, [{"answer": 1}])
            caller = await w.ring()
            await w.until(lambda: w.events(caller, "bridged"))
            [agent] = w.legs_to(AGENT)
            await w.box.switch.redirect(agent.sid, twiml=response("<Say>Agent goes on.</Say>"))
            await w.over(caller)
            await w.over(agent)
            assert w.events(caller, "say")[0]["text"] == "Caller goes on."
            assert w.events(agent, "say")[0]["text"] == "Agent goes on."

    asyncio.run(story())


def test_a_recorded_conversation_has_each_party_on_its_own_channel() -> None:
    async def story() -> None:
        dial = f"<Dial record='record-from-answer-dual' recordingStatusCallback='/file' action='/after'>{AGENT}</Dial>"
        async with world(pages(dial)) as w:
            await w.phone(
                AGENT, [{"answer": 1}, {"wait": 2}, w.tone(500) | {"now": True}, {"hang_up": True, "now": True}]
            )
            await w.call({"wait": 2}, w.tone(900) | {"now": True})
            [file] = w.service.params("/file")
            assert (file["RecordingChannels"], file["RecordingSource"]) == ("2", "DialVerb")
            assert w.service.params("/after")[0]["RecordingUrl"] == file["RecordingUrl"]
            import soundfile

            from tests.exchange.world import loud_hz

            recording = w.box.switch.recording(file["RecordingSid"])
            assert recording is not None
            samples, _ = soundfile.read(str(recording.path))
            assert loud_hz(samples[:, 0]) == {900}
            assert loud_hz(samples[:, 1]) == {500}

    asyncio.run(story())


async def nobody_left(w: World) -> None:
    assert w.box.plant.live == {}
    assert all(leg.over for leg in w.box.plant.legs.values())
    await w.box.plant.drained(5)
    assert not w.box.plant._tasks


def test_a_sip_telephone_gets_what_the_service_sends_along_as_headers_of_its_call() -> None:
    async def story() -> None:
        async with world({"/whisper": response(ACCEPT), "/accept": accept}) as w:
            await w.phone("sip:ann@pbx.example:5061;transport=tls", [{"answer": 1}, {"press": "1"}])
            rung = with_parameters(
                "sip:ann@pbx.example:5061;transport=tls", {"intent": "a tent & more", "calls_before": "3"}
            )
            leg = await w.box.switch.place_call(
                to=rung,
                from_="+15035550100",
                url=f"{w.service.url}/whisper",
                twiml="",
                method="POST",
                status_callback="",
                status_callback_event=(),
                status_callback_method="POST",
                timeout_s=20,
                send_digits="",
            )
            await w.until(lambda: w.service.params("/accept"))
            assert w.service.params("/accept")[0]["Digits"] == "1"
            assert w.events(leg, "status")[0]["parameters"] == {"x-intent": "a tent & more", "x-calls-before": "3"}

    asyncio.run(story())
