"""Incoming calls: what the service is told, and what follows what."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp import web

from ivr.audio import level_db, pcm_length_s, read_audio, tone, wav_bytes
from ivr.exchange.speaking import Speaking
from ivr.ports import OutsideError
from tests.exchange.world import ACCOUNT, CALLER, LINE, TOKEN, Page, response, world


def test_a_call_is_announced_with_the_standard_parameters_and_a_right_signature() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>Hello.</Say>")}) as w:
            leg = await w.call({"pause": 0})
            first = w.service.asked[0]
            assert first.path == "/voice/incoming"
            assert first.genuine
            assert first.params == {
                "CallSid": leg.sid,
                "AccountSid": ACCOUNT,
                "From": CALLER,
                "To": LINE,
                "Caller": CALLER,
                "Called": LINE,
                "CallStatus": "ringing",
                "ApiVersion": "2010-04-01",
                "Direction": "inbound",
            }
            assert first.headers["I-Twilio-Idempotency-Token"]
            assert leg.status == "completed"

    asyncio.run(story())


def test_a_document_that_runs_out_of_verbs_hangs_up_and_the_service_hears_how_long_it_was() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Pause length='3'/>", "<Say>Bye.</Say>")}) as w:
            leg = await w.call()
            [status] = w.service.params("/voice/status")
            assert status["CallStatus"] == "completed"
            assert status["CallDuration"] == str(round(leg.duration_s))
            assert [one for one in w.service.asked if not one.genuine] == []

    asyncio.run(story())


class _Mute:
    """A voice on a machine without any."""

    def render(self, text: str, language: str) -> bytes:
        raise OutsideError("no voice works", retry=False)


def test_without_any_voice_sentences_are_sounds_and_a_call_by_keys_goes_on() -> None:
    async def story() -> None:
        pages: dict[str, Page] = {
            "/voice/incoming": response("<Gather action='/keys'><Say>For sales press 1.</Say></Gather>"),
            "/keys": response("<Say>Goodbye.</Say>"),
        }
        async with world(pages) as w:
            w.box.plant.speaking = Speaking(_Mute(), w.box.plant.clock)
            leg = await w.call({"press": "1#"})
            assert w.service.params("/keys")[0]["Digits"] == "1"
            assert [event["text"] for event in w.events(leg, "say")] == ["For sales press 1.", "Goodbye."]
            assert [event["why"] for event in w.events(leg, "voiceless")] == ["no voice works"], "told once"
            assert w.errors(leg) == []
            assert w.heard_hz(leg) == {320}, "a soft tone in the place of words"

    asyncio.run(story())


def test_a_redirect_is_followed_relative_to_its_document_and_nothing_after_it_runs() -> None:
    async def story() -> None:
        pages = {
            "/voice/incoming": response("<Redirect>turn/2?a=b&amp;c=d</Redirect>", "<Say>never</Say>"),
            "/voice/turn/2": response("<Say>there</Say>"),
        }
        async with world(pages) as w:
            leg = await w.call()
            assert [event["text"] for event in w.events(leg, "say")] == ["there"]
            assert w.service.params("/voice/turn/2")[0]["CallStatus"] == "in-progress"
            assert all(one.genuine for one in w.service.asked)

    asyncio.run(story())


def test_an_echo_lets_the_caller_hear_what_they_say_until_they_hang_up() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Echo/>", "<Say>never</Say>")}) as w:
            leg = await w.call(w.tone(700, 1.0) | {"now": True}, {"hang_up": True, "now": True})
            assert w.heard_hz(leg) == {700}
            assert w.events(leg, "say") == []

    asyncio.run(story())


def test_a_rejected_call_is_never_answered() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Reject reason='busy'/>")}) as w:
            leg = await w.call()
            assert (leg.status, leg.answered_s) == ("busy", 0.0)
            assert w.service.params("/voice/status")[0]["CallStatus"] == "busy"

    asyncio.run(story())


def test_a_prompt_is_heard_and_a_file_of_the_service_is_played_as_often_as_it_says() -> None:
    async def story() -> None:
        def sound(params: dict[str, str]) -> web.Response:
            return web.Response(body=wav_bytes(tone([600], 1.0)), content_type="audio/wav")

        pages: dict[str, Page] = {"/voice/incoming": response("<Play loop='2'>/bell.wav</Play>"), "/bell.wav": sound}
        async with world(pages) as w:
            leg = await w.call()
            assert 600 in w.heard_hz(leg)
            assert 2.0 <= leg.duration_s < 2.2

    asyncio.run(story())


def test_keys_pressed_before_the_time_is_up_go_to_the_action() -> None:
    async def story() -> None:
        gather = "<Gather action='/got' numDigits='5' timeout='4'><Say>Your code please.</Say></Gather><Say>none</Say>"
        async with world({"/voice/incoming": response(gather)}) as w:
            leg = await w.call({"press": "94107"})
            [got] = w.service.params("/got")
            assert (got["Digits"], got["FinishedOnKey"]) == ("94107", "")
            assert "none" not in [event["text"] for event in w.events(leg, "say")]

    asyncio.run(story())


def test_the_finishing_key_ends_an_input_but_does_not_make_one() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Gather action='/got'><Say>Your code.</Say></Gather>")}) as w:
            await w.call({"press": "#12#"})
            [got] = w.service.params("/got")
            assert (got["Digits"], got["FinishedOnKey"]) == ("12", "#")

    asyncio.run(story())


def test_a_key_stops_the_prompt() -> None:
    async def story() -> None:
        gather = f"<Gather action='/got' numDigits='1'><Say>{'long ' * 100}</Say></Gather>"
        async with world({"/voice/incoming": response(gather)}) as w:
            leg = await w.call({"press": "1", "interrupt": 1})
            assert w.service.params("/got")[0]["Digits"] == "1"
            assert leg.duration_s < 2.5

    asyncio.run(story())


def test_silence_goes_on_with_the_next_verb_and_asks_no_action() -> None:
    async def story() -> None:
        verbs = "<Gather action='/got' timeout='3'><Say>Anybody?</Say></Gather><Say>Nobody.</Say>"
        async with world({"/voice/incoming": response(verbs)}) as w:
            leg = await w.call()
            assert w.service.params("/got") == []
            said = w.events(leg, "say")
            assert [event["text"] for event in said] == ["Anybody?", "Nobody."]
            assert said[1]["at_s"] - said[0]["at_s"] > 3

    asyncio.run(story())


def test_silence_asks_the_action_when_empty_results_are_wanted() -> None:
    async def story() -> None:
        verbs = "<Gather action='/got' timeout='2' actionOnEmptyResult='true'/><Say>never</Say>"
        async with world({"/voice/incoming": response(verbs)}) as w:
            await w.call()
            assert w.service.params("/got")[0]["Digits"] == ""

    asyncio.run(story())


def test_what_the_caller_says_is_the_speech_result() -> None:
    async def story() -> None:
        verbs = "<Gather input='dtmf speech' speechTimeout='1' action='/got'><Say>How can I help?</Say></Gather>"
        async with world({"/voice/incoming": response(verbs)}) as w:
            await w.call({"say": "find a store"})
            [got] = w.service.params("/got")
            assert got["SpeechResult"] == "find a store"
            assert 0 < float(got["Confidence"]) <= 1

    asyncio.run(story())


def test_a_recording_holds_what_was_said_and_can_be_fetched_when_it_is_announced() -> None:
    async def story() -> None:
        record = "<Record action='/recorded' timeout='2' recordingStatusCallback='/file'/><Say>nothing</Say>"
        async with world({"/voice/incoming": response("<Say>Speak.</Say>", record)}) as w:
            leg = await w.call(w.tone(700, 2.0))
            [done] = w.service.params("/recorded")
            assert done["RecordingDuration"] == "2"
            assert done["Digits"] == ""
            [file] = w.service.params("/file")
            assert (file["RecordingStatus"], file["RecordingSid"]) == ("completed", done["RecordingSid"])
            assert file["RecordingUrl"] == done["RecordingUrl"]
            assert file["CallSid"] == leg.sid
            headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                session.get(file["RecordingUrl"] + ".wav") as got,
            ):
                assert got.status == 200
                pcm = read_audio(await got.read())
            assert 1.9 < pcm_length_s(pcm) < 2.3
            assert level_db(pcm) > -20

    asyncio.run(story())


def test_an_empty_recording_goes_on_with_the_next_verb() -> None:
    async def story() -> None:
        record = "<Record action='/recorded' timeout='2' recordingStatusCallback='/file'/><Say>Nothing recorded.</Say>"
        async with world({"/voice/incoming": response(record)}) as w:
            leg = await w.call()
            assert w.service.params("/recorded") == []
            assert w.service.params("/file") == []
            assert [event["text"] for event in w.events(leg, "say")] == ["Nothing recorded."]

    asyncio.run(story())


def test_a_recording_without_an_action_asks_the_same_document_again() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Record timeout='1'/>")}) as w:
            await w.call(w.tone(700))
            assert w.service.paths().count("/voice/incoming") == 2
            assert "RecordingUrl" in w.service.params("/voice/incoming")[1]

    asyncio.run(story())


def test_a_caller_who_hangs_up_while_recording_leaves_the_message_behind() -> None:
    async def story() -> None:
        record = "<Record action='/recorded' recordingStatusCallback='/file'/>"
        async with world({"/voice/incoming": response(record)}) as w:
            leg = await w.call(w.tone(700, 2.0), {"hang_up": True, "now": True})
            assert w.service.params("/recorded")[0]["Digits"] == "hangup"
            assert w.service.params("/recorded")[0]["CallStatus"] == "completed"
            assert w.service.params("/file")[0]["RecordingDuration"] == "2"
            assert leg.status == "completed"

    asyncio.run(story())
