"""Who answered: people, answering machines and faxes are told apart by ear, and the service is told when it asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pytest

from ivr.audio import tone, write_wav
from ivr.exchange.machine import Detection, Listener
from tests.exchange.world import LINE, Page, World, response, world

ANN = "+15035550123"
NOW = {"now": True}
Act: TypeAlias = dict[str, Any]


def noise(length_s: float) -> bytes:
    """Something as loud and as far from a tone as speech."""
    samples = np.random.default_rng(1).normal(0, 3000, round(length_s * 8000))
    return bytes(samples.clip(-32000, 32000).astype("<i2"))


def silence(length_s: float) -> bytes:
    return bytes(round(length_s * 8000) * 2)


def told_of(pcm: bytes, detection: Detection) -> tuple[str, float]:
    listener = Listener(detection)
    for start in range(0, len(pcm) - 319, 320):
        listener.hear(pcm[start : start + 320])
    return listener.result, round(listener.heard_s, 2)


HELLO, GREETING, BEEP = (
    silence(0.5) + noise(0.7),
    silence(0.5) + noise(1.5) + silence(0.4) + noise(2.0),
    tone([1000], 0.4),
)
START, END = Detection(), Detection(message_end=True)


@pytest.mark.parametrize(
    ("heard", "detection", "who", "after_s"),
    [
        (HELLO + silence(3), START, "human", 2.4),
        (HELLO + silence(3), END, "human", 2.4),
        (HELLO + silence(3), Detection(speech_end_s=0.5), "human", 1.7),
        (GREETING + BEEP + silence(5), START, "machine_start", 2.92),
        (GREETING + BEEP + silence(5), END, "machine_end_beep", 4.82),
        (GREETING + silence(0.5) + BEEP + silence(5), END, "machine_end_beep", 5.32),
        (GREETING + silence(9), END, "machine_end_silence", 7.6),
        (noise(40), END, "machine_end_other", 30),
        (noise(40), Detection(message_end=True, timeout_s=5), "machine_end_other", 5),
        (HELLO + silence(0.3) + BEEP + silence(5), START, "machine_start", 1.68),
        (silence(9), START, "unknown", 5),
        (silence(9), Detection(silence_s=2), "unknown", 2),
        (silence(1) + tone([2100], 3), END, "fax", 1.16),
        (silence(1) + tone([1100], 0.5), START, "fax", 1.16),
        (noise(2) + silence(0.2), START, "", 2.2),
    ],
)
def test_it_is_heard_who_answers_and_when_that_is_known(
    heard: bytes, detection: Detection, who: str, after_s: float
) -> None:
    result, took_s = told_of(heard, detection)
    assert result == who
    assert took_s == pytest.approx(after_s, abs=0.06)


async def ring(w: World, *acts: Act, **more: Any) -> Mapping[str, str]:
    """A call by REST to a phone that does ``acts``; gives what the document was asked with."""
    await w.phone(ANN, [{"answer": 1}, *acts])
    leg = await w.box.switch.place_call(to=ANN, from_=LINE, url=w.service.url + "/answered", **more)
    await w.over(leg)
    return next(iter(w.service.params("/answered")), {})


def greeting(w: World, length_s: float) -> Act:
    path = w.folder / f"greeting-{length_s:g}.wav"
    write_wav(path, noise(length_s))
    return {"play": str(path), **NOW}


PAGES: dict[str, Page] = {"/answered": response("<Say>This is a reminder.</Say>")}


def test_a_call_that_waits_for_it_asks_its_document_with_who_answered() -> None:
    async def story() -> None:
        async with world(PAGES) as w:
            asked = await ring(w, greeting(w, 0.7), detection=START)
            assert asked["AnsweredBy"] == "human"
            assert int(asked["MachineDetectionDuration"]) == pytest.approx(1900, abs=100)
            [leg] = w.legs_to(ANN)
            assert leg.answered_by == "human"
            assert w.events(leg, "say")[0]["at_s"] >= w.events(leg, "answered by")[0]["at_s"]

    asyncio.run(story())


def test_a_message_left_after_the_beep_is_not_spoken_into_the_greeting() -> None:
    async def story() -> None:
        async with world(PAGES) as w:
            asked = await ring(w, greeting(w, 4), {"beep": 0.5}, detection=END)
            assert asked["AnsweredBy"] == "machine_end_beep"
            [leg] = w.legs_to(ANN)
            assert w.events(leg, "say")[0]["at_s"] >= w.events(leg, "stops speaking")[1]["at_s"]

    asyncio.run(story())


def test_in_the_background_the_document_runs_at_once_and_the_result_is_called_back_alone() -> None:
    async def story() -> None:
        async with world({"/answered": response("<Pause length='9'/>")}) as w:
            detection = Detection(in_background=True, url=w.service.url + "/amd")
            asked = await ring(w, greeting(w, 4), detection=detection)
            assert "AnsweredBy" not in asked
            [told] = w.service.params("/amd")
            [leg] = w.legs_to(ANN)
            assert told == {
                "CallSid": leg.sid,
                "AccountSid": leg.account_sid,
                "AnsweredBy": "machine_start",
                "MachineDetectionDuration": told["MachineDetectionDuration"],
            }
            assert w.service.paths().index("/answered") < w.service.paths().index("/amd")

    asyncio.run(story())


def test_who_hangs_up_before_it_is_known_is_unknown_and_a_missing_url_is_warned_of() -> None:
    async def story() -> None:
        async with world({"/answered": response("<Pause length='9'/>")}) as w:
            await ring(w, {"wait": 1}, {"hang_up": True, **NOW}, detection=Detection(in_background=True))
            [leg] = w.legs_to(ANN)
            assert leg.answered_by == "unknown"
            assert [event["number"] for event in w.events(leg, "warning")] == [21262]

    asyncio.run(story())


def test_where_keys_are_sent_nobody_asks_who_answered() -> None:
    async def story() -> None:
        async with world(PAGES) as w:
            assert "AnsweredBy" not in await ring(w, greeting(w, 4), detection=START, send_digits="1")

    asyncio.run(story())


def test_a_callee_of_a_dial_is_told_of_while_the_call_goes_on() -> None:
    async def story() -> None:
        number = f"<Number machineDetection='DetectMessageEnd' amdStatusCallback='/amd'>{ANN}</Number>"
        async with world({"/voice/incoming": response(f"<Dial action='/after'>{number}</Dial>")}) as w:
            await w.phone(ANN, [{"answer": 1}, greeting(w, 4), {"beep": 0.5}, {"wait": 2}, {"hang_up": True, **NOW}])
            await w.call()
            assert w.service.params("/amd")[0]["AnsweredBy"] == "machine_end_beep"
            assert w.service.params("/after")[0]["DialCallStatus"] == "completed"
            assert w.service.paths().index("/amd") < w.service.paths().index("/after")

    asyncio.run(story())
