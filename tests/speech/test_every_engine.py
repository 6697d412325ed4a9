"""What every engine, voice and activity promises, whichever it is: a new line in a table is tested here at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ivr.speech
from ivr import audio
from ivr.ports import Ears, Voice
from ivr.speech import ACTIVITIES, ENGINES, VOICES
from tests.speech.conftest import MODEL, Speaker


@cache
def engine(name: str) -> Ears:
    return ENGINES[name](MODEL)


@pytest.fixture(scope="module", params=VOICES)
def any_voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    voice = VOICES[request.param]()
    yield voice
    if hasattr(voice, "close"):
        voice.close()


def hears_nothing_in(sound: bytes, name: str, rate_hz: int = 8000) -> bool:
    recognizer = engine(name).listen(["yes", "no"], rate_hz=rate_hz)
    recognizer.accept(sound)
    return recognizer.partial() == "" and recognizer.final().text == ""


@pytest.mark.parametrize("name", ENGINES)
def test_there_is_nothing_to_hear_in_silence(name: str) -> None:
    assert hears_nothing_in(audio.silence(1.0), name)
    assert hears_nothing_in(audio.silence(1.0, 16000), name, 16000)
    assert hears_nothing_in(b"", name)


@pytest.mark.parametrize("name", ENGINES)
def test_asking_twice_for_the_end_gives_the_same_answer(name: str, speaker: Speaker) -> None:
    recognizer = engine(name).listen(["yes", "no"])
    recognizer.accept(speaker.says("yes"))
    first = recognizer.final()
    recognizer.accept(speaker.says("no"))
    assert recognizer.final() == first


@pytest.mark.parametrize("phrases", [None, ["yes", "no"], [], ["Qwxyz!", "?"], ["Yes, please."]])
@pytest.mark.parametrize("name", ENGINES)
def test_whatever_it_is_held_to_a_hearing_is_well_formed(
    name: str, phrases: list[str] | None, speaker: Speaker
) -> None:
    recognizer = engine(name).listen(phrases)
    recognizer.accept(speaker.says("yes please"))
    heard = recognizer.final()
    assert 0 <= heard.confidence <= 1
    assert heard.text == heard.text.lower().strip()
    assert [word.text for word in heard.words] in ([], heard.text.split())
    assert all(word.start_s < word.end_s and 0 <= word.confidence <= 1 for word in heard.words)
    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.binary(max_size=700), max_size=20), rate_hz=st.sampled_from([8000, 16000]))
def test_no_bytes_of_any_length_break_an_ear(name: str, pieces: list[bytes], rate_hz: int) -> None:
    recognizer = engine(name).listen(["yes", "no"], rate_hz=rate_hz)
    for piece in pieces:
        recognizer.accept(piece)
        recognizer.partial()
    assert 0 <= recognizer.final().confidence <= 1


@pytest.mark.parametrize("name", ENGINES)
def test_a_common_word_is_known_and_nothing_is_not(name: str) -> None:
    assert engine(name).knows("yes")
    assert not engine(name).knows("")


def test_a_text_becomes_sound_that_gets_longer_with_it(any_voice: Voice) -> None:
    short, long = any_voice.render("Hello.", "en-US"), any_voice.render("Hello, and thank you for calling.", "en-US")
    assert 0.1 < audio.mulaw_length_s(short) < audio.mulaw_length_s(long) < 10
    assert audio.level_db(audio.mulaw_decode(long)) > -35


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\t", "\x00"])
def test_nothing_to_say_makes_no_sound(any_voice: Voice, text: str) -> None:
    assert any_voice.render(text, "en-US") == b""


@pytest.mark.parametrize(
    "text",
    ["-v evil --stdout", "a\x00b\nc", "<speak>one</speak>", "[[h@l'oU]]", "$(reboot) `id`", "\ud800x", "naïve 電話 ☎"],
)
@pytest.mark.parametrize("language", ["en-US", "xx", "../../etc/passwd", "-w/tmp/x", ""])
def test_odd_texts_and_languages_are_only_spoken(any_voice: Voice, text: str, language: str) -> None:
    assert audio.mulaw_length_s(any_voice.render(text, language)) > 0.05


@pytest.mark.parametrize("name", ACTIVITIES)
def test_activity_is_low_in_silence_and_high_in_speech(name: str, speaker: Speaker) -> None:
    activity = ACTIVITIES[name]()
    assert activity.probability(audio.silence(0.5)) < 0.1
    speech = speaker.says("Thanks for calling Northwind Outfitters")
    likely = [activity.probability(speech[start : start + 333]) for start in range(0, len(speech), 333)]
    assert max(likely) > 0.9
    assert activity.probability(audio.silence(1.0)) < 0.1


@pytest.mark.parametrize("name", ACTIVITIES)
def test_a_new_call_does_not_remember_the_last_one(name: str, speaker: Speaker) -> None:
    speech = speaker.says("Thanks for calling Northwind Outfitters")[8000:16000]

    def first_impression() -> float:
        return ACTIVITIES[name]().probability(speech)

    assert first_impression() == first_impression()


def test_every_engine_file_stands_in_a_table() -> None:
    folder = Path(ivr.speech.__file__).parent
    parts = {*ENGINES.values(), *VOICES.values(), *ACTIVITIES.values()}
    in_tables = {part.__module__.split(".")[-1] for part in parts}
    engines = {
        path.stem
        for pattern in ("*_ears.py", "*_voice.py", "*activity.py", "canned.py")
        for path in folder.glob(pattern)
    }
    assert engines - in_tables - {"canned"} == set(), "add a line to a table in ivr/speech/__init__.py"
