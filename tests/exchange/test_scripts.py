"""Scripted parties: they wait for their turn by ear, interrupt, give up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr import audio
from ivr.exchange.ear import Ear
from ivr.exchange.script import Answering, ScriptError, read_script
from ivr.exchange.sounds import SILENCE
from tests.exchange.world import response, world

LOUD = b"\x00\x20" * 160


def test_a_party_speaks_half_a_second_after_the_far_end_has_finished() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>How can I help?</Say>", "<Pause length='9'/>")}) as w:
            leg = await w.call(w.tone(500), {"hang_up": True, "now": True})
            stopped = w.events(leg, "far end stopped")[0]["at_s"]
            assert w.events(leg, "plays")[0]["at_s"] - (stopped - 0.3) == pytest.approx(0.5, abs=0.06)

    asyncio.run(story())


def test_a_pause_inside_an_answer_keeps_the_turn() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>Your ZIP?</Say>", "<Pause length='20'/>")}) as w:
            leg = await w.call(w.tone(500), {"pause": 0.4}, w.tone(600), {"hang_up": True, "now": True})
            first, second = (event["at_s"] for event in w.events(leg, "plays"))
            assert second - first == pytest.approx(1.4, abs=0.05)

    asyncio.run(story())


def test_an_interruption_comes_while_the_far_end_still_speaks() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response(f"<Say>{'long ' * 60}</Say>")}) as w:
            leg = await w.call({"say": "stop", "interrupt": 2}, {"hang_up": True, "now": True})
            began = w.events(leg, "far end began")[0]["at_s"]
            assert w.events(leg, "says")[0]["at_s"] - began == pytest.approx(2.0, abs=0.05)
            assert w.events(leg, "far end stopped") == []

    asyncio.run(story())


def test_the_latency_of_an_answer_is_measured_from_the_end_of_what_was_said() -> None:
    async def story() -> None:
        verbs = "<Gather input='speech' speechTimeout='2' action='/next'><Say>Yes?</Say></Gather>"
        pages = {"/voice/incoming": response(verbs), "/next": response("<Pause length='1'/><Say>Here.</Say>")}
        async with world(pages) as w:
            leg = await w.call({"say": "a store"})
            [latency] = w.events(leg, "latency")
            assert latency["latency_s"] == pytest.approx(3.0, abs=0.1)

    asyncio.run(story())


def test_an_answer_to_a_key_is_measured_from_the_key() -> None:
    async def story() -> None:
        verbs = "<Gather numDigits='1' action='/next'><Say>Yes?</Say></Gather>"
        pages = {"/voice/incoming": response(verbs), "/next": response("<Say>Here I am, and I go on and on.</Say>")}
        async with world(pages) as w:
            leg = await w.call({"press": "1"})
            [latency] = w.events(leg, "latency")
            assert latency["latency_s"] == pytest.approx(0.0, abs=0.1), "before the gap after the key is over"

    asyncio.run(story())


def test_an_answer_is_measured_from_the_last_sound_of_a_recording_that_ends_in_silence(tmp_path: Path) -> None:
    recording = tmp_path / "one.wav"
    recording.write_bytes(audio.wav_bytes(audio.tone([440], 0.5) + audio.silence(2.0)))

    async def story() -> None:
        pages = {"/voice/incoming": response("<Say>Yes?</Say><Pause length='2'/><Say>Hello, hello, hello.</Say>")}
        async with world(pages) as w:
            leg = await w.call({"play": str(recording)}, {"wait": 5})
            [stopped, *_] = w.events(leg, "far end stopped")
            [_, began, *_] = w.events(leg, "far end began")
            [latency, *_] = w.events(leg, "latency")
            quiet_s = began["at_s"] - stopped["at_s"]
            assert latency["latency_s"] == pytest.approx(quiet_s - 0.7, abs=0.2), "0.2 s to notice, 0.5 s of sound"

    asyncio.run(story())


def test_a_party_whose_turn_never_comes_gives_up() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Gather timeout='600'/>")}) as w:
            leg = await w.call({"say": "hello?"}, linger_s=5)
            assert w.events(leg, "gave up")[0]["act"] == "say"
            assert leg.duration_s == pytest.approx(5, abs=0.1)


def test_a_caller_who_is_never_answered_gives_up() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Pause length='600'/>")}) as w:
            leg = await w.call({"say": "hello?"}, linger_s=5)
            assert w.events(leg, "gave up")[0]["act"] == "ring"
            assert (leg.status, leg.duration_s) == ("canceled", 0)

    asyncio.run(story())


def test_a_party_without_further_acts_stays_on_the_line_for_a_while() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Say>Hi.</Say><Pause length='600'/>")}) as w:
            leg = await w.call(linger_s=7)
            assert leg.duration_s == pytest.approx(7, abs=0.1)

    asyncio.run(story())


def test_a_phone_goes_through_its_scripts_and_repeats_the_last() -> None:
    async def story() -> None:
        async with world({"/voice/incoming": response("<Dial action='/after'>+15035550177</Dial>")}) as w:
            await w.phone("+15035550177", [{"busy": True}], [{"no_answer": True}])
            for _ in range(3):
                await w.call()
            told = [params["DialCallStatus"] for params in w.service.params("/after")]
            assert told == ["busy", "no-answer", "no-answer"]

    asyncio.run(story())


def test_gaps_between_words_and_known_rests_are_not_the_end_of_the_far_ends_turn() -> None:
    ear = Ear()
    for _ in range(10):
        ear.hear(LOUD, pending=True, is_turn=True)
    for _ in range(50):
        ear.hear(SILENCE, pending=True, is_turn=True)
    assert not ear.my_turn
    for _ in range(12):
        ear.hear(SILENCE, pending=False, is_turn=True)
    assert ear.my_turn


def test_music_is_nobodys_turn() -> None:
    ear = Ear()
    for frame in [LOUD] * 10 + [SILENCE] * 60:
        ear.hear(frame, pending=False, is_turn=False)
    assert not ear.my_turn


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        ("hello", "list of at most"),
        ([{"say": "x", "press": "1"}], "act 1: it needs exactly one"),
        ([{"say": "x"}, {"sing": "y"}], "act 2: 'sing' is unknown"),
        ([{"press": "12x"}], "keys are of"),
        ([{"pause": "soon"}], "'pause' needs a number of seconds"),
        ([{"pause": -1}], "'pause' needs a number of seconds"),
        ([{"say": ""}], "'say' needs a text"),
        ([{"say": "x" * 3000}], "'say' needs a text"),
        ([3], "act 1 is not an object"),
        ([{"busy": False}], "write {'busy': true}"),
    ],
)
def test_a_script_that_cannot_be_performed_is_refused_with_the_reason(acts: object, says: str) -> None:
    with pytest.raises(ScriptError) as error:
        read_script(acts)
    assert says in str(error.value)


def test_a_phone_answers_after_a_second_unless_it_says_otherwise() -> None:
    assert read_script([]).answering == Answering("answered", 1.0)
    assert read_script([{"answer": 3}]).answering == Answering("answered", 3.0)
