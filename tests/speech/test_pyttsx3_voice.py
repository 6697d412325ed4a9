"""The guarded voice: many threads, crashes, hangs, and parents that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr import audio
from ivr.ports import OutsideError
from ivr.speech import Pyttsx3Voice, VoskEars, pyttsx3_voice
from ivr.speech.espeak_names import candidates
from tests.speech.conftest import Speaker

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own_voice() -> Iterator[Pyttsx3Voice]:
    voice = Pyttsx3Voice()
    yield voice
    voice.close()


def eventually(condition: Callable[[], bool], within_s: float = 60.0) -> bool:
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if condition():
            return True
        threading.Event().wait(0.02)
    return condition()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def worker_of(voice: Pyttsx3Voice) -> subprocess.Popen[bytes]:
    assert voice._worker is not None
    return voice._worker


def test_a_hundred_prompts_from_eight_threads_all_come_out_right(voice: Pyttsx3Voice) -> None:
    texts = [f"This is prompt number {number}." for number in range(100)]
    with ThreadPoolExecutor(8) as pool:
        prompts = list(pool.map(lambda text: voice.render(text, "en-US"), texts))
    assert all(1.0 < audio.mulaw_length_s(prompt) < 4.0 for prompt in prompts)
    assert len({len(prompt) for prompt in prompts}) > 20


def test_a_prompt_is_trimmed_and_as_loud_as_every_other(voice: Pyttsx3Voice) -> None:
    for text in ("Yes.", "To find a store, press 1. To track an order, press 2."):
        pcm = audio.mulaw_decode(voice.render(text, "en-US"))
        assert len(audio.trimmed(pcm, keep_s=0.05)) >= len(pcm) - 1600
        peak = max(abs(int.from_bytes(pcm[i : i + 2], "little", signed=True)) for i in range(0, len(pcm), 2))
        assert peak == pytest.approx(32768 * 10 ** (-6 / 20), rel=0.05)


def test_the_first_prompt_is_spoken_as_fast_as_the_second(own_voice: Pyttsx3Voice) -> None:
    first, second = (own_voice.render("Thanks for calling Northwind Outfitters.", "en-US") for _ in range(2))
    assert len(first) == pytest.approx(len(second), rel=0.02)


def test_the_recogniser_understands_the_voice(ears: VoskEars, speaker: Speaker) -> None:
    for language in ("en-US", "en-us+f3", "en-gb+m2"):
        recognizer = ears.listen(["find a store", "track an order", "leave a message"])
        recognizer.accept(speaker.says("track an order", language))
        assert recognizer.final().text == "track an order", language


def test_voices_differ(voice: Pyttsx3Voice) -> None:
    prompts = {voice.render("Hello and welcome.", language) for language in ("en-US", "en-us+f3", "en-gb+m2", "de")}
    assert len(prompts) == 4


def test_a_crash_of_the_worker_costs_no_prompt(own_voice: Pyttsx3Voice) -> None:
    own_voice.render("Hello.", "en-US")
    crashed = worker_of(own_voice)
    crashed.kill()
    assert audio.mulaw_length_s(own_voice.render("Hello again.", "en-US")) > 0.3
    assert worker_of(own_voice).pid != crashed.pid


def test_a_worker_that_hangs_is_replaced_by_the_command(
    own_voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_voice.render("Hello.", "en-US")
    monkeypatch.setattr(pyttsx3_voice, "_WATCHDOG_S", 0.5)
    hung = worker_of(own_voice).pid
    os.kill(hung, signal.SIGSTOP)
    assert audio.mulaw_length_s(own_voice.render("Hello again.", "en-US")) > 0.3
    assert not is_running(hung)


def test_without_pyttsx3_the_command_speaks(own_voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert audio.mulaw_length_s(own_voice.render("Hello again.", "en-US")) > 0.3


def test_without_any_espeak_the_operator_is_told(
    own_voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="is espeak-ng installed"):
        own_voice.render("Hello.", "en-US")


def test_where_the_system_has_no_espeak_the_wheel_speaks() -> None:
    voice = Pyttsx3Voice(library="wheel")
    try:
        assert audio.mulaw_length_s(voice.render("Hello there.", "en-US")) > 0.3
        libraries = Path(f"/proc/{worker_of(voice).pid}/maps").read_text()
        assert "espeakng_loader" in libraries
    finally:
        voice.close()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_is_left_when_its_parent_dies(ending: signal.Signals) -> None:
    code = (
        "import sys, time; from ivr.speech import Pyttsx3Voice; voice = Pyttsx3Voice();"
        "voice.render('Hello.', 'en-US'); print(voice._worker.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.send_signal(ending)
        parent.wait(60)
        assert eventually(lambda: not is_running(worker))


def test_closing_leaves_no_process_and_the_next_prompt_starts_one(own_voice: Pyttsx3Voice) -> None:
    own_voice.render("Hello.", "en-US")
    worker = worker_of(own_voice).pid
    own_voice.close()
    assert not is_running(worker)
    assert own_voice.render("Hello.", "en-US")


def test_secrets_of_the_service_do_not_reach_the_worker(
    own_voice: Pyttsx3Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "very-secret")
    own_voice.render("Hello.", "en-US")
    assert b"very-secret" not in Path(f"/proc/{worker_of(own_voice).pid}/environ").read_bytes()


def test_a_prompt_as_long_as_a_book_is_refused(voice: Pyttsx3Voice) -> None:
    with pytest.raises(OutsideError, match="too long"):
        voice.render("word " * 2000, "en-US")


def test_a_name_that_is_no_name_is_not_handed_on() -> None:
    for name in ("../x", "-w", "en us", "en;id", "en-US\n", "+f3", "", "e" * 40):
        assert candidates(name) == ("en-us",), name
