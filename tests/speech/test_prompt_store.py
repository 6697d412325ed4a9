"""Prompts: made once, kept well, and never read from outside their folder."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr import audio
from ivr.flows.actions import Play, Say
from ivr.ports import OutsideError
from ivr.speech import CannedVoice, PromptStore, Pyttsx3Voice

WELCOME = Say("Thanks for calling Northwind Outfitters.")


class CountingVoice(CannedVoice):
    """The canned voice, with a note of what it was asked for; ``broken`` after the installation went wrong."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self.broken = False
        self._lock = threading.Lock()

    def render(self, text: str, language: str) -> bytes:
        if self.broken:
            raise OutsideError("no voice", retry=False)
        with self._lock:
            self.rendered.append(text)
        return super().render(text, language)


def a_store(tmp_path: Path, voice: CountingVoice, memory_bytes: int = 10**6) -> PromptStore:
    (tmp_path / "prompts").mkdir(exist_ok=True)
    return PromptStore(voice, tmp_path / "cache", tmp_path / "prompts", memory_bytes=memory_bytes)


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_the_same_text_is_rendered_once(tmp_path: Path) -> None:
    voice = CountingVoice()
    store = a_store(tmp_path, voice)
    assert store.audio(WELCOME) == store.audio(WELCOME) == CannedVoice().render(WELCOME.text, "en-US")
    assert voice.rendered == [WELCOME.text]


def test_many_callers_at_once_share_one_rendering(tmp_path: Path) -> None:
    voice = CountingVoice()
    store = a_store(tmp_path, voice)
    says = [Say(f"Prompt {number % 5}.") for number in range(100)]
    with ThreadPoolExecutor(8) as pool:
        prompts = list(pool.map(store.audio, says))
    assert sorted(voice.rendered) == [f"Prompt {number}." for number in range(5)]
    assert len(set(prompts)) == 5
    assert store._turns._busy == {}


def test_what_is_rendered_ahead_needs_no_voice_later(tmp_path: Path) -> None:
    assert list(a_store(tmp_path, CountingVoice()).render_ahead([WELCOME, WELCOME])) == [True, False]
    broken = CountingVoice()
    broken.broken = True
    assert a_store(tmp_path, broken).audio(WELCOME) == CannedVoice().render(WELCOME.text, "en-US")
    with pytest.raises(OutsideError, match="no voice"):
        a_store(tmp_path, broken).audio(Say("Never rendered."))


def test_what_comes_up_in_a_call_is_not_left_on_disk(tmp_path: Path) -> None:
    store = a_store(tmp_path, CountingVoice())
    store.audio(Say("Your card number is 4 1 1 1."))
    assert files(tmp_path) == []
    list(store.render_ahead([WELCOME]))
    assert [path.suffix for path in files(tmp_path)] == [".ulaw"]


def test_a_text_said_in_a_call_before_can_still_be_rendered_ahead(tmp_path: Path) -> None:
    store = a_store(tmp_path, CountingVoice())
    store.audio(WELCOME)
    assert list(store.render_ahead([WELCOME])) == [True]
    assert len(files(tmp_path)) == 1


def test_language_and_voice_make_another_prompt(tmp_path: Path) -> None:
    voice = CountingVoice()
    store = a_store(tmp_path, voice)
    list(store.render_ahead([WELCOME, Say(WELCOME.text, "en-GB")]))
    voice.version = "canned-2"
    list(store.render_ahead([WELCOME]))
    assert len(files(tmp_path)) == 3


def test_a_file_emptied_by_a_power_cut_is_rendered_again(tmp_path: Path) -> None:
    voice = CountingVoice()
    list(a_store(tmp_path, voice).render_ahead([WELCOME]))
    files(tmp_path)[0].write_bytes(b"")
    assert len(a_store(tmp_path, voice).audio(WELCOME)) > 1000


def test_memory_is_bounded_and_the_last_used_stay(tmp_path: Path) -> None:
    voice = CountingVoice()
    store = a_store(tmp_path, voice, memory_bytes=3 * len(CannedVoice().render("Prompt 0.", "en-US")))
    for number in (0, 1, 2, 0, 3, 0, 1):
        store.audio(Say(f"Prompt {number}."))
    assert voice.rendered == ["Prompt 0.", "Prompt 1.", "Prompt 2.", "Prompt 3.", "Prompt 1."]


def test_a_folder_that_cannot_be_written_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    store = a_store(tmp_path, CountingVoice())
    with pytest.raises(OutsideError, match="cannot be kept"):
        list(store.render_ahead([WELCOME]))
    assert store.audio(WELCOME)


def test_a_recorded_prompt_plays_and_a_new_take_is_noticed(tmp_path: Path) -> None:
    store = a_store(tmp_path, CountingVoice())
    audio.write_wav(tmp_path / "prompts" / "welcome.wav", audio.tone([440], 0.5))
    assert audio.mulaw_length_s(store.audio(Play("welcome.wav"))) == 0.5
    (tmp_path / "prompts" / "welcome.wav").unlink()
    audio.write_wav(tmp_path / "prompts" / "welcome.wav", audio.tone([440], 0.75))
    assert audio.mulaw_length_s(store.audio(Play("welcome.wav"))) == 0.75


@pytest.mark.parametrize(
    "name", ["../secret.wav", "/etc/passwd", "link.wav", "", ".", "missing.wav", "a\0b", "x" * 5000]
)
def test_nothing_outside_the_prompts_folder_is_played(tmp_path: Path, name: str) -> None:
    store = a_store(tmp_path, CountingVoice())
    audio.write_wav(tmp_path / "secret.wav", audio.beep())
    (tmp_path / "prompts" / "link.wav").symlink_to(tmp_path / "secret.wav")
    with pytest.raises(OutsideError, match="no recorded prompt"):
        store.audio(Play(name))


def test_a_recorded_prompt_that_is_no_sound_is_named(tmp_path: Path) -> None:
    store = a_store(tmp_path, CountingVoice())
    (tmp_path / "prompts" / "notes.wav").write_text("not sound")
    with pytest.raises(OutsideError, match=r"notes\.wav"):
        store.audio(Play("notes.wav"))


def test_the_real_voice_fills_the_store(tmp_path: Path, voice: Pyttsx3Voice) -> None:
    store = PromptStore(voice, tmp_path / "cache", tmp_path)
    assert audio.mulaw_length_s(store.audio(WELCOME)) > 1.5
