"""What a caller says, keys or leaves out, as one answer. The voice is synthetic: this proves plumbing, not accuracy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from ivr import audio
from ivr.channels.listening import COMPLETE_S, FREE_S, UNFINISHED_S, Listening
from ivr.flows.actions import Choice, Listen
from ivr.flows.events import Event, Heard, Pressed, Silence
from ivr.flows.skills import KindOptions
from ivr.speech import SileroActivity, VoskEars
from ivr.understanding.answers import Answers
from ivr.understanding.menu import understand
from tests.channels.conftest import frames

MENU = Listen(
    "menu",
    (
        Choice("find a store", ("find a store", "store near me"), "1"),
        Choice("leave a message", ("leave a message",), "3"),
        Choice("operator", ("operator", "speak to a person"), "0"),
    ),
    wait_s=4.0,
)


@pytest.fixture
def listen(ears: VoskEars, activity: SileroActivity, answers: Answers) -> Callable[[Listen], Listening]:
    return lambda what: Listening(what, ears, activity, answers, lambda: 100.0)


def zip_question(answers: Answers) -> Listen:
    kind = answers.kinds["zip"]
    return Listen("zip", MENU.choices, kind.words(KindOptions()), closed=True, max_keys=5)


def first_event(listening: Listening, pcm: bytes) -> Event | None:
    """Feeds the sound; the first answer."""
    return next((event for frame in frames(pcm) if (event := listening.frame(frame))), None)


def seconds_until(listening: Listening, pcm: Iterable[bytes]) -> float:
    """How much sound was needed for an answer."""
    return next(index * 0.02 for index, frame in enumerate(pcm, 1) if listening.frame(frame))


def test_an_option_is_heard(listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]) -> None:
    ear = listen(MENU)
    ear.prompt_ended()
    event = first_event(ear, audio.silence(0.5) + speak("store near me") + audio.silence(2))
    assert isinstance(event, Heard)
    assert event.text == "store near me"
    assert event.confidence > 0.6


def test_an_answer_ends_though_others_go_on_talking_in_the_room(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]
) -> None:
    talk = np.frombuffer(speak("we have been driving for three hours and dinner is nearly ready"), dtype="<i2")
    others = (np.tile(talk, 2) * 0.05).astype("<i2").tobytes()  # 26 dB below
    ear = listen(MENU)
    ear.prompt_ended()
    event = first_event(ear, audio.silence(0.5) + speak("leave a message") + others)
    assert isinstance(event, Heard)
    assert understand(event, MENU.choices).choice == "leave a message"
    alone = listen(MENU)
    alone.prompt_ended()
    told = first_event(alone, audio.silence(0.5) + others + audio.silence(2))
    assert not isinstance(told, Heard) or understand(told, MENU.choices).choice is None


def test_a_complete_answer_ends_after_a_short_pause_and_an_unfinished_one_waits(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes], answers: Answers
) -> None:
    whole = speak("nine four one zero seven")
    ear = listen(zip_question(answers))
    ear.prompt_ended()
    taken_s = seconds_until(ear, frames(whole + audio.silence(3))) - len(whole) / 16000
    unfinished = speak("nine four one zero")
    late = listen(zip_question(answers))
    late.prompt_ended()
    waited_s = seconds_until(late, frames(unfinished + audio.silence(3))) - len(unfinished) / 16000
    assert taken_s < COMPLETE_S + 0.15
    assert UNFINISHED_S - 0.1 < waited_s < UNFINISHED_S + 0.2


def test_a_pause_inside_a_zip_does_not_cut_it_off(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes], answers: Answers
) -> None:
    ear = listen(zip_question(answers))
    ear.prompt_ended()
    event = first_event(ear, speak("nine four one") + audio.silence(0.5) + speak("zero seven") + audio.silence(2))
    assert isinstance(event, Heard)
    assert answers.kinds["zip"].hear(event.text, KindOptions()) == "94107"


def test_silence_is_an_event_after_the_wait_and_counts_from_the_end_of_the_prompt(
    listen: Callable[[Listen], Listening],
) -> None:
    ear = listen(MENU)
    assert first_event(ear, audio.silence(10)) is None
    ear.prompt_ended()
    assert seconds_until(ear, frames(audio.silence(10))) == pytest.approx(MENU.wait_s, abs=0.03)


def test_silence_and_noise_are_not_decoded(listen: Callable[[Listen], Listening]) -> None:
    ear = listen(MENU)
    ear.prompt_ended()
    hiss = np.random.default_rng(7).normal(0, 300, 8000 * 3).astype("<i2").tobytes()
    ring = audio.tone([440, 480], 2.0)
    assert first_event(ear, hiss + ring) == Silence(100.0)
    assert ear.decoded_frames == 0


def test_a_matching_phrase_stops_the_prompt_and_a_cough_does_not(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]
) -> None:
    cough = np.random.default_rng(3).normal(0, 6000, 2400).astype("<i2").tobytes()
    ear = listen(MENU)
    assert first_event(ear, cough + audio.silence(1)) is None
    interrupted_by_a_cough = ear.interrupted
    assert not interrupted_by_a_cough
    event = first_event(ear, speak("leave a message") + audio.silence(1))
    assert ear.interrupted
    assert isinstance(event, Heard)


def test_nothing_is_heard_during_a_prompt_that_may_not_be_interrupted(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]
) -> None:
    ear = listen(Listen("menu", MENU.choices, barge_in="never"))
    assert first_event(ear, speak("leave a message") + audio.silence(1)) is None
    assert ear.decoded_frames == 0


def test_one_key_answers_a_menu_and_five_keys_a_zip(listen: Callable[[Listen], Listening], answers: Answers) -> None:
    assert listen(MENU).key("3") == Pressed(100.0, "3")
    ear = listen(zip_question(answers))
    assert [ear.key(digit) for digit in "94107"] == [None, None, None, None, Pressed(100.0, "94107")]


def test_keys_stop_the_prompt_and_pound_or_a_pause_ends_them(
    listen: Callable[[Listen], Listening], answers: Answers
) -> None:
    ear = listen(zip_question(answers))
    assert ear.key("9") is None
    assert ear.interrupted
    assert ear.key("#") == Pressed(100.0, "9")
    slow = listen(zip_question(answers))
    slow.key("9")
    assert first_event(slow, audio.silence(5)) == Pressed(100.0, "9")


def test_a_pound_after_a_whole_zip_is_no_answer_to_the_next_question(
    listen: Callable[[Listen], Listening], answers: Answers
) -> None:
    first = listen(zip_question(answers))
    assert [first.key(key) for key in "94107"][-1] == Pressed(100.0, "94107")
    following = listen(MENU)
    assert following.key("#") is None
    assert not following.interrupted
    assert following.key("3") == Pressed(100.0, "3")


def test_a_lone_zero_reaches_the_operator_sooner_than_a_begun_zip_is_given_up(
    listen: Callable[[Listen], Listening], answers: Answers
) -> None:
    operator, begun = listen(zip_question(answers)), listen(zip_question(answers))
    operator.key("0")
    begun.key("9")
    assert seconds_until(operator, frames(audio.silence(5))) < seconds_until(begun, frames(audio.silence(5)))


def test_free_speech_may_pause(listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]) -> None:
    ear = listen(Listen("text", closed=False, max_keys=0))
    ear.prompt_ended()
    said = speak("my package never arrived") + audio.silence(0.6) + speak("please call me back")
    taken_s = seconds_until(ear, frames(said + audio.silence(3)))
    assert taken_s > len(said) / 16000 + FREE_S - 0.2


def test_endless_talk_is_cut(listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]) -> None:
    ear = listen(Listen("text", closed=False, max_keys=0))
    ear.prompt_ended()
    assert seconds_until(ear, frames(speak("please call me back about my order") * 20)) < 22


@pytest.mark.parametrize("said", ["nine four one zero seven", "nine seven two oh one", "ninety four one oh seven"])
def test_a_zip_is_not_heard_as_a_city_or_as_tens_wherever_in_a_frame_it_begins(
    listen: Callable[[Listen], Listening], speak: Callable[[str], bytes], answers: Answers, said: str
) -> None:
    kind = answers.kinds["place"]
    cities = ("portland", "seattle", "orlando", "fort worth", "honolulu", "jacksonville", "san francisco", "reno")
    question = Listen("place", MENU.choices, (*kind.words(KindOptions()), *cities), closed=True, max_keys=5)
    wanted = answers.kinds["zip"].hear(said, KindOptions())
    for shift in range(0, 160, 20):
        ear = listen(question)
        ear.prompt_ended()
        event = first_event(ear, bytes(2 * shift) + audio.silence(0.3) + speak(said) + audio.silence(2))
        assert isinstance(event, Heard)
        assert kind.hear(event.text, KindOptions()) == wanted, event.text


@pytest.mark.parametrize("said", ["the weather is nice today", "what is two plus two", "my dog ate the homework"])
def test_talk_about_something_else_is_heard_as_it_is_and_not_as_an_option(
    said: str, listen: Callable[[Listen], Listening], speak: Callable[[str], bytes]
) -> None:
    ear = listen(MENU)
    ear.prompt_ended()
    event = first_event(ear, audio.silence(0.5) + speak(said) + audio.silence(2))
    assert isinstance(event, Heard)
    assert len(set(event.text.split()) & set(said.split())) >= 3
    assert understand(event, MENU.choices).choice is None
