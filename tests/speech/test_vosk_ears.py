"""The real recogniser on spoken sound."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr import audio
from ivr.ports import Hearing, OutsideError
from ivr.speech import VoskEars
from ivr.speech.vosk_ears import VoskRecognizer, _best_of
from tests.speech.conftest import MODEL, Speaker

DIGITS = ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ZIP = "nine four one zero seven"


def hear(ears: VoskEars, pcm: bytes, phrases: Sequence[str] | None, rate_hz: int = 8000, piece: int = 320) -> Hearing:
    recognizer = ears.listen(phrases, rate_hz=rate_hz)
    for start in range(0, len(pcm), piece):
        recognizer.accept(pcm[start : start + piece])
    return recognizer.final()


def test_a_spoken_zip_is_heard_with_times_and_confidence(ears: VoskEars, speaker: Speaker) -> None:
    heard = hear(ears, speaker.says(ZIP), DIGITS)
    assert heard.text == ZIP
    assert heard.confidence > 0.8
    assert [word.text for word in heard.words] == ZIP.split()
    assert heard.words[0].start_s >= 0.1


def test_the_same_is_heard_at_16_khz_and_freely(ears: VoskEars, speaker: Speaker) -> None:
    wide = audio.resample(speaker.says(ZIP), 8000, 16000)
    assert hear(ears, wide, DIGITS, rate_hz=16000).text == ZIP
    assert hear(ears, speaker.says(ZIP), None).text == ZIP


@pytest.mark.parametrize("piece", [1, 37, 321, 10**6])
def test_how_the_sound_is_cut_does_not_matter_much(ears: VoskEars, speaker: Speaker, piece: int) -> None:
    assert hear(ears, speaker.says(ZIP), DIGITS, piece=piece).text == ZIP


def test_words_outside_the_grammar_are_marked_not_forced(ears: VoskEars, speaker: Speaker) -> None:
    assert "[unk]" in hear(ears, speaker.says("can I talk to a person please"), ["yes", "no"]).text


def test_unknown_words_are_named_and_left_out(ears: VoskEars, speaker: Speaker) -> None:
    assert ears.unknown(["Find a store", "xyzzy plugh!", "XYZZY"]) == ("xyzzy", "plugh")
    assert ears.knows("store")
    assert not ears.knows("xyzzy")
    assert hear(ears, speaker.says("find a store"), ["find a store xyzzy", "plugh"]).text == "find a store"


def test_a_word_the_model_does_not_know_is_heard_by_words_that_sound_the_same(ears: VoskEars, speaker: Speaker) -> None:
    assert not ears.knows("northwind")
    assert ears.stand_in("northwind") == ("north", "wind")
    assert ears.stand_in("store") == ears.stand_in("xyzzy") == ()
    heard = hear(ears, speaker.says("talk to northwind"), ["talk to northwind", "find a store"])
    assert heard.text == "talk to northwind"
    assert [word.text for word in heard.words] == heard.text.split()
    both = hear(ears, speaker.says("north wind"), ["north wind", "northwind"])
    assert both.text == "north wind"


def test_a_partial_comes_before_the_end(ears: VoskEars, speaker: Speaker) -> None:
    recognizer = ears.listen(DIGITS)
    recognizer.accept(speaker.says(ZIP)[:-4000])
    assert recognizer.partial().startswith("nine four one")


def test_a_long_pause_inside_keeps_the_words_before_it(ears: VoskEars, speaker: Speaker) -> None:
    noise = audio.mulaw_decode(bytes([0xFF, 0x7E, 0xFE, 0xFF]) * 6000)  # 3 s of a quiet line
    heard = hear(ears, speaker.says("nine four one") + noise + speaker.says("zero seven"), DIGITS)
    assert heard.text.replace("[unk]", "").split() == ZIP.split()
    assert heard.words[-1].start_s > 4


class _ForgetfulDecoder:
    """Vosk as it sometimes is: the words were in the partial result and are gone at the end."""

    def AcceptWaveform(self, _pcm: bytes) -> int:  # noqa: N802 - the package's own name
        return 0

    def PartialResult(self) -> str:  # noqa: N802
        return '{"partial": "track an order"}'

    def FinalResult(self) -> str:  # noqa: N802
        return '{"alternatives": [{"text": "", "confidence": 44.0}]}'


def test_an_empty_end_falls_back_on_what_was_heard_on_the_way() -> None:
    recognizer = VoskRecognizer(_ForgetfulDecoder(), 8000)
    recognizer.accept(audio.silence(0.1))
    heard = recognizer.final()
    assert heard.text == "track an order"
    assert 0 < heard.confidence < 0.5


def test_a_word_that_half_of_the_readings_doubt_is_half_sure() -> None:
    word = {"word": "go", "start": 0.1, "end": 0.4}
    heard = _best_of(
        [
            {"confidence": 60.0, "text": "go", "result": [word]},
            {"confidence": 60.0, "text": "no", "result": [{**word, "word": "no"}]},
        ]
    )
    assert heard.confidence == pytest.approx(0.5)
    assert heard.alternatives == ("no",)


def test_many_threads_on_one_model_hear_what_one_would(speaker: Speaker) -> None:
    ears = VoskEars(MODEL)
    phrases = ["yes", "find a store", "one two three", ZIP]
    sounds = [speaker.says(text) for text in phrases]
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda sound: hear(ears, sound, phrases), sounds * 4))
    alone = [hear(ears, sound, phrases) for sound in sounds]
    assert at_once == alone * 4
    assert len({heard.text for heard in alone}) == 4


def test_a_missing_model_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match=r"nowhere holds no speech model.*ivr models pull"):
        VoskEars(tmp_path / "nowhere").listen(None)


def test_a_broken_model_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "am").mkdir()
    (tmp_path / "conf").mkdir()
    (tmp_path / "am" / "final.mdl").write_bytes(b"not a model")
    with pytest.raises(OutsideError, match="cannot be loaded"):
        VoskEars(tmp_path).listen(None)
