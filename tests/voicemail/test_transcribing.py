"""A message is written down once, whatever fails, runs twice or dies on the way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr import audio
from ivr.flows.events import Word
from ivr.ports import Hearing, OutsideError
from ivr.records import Database
from ivr.speech.canned import CannedEars, CannedRecognizer
from tests.voicemail.leaving import Clock, DeafEars, leave_message, live, look
from voicemail.jobs import transcribe
from voicemail.mailbox import State
from voicemail.recovery import recover
from voicemail.rows import LEASE_S
from voicemail.store import Voicemails


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: Database, tmp_path: Path, queue: list[str], clock: Clock) -> Voicemails:
    return Voicemails(database, tmp_path / "recordings", queue.append, clock=clock)


@pytest.fixture
def recorded(store: Voicemails) -> str:
    return leave_message(store)


def test_a_transcript_has_its_words_with_times_and_confidence(store: Voicemails, recorded: str) -> None:
    transcribe(recorded, store, CannedEars(["please call me back"]))
    message = look(store, recorded)
    assert (message.state, message.text, message.reason) == (State.TRANSCRIBED, "please call me back", "")
    assert message.words[1] == Word("call", 0.3, 0.6, 1.0)
    assert message.confidence == 1.0


def test_a_second_run_changes_nothing(store: Voicemails, recorded: str) -> None:
    ears = CannedEars(["first", "second"])
    transcribe(recorded, store, ears)
    transcribe(recorded, store, ears)
    transcribe("VMunknown", store, ears)
    message = look(store, recorded)
    assert (message.text, message.tries) == ("first", 1)


def test_of_two_jobs_at_once_one_listens(store: Voicemails, recorded: str) -> None:
    ears = CannedEars(["first", "second"])
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        transcribe(recorded, store, ears)

    jobs = [threading.Thread(target=run) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    message = look(store, recorded)
    assert (message.text, message.tries) == ("first", 1)
    assert ears.next_line() == "second"


def test_how_far_it_is_can_be_seen_meanwhile(store: Voicemails, recorded: str) -> None:
    seen: list[float] = []

    class Watching(CannedRecognizer):
        """Looks at the message whenever it hears more of it."""

        def accept(self, pcm: bytes) -> None:
            seen.append(look(store, recorded).progress)
            super().accept(pcm)

    class Watched(CannedEars):
        """Ears of such recognisers."""

        def listen(self, phrases: Sequence[str] | None, *, rate_hz: int = 8000) -> CannedRecognizer:
            return Watching(self, None)

    transcribe(recorded, store, Watched(["hello"]), told_every_s=0.0)
    assert seen == [0.0, 0.5]
    assert look(store, recorded).text == "hello"


def test_a_job_that_was_given_up_for_dead_does_not_overwrite_the_one_that_took_over(
    store: Voicemails, recorded: str, clock: Clock
) -> None:
    slow = store.claim(recorded)
    assert slow is not None
    clock.now_s += LEASE_S + 1
    recover(store, live)
    transcribe(recorded, store, CannedEars(["the quick one"]))
    assert not store.still_mine(slow)
    assert not store.transcribed(slow, Hearing("the slow one"))
    assert not store.failed(slow, "too slow", retry=True)
    assert look(store, recorded).text == "the quick one"


def test_a_failure_is_tried_again_three_times_and_then_shows_its_reason(
    store: Voicemails, recorded: str, clock: Clock, queue: list[str]
) -> None:
    ears = DeafEars(RuntimeError("the decoder broke"))
    transcribe(recorded, store, ears)
    assert look(store, recorded).state is State.RECORDED
    for _ in range(10):
        queue.clear()
        transcribe(recorded, store, ears)  # too early: the pause is not over
        clock.now_s += 61
        recover(store, live)
        for voicemail_id in queue:
            transcribe(voicemail_id, store, ears)
    message = look(store, recorded)
    assert (message.state, message.reason) == (State.FAILED, "RuntimeError: the decoder broke")
    assert ears.asked == 4
    assert queue == []


def test_a_failure_that_cannot_mend_itself_is_not_tried_again_until_somebody_asks(
    store: Voicemails, recorded: str, queue: list[str]
) -> None:
    transcribe(recorded, store, DeafEars(OutsideError("there is no speech model", retry=False)))
    message = look(store, recorded)
    assert (message.state, message.reason) == (State.FAILED, "there is no speech model")
    queue.clear()
    assert store.try_again(recorded)
    assert not store.try_again(recorded)
    assert queue == [recorded]
    transcribe(recorded, store, CannedEars(["now it works"]))
    assert look(store, recorded).text == "now it works"


def test_a_message_that_kills_its_transcriber_every_time_ends_failed(
    store: Voicemails, recorded: str, clock: Clock, queue: list[str]
) -> None:
    while look(store, recorded).state is not State.FAILED:
        claimed = store.claim(recorded)
        assert claimed is not None
        assert claimed.tries <= 4
        clock.now_s += LEASE_S + 1
        recover(store, live)
    assert "process ended" in look(store, recorded).reason


def test_sound_that_is_gone_is_named(store: Voicemails, recorded: str, tmp_path: Path) -> None:
    store.path(look(store, recorded)).unlink()
    transcribe(recorded, store, CannedEars(["?"]))
    assert "there is no file" in look(store, recorded).reason


def test_long_sound_is_heard_to_its_end(store: Voicemails) -> None:
    heard = bytearray()

    class Recorder(CannedRecognizer):
        def accept(self, pcm: bytes) -> None:
            heard.extend(pcm)
            super().accept(pcm)

    class RecordingEars(CannedEars):
        def listen(self, phrases: object, *, rate_hz: int = 8000) -> CannedRecognizer:
            assert phrases is None
            return Recorder(self, None)

    sound = audio.tone([300.0], 7.3)
    wav = audio.wav_bytes(sound)
    transcribe(store.keep("CA1", "support", "+15035550199", 1.0, wav), store, RecordingEars(["long"]))
    assert bytes(heard) == sound
