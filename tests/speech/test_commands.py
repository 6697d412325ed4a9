"""``ivr transcribe`` and ``ivr prompts render`` as somebody at a terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from ivr import audio
from ivr.commands.prompts import prompts
from ivr.commands.transcribe import transcribe
from ivr.flows.actions import Say
from ivr.speech import CannedVoice, PromptStore, VoskEars
from tests.speech.conftest import Speaker

ZIP = "nine four one zero seven"
DIGITS = "zero|one|two|three|four|five|six|seven|eight|nine"


def run_transcribe(ears: VoskEars, *arguments: object) -> Result:
    return CliRunner().invoke(transcribe, [str(argument) for argument in arguments], obj=SimpleNamespace(ears=ears))


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100])
@pytest.mark.parametrize("grammar", [(), ("--grammar", DIGITS)])
def test_a_wav_of_any_rate_is_transcribed(
    ears: VoskEars, speaker: Speaker, tmp_path: Path, rate_hz: int, grammar: tuple[str, ...]
) -> None:
    wav = tmp_path / "zip.wav"
    audio.write_wav(wav, audio.resample(speaker.says(ZIP), 8000, rate_hz), rate_hz)
    run = run_transcribe(ears, wav, *grammar, "--json")
    assert run.exit_code == 0, run.output
    (result,) = json.loads(run.stdout)
    assert result["text"] == ZIP
    assert result["rate_hz"] == min(16000, rate_hz)
    assert len(result["words"]) == 5
    assert all(0 <= word["confidence"] <= 1 for word in result["words"])
    assert result["words"][-1]["end_s"] <= result["length_s"] + 0.03  # the decoder counts in steps of 30 ms


def test_people_see_text_times_and_confidence(ears: VoskEars, speaker: Speaker, tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "zip.wav", speaker.says(ZIP))
    run = run_transcribe(ears, tmp_path / "zip.wav", "--grammar", DIGITS)
    assert ZIP in run.stdout
    assert "confidence" in run.stdout
    assert "seven" in run.stdout.splitlines()[-1]


def test_what_is_outside_the_grammar_stands_in_the_list_of_words(
    ears: VoskEars, speaker: Speaker, tmp_path: Path
) -> None:
    audio.write_wav(tmp_path / "zip.wav", speaker.says(ZIP))
    run = run_transcribe(ears, tmp_path / "zip.wav", "--grammar", "yes|no")
    assert "[unk]" in run.stdout.partition("from")[2], "not an empty cell"


def test_words_the_model_does_not_know_are_told(ears: VoskEars, speaker: Speaker, tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "yes.wav", speaker.says("yes"))
    run = run_transcribe(ears, tmp_path / "yes.wav", "--grammar", "yes|no|xyzzy")
    assert run.exit_code == 0
    assert "does not know xyzzy" in run.stderr


def test_one_bad_file_does_not_hide_the_others(ears: VoskEars, speaker: Speaker, tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "yes.wav", speaker.says("yes"))
    audio.write_wav(tmp_path / "empty.wav", b"")
    (tmp_path / "letter.wav").write_text("Dear Sir")
    names = ("missing.wav", "yes.wav", "empty.wav", "letter.wav", "")
    run = run_transcribe(ears, *(tmp_path / name for name in names), "--grammar", "yes|no")
    assert run.exit_code == 1
    assert "yes" in run.stdout
    for complaint in ("there is no file", "holds no sound", "not a sound file"):
        assert complaint in run.stderr
    assert "Traceback" not in run.output


def test_nothing_said_is_a_result_not_a_mistake(ears: VoskEars, tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "quiet.wav", audio.silence(1.0))
    run = run_transcribe(ears, tmp_path / "quiet.wav")
    assert run.exit_code == 0
    assert "(nothing heard)" in run.stdout


def test_without_a_file_the_usage_is_shown(ears: VoskEars) -> None:
    assert run_transcribe(ears).exit_code == 2


def test_without_a_model_the_remedy_is_named(tmp_path: Path) -> None:
    run = run_transcribe(VoskEars(tmp_path), tmp_path / "a.wav", "--grammar", "yes")
    assert run.exit_code == 1
    assert "ivr models pull" in run.stderr


def test_the_fixed_texts_are_rendered_once(tmp_path: Path) -> None:
    book = SimpleNamespace(static_prompts=lambda: [Say("Hello."), Say("Goodbye."), Say("Hello.")])
    parts = SimpleNamespace(book=book, prompts=PromptStore(CannedVoice(), tmp_path / "cache", tmp_path))
    first = CliRunner().invoke(prompts, ["render", "--json"], obj=parts)
    assert json.loads(first.stdout) == {"prompts": 2, "rendered": 2, "folder": str(tmp_path / "cache")}
    assert len(list((tmp_path / "cache").rglob("*.ulaw"))) == 2
    second = CliRunner().invoke(prompts, ["render"], obj=parts)
    assert second.stdout.startswith("2 prompts, 0 of them new")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    book = SimpleNamespace(static_prompts=lambda: [Say("Hello.")])
    parts = SimpleNamespace(book=book, prompts=PromptStore(CannedVoice(), tmp_path / "cache", tmp_path))
    run = CliRunner().invoke(prompts, ["render"], obj=parts)
    assert run.exit_code == 1
    assert "cannot be kept" in run.stderr
