"""Digits of real people are joined, counted by speaker, and really heard through a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ivr import audio
from ivr.benchmarks.digits import Taken, digits, figures, measure
from ivr.benchmarks.recordings import Recording, Said, recordings, single_words, zip_codes
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import DIGITS
from ivr.ports import OutsideError
from ivr.speech import Pyttsx3Voice


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings as people have them; the speaker here is the product's own voice."""
    made = tmp_path_factory.mktemp("recordings")
    voice, lines = Pyttsx3Voice(), []
    try:
        for word in (*DIGITS, "yes"):
            audio.write_wav(made / f"{word}.wav", audio.mulaw_decode(voice.render(word, "en-us")))
            lines.append({"file": f"{word}.wav", "text": word, "speaker": "one", "corpus": "made"})
    finally:
        voice.close()
    lines += [{"file": "four.wav", "text": "four", "speaker": "", "corpus": "made"}]
    lines += [{"file": "hiss.wav", "text": "", "speaker": "", "corpus": "made"}]
    (made / "index.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return made


def test_noise_is_no_recording_and_who_has_no_name_is_called_after_the_corpus(folder: Path) -> None:
    listed = recordings(folder)
    assert len(listed) == 12
    assert {one.speaker for one in listed} == {"one", "made"}
    assert [one.value for one in single_words(listed) if one.speaker == "made"] == ["4"]


def test_only_who_said_every_digit_says_zip_codes_and_the_same_each_time(folder: Path) -> None:
    listed = recordings(folder)
    said = list(zip_codes(listed, 3))
    assert {one.speaker for one in said} == {"one"}
    assert [one.value for one in said] == [one.value for one in zip_codes(listed, 3)]
    assert len({one.value for one in said}) == 3
    for one in said:
        assert [DIGITS[int(digit)] for digit in one.value] == one.text.split() == [part.text for part in one.parts]
        longest_s = sum(audio.pcm_length_s(part.pcm()) for part in one.parts) + sum(one.gaps_s)
        assert audio.pcm_length_s(one.pcm()) == pytest.approx(longest_s, abs=0.01)


def taken(speaker: str, value: str, heard: str) -> Taken:
    part = Recording(Path("it.wav"), "one", speaker)
    return Taken(Said("zip", speaker, "", value, (part,)), heard, "")


def named(some: Sequence[Taken]) -> dict[str, tuple[float, int]]:
    return {figure.what: (figure.value, figure.n) for figure in figures(some)}


def test_speakers_of_few_answers_are_counted_together() -> None:
    one = [taken("one", "94107", "94107")] * 9 + [taken("one", "94107", "")]
    others = [taken("two", "10001", "10001"), taken("three", "10001", "10002")]
    found = named([*one, *others])
    assert found["ZIP codes, one"] == (90.0, 10)
    assert found["ZIP codes, 2 others"] == (50.0, 2)
    assert found["ZIP codes, all speakers"][0] == pytest.approx(100 * 10 / 12)


def test_a_digit_that_is_wrong_or_missing_is_one_wrong_digit() -> None:
    assert named([taken("one", "94107", "94101"), taken("one", "94107", "9410")])["  their digits"] == (80.0, 10)


def test_an_answer_of_a_recording_reaches_the_record_of_its_call(folder: Path, setting: Setting) -> None:
    said = next(one for one in single_words(recordings(folder)) if one.value == "yes")
    (one,) = measure(setting, [said])
    assert one.value == "yes"
    assert one.bare == "yes"


def test_without_recordings_nothing_is_measured(setting: Setting) -> None:
    with pytest.raises(OutsideError, match="--speech"):
        digits(replace(setting, speech=None))
