"""A caller speaks a message: it is on disk as it is spoken and survives the death of whoever writes it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr import audio
from ivr.ports import OutsideError
from ivr.records import Database
from tests.voicemail.conftest import SPEECH
from voicemail.mailbox import Message, State
from voicemail.recovery import recover
from voicemail.sound_file import HEADER, SoundFile, being_written, mend
from voicemail.store import Voicemails

FRAME = 320  # 20 ms


def frames(pcm: bytes) -> list[bytes]:
    return [pcm[start : start + FRAME] for start in range(0, len(pcm), FRAME)]


def sound_of(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        return bytes(file.readframes(file.getnframes()))


def only(store: Voicemails) -> Message:
    (message,) = store.messages()
    return message


def dead(_call_id: str) -> bool:
    return False


def age(store: Voicemails, seconds: float) -> None:
    for message in store.under_way():
        then = time.time() - seconds
        os.utime(store.path(message), (then, then))


def test_a_message_is_kept_whole_and_goes_to_be_transcribed(store: Voicemails, queue: list[str]) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    for frame in frames(SPEECH):
        recording.write(frame)
    assert recording.finish("key") == pytest.approx(2.0)
    assert recording.finish("hangup") == pytest.approx(2.0)
    message = only(store)
    assert (message.state, message.ended_by, message.caller) == (State.RECORDED, "key", "+15035550199")
    assert sound_of(store.path(message)) == SPEECH
    assert queue == [recording.id]


def test_the_record_is_there_before_the_first_sound_and_the_file_is_readable_all_along(store: Voicemails) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    message = only(store)
    assert (message.id, message.state) == (recording.id, State.RECORDING)
    written = b""
    for frame in frames(SPEECH)[:10]:
        recording.write(frame)
        written += frame
        assert sound_of(store.path(message)) == written
    recording.finish("hangup")


@pytest.mark.parametrize("sound", [b"", SPEECH[: 2 * 3900], audio.silence(3.0)], ids=["nothing", "a blip", "silence"])
def test_a_caller_who_says_nothing_leaves_no_message(store: Voicemails, queue: list[str], sound: bytes) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(sound)
    assert recording.finish("hangup") == 0.0
    assert store.messages() == []
    assert queue == []
    recover(store, dead)
    kept = store.message(recording.id)
    assert kept is not None
    assert kept.state is State.EMPTY


def test_sound_that_comes_after_the_end_is_not_kept(store: Voicemails) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(SPEECH)
    recording.finish("key")
    recording.write(SPEECH)
    assert sound_of(store.path(only(store))) == SPEECH


def test_a_queue_that_is_down_does_not_harm_the_message(database: Database, tmp_path: Path) -> None:
    asked: list[str] = []

    def down(voicemail_id: str) -> None:
        asked.append(voicemail_id)
        if len(asked) == 1:
            raise OutsideError("Redis does not answer", retry=True)

    store = Voicemails(database, tmp_path / "recordings", down)
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(SPEECH)
    assert recording.finish("hangup") == pytest.approx(2.0)
    recover(store, dead)
    assert asked == [recording.id, recording.id]


def test_a_disk_that_takes_nothing_is_told_and_leaves_no_message(database: Database, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file where the folder should be")
    store = Voicemails(database, tmp_path / "recordings", list[str]().append)
    with pytest.raises(OutsideError, match="Cannot record"):
        store.start("CA1", "support", "+15035550199", 1000.0)
    assert store.messages() == []
    assert store.under_way() == []


def test_pages_are_told_of_every_change(database: Database, tmp_path: Path) -> None:
    told: list[str] = []
    store = Voicemails(
        database, tmp_path / "r", list[str]().append, lambda topic, data: told.append(f"{topic} {data['state']}")
    )
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(SPEECH)
    recording.finish("hangup")
    assert told == ["voicemail recording", "voicemail recorded"]


# --- a recording of the carrier ---------------------------------------------------------------------------------


def test_the_carriers_recording_is_kept_once_however_often_it_is_delivered(store: Voicemails, queue: list[str]) -> None:
    wav = audio.wav_bytes(SPEECH)
    ids: set[str] = set()
    together = threading.Barrier(4)

    def deliver() -> None:
        together.wait()
        ids.add(store.keep("CA1", "support", "+15035550199", 1000.0, wav))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    message = only(store)
    assert ids == {message.id}
    assert queue == [message.id]
    assert sound_of(store.path(message)) == SPEECH
    assert store.keep("CA2", "support", "+15035550199", 1000.0, wav) != message.id
    assert len(list(store.path(message).parent.iterdir())) == 2


def test_a_recording_that_is_not_sound_is_refused(store: Voicemails) -> None:
    with pytest.raises(OutsideError, match="not sound"):
        store.keep("CA1", "support", "+15035550199", 1000.0, b"<html>sorry</html>")
    assert store.messages() == []


# --- death in the middle ----------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from ivr import audio
from ivr.records import Database
from voicemail.store import Voicemails
store = Voicemails(Database(sys.argv[1]), Path(sys.argv[2]), print)
recording = store.start("CA1", "support", "+15035550199", 1000.0)
speech = audio.tone([300.0], 2.0)
while True:
    for start in range(0, len(speech), 320):
        recording.write(speech[start : start + 320])
        sys.stdout.write("."); sys.stdout.flush()
"""


def test_a_writer_killed_in_the_middle_leaves_the_sound_up_to_then_exactly_once(
    store: Voicemails, database: Database, tmp_path: Path, queue: list[str]
) -> None:
    url = database.engine.url.render_as_string()
    command = [sys.executable, "-c", WRITER, url, str(tmp_path / "recordings")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as writer:  # noqa: S603
        assert writer.stdout is not None
        confirmed = len(writer.stdout.read(130))
        age(store, 30.0)
        recover(store, dead)
        assert only(store).state is State.RECORDING, "a living writer was taken for dead"
        writer.kill()
        confirmed += len(writer.stdout.read())
    age(store, 30.0)
    recover(store, dead)
    recover(store, dead)
    message = only(store)
    assert (message.state, message.ended_by) == (State.RECORDED, "interrupted")
    kept = sound_of(store.path(message))
    spoken = SPEECH * (len(kept) // len(SPEECH) + 1)
    assert kept == spoken[: len(kept)]
    assert 0 <= len(kept) - confirmed * FRAME <= FRAME
    assert message.duration_s == pytest.approx(len(kept) / 16000)
    assert set(queue) == {message.id}


def test_a_recording_is_left_alone_while_it_is_written(store: Voicemails) -> None:
    recording = store.start("CA1", "support", "+15035550199", 1000.0)
    recording.write(SPEECH)
    age(store, 50.0)
    recover(store, dead)
    age(store, 5000.0)
    recover(store, lambda call_id: call_id == "CA1")
    assert only(store).state is State.RECORDING
    recover(store, dead)
    assert only(store).state is State.RECORDED
    assert recording.finish("hangup") == pytest.approx(2.0)
    assert only(store).ended_by == "interrupted"


def test_a_record_whose_file_was_never_made_ends_empty(store: Voicemails) -> None:
    recording = store.start("CA1", "support", "+15035550199", time.time() - 300.0)
    recording._sound.close()
    store.path(only(store)).unlink()
    recover(store, dead)
    assert store.messages() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(pieces=st.lists(st.binary(max_size=400), max_size=8), torn=st.integers(0, 60))
def test_a_file_torn_anywhere_is_mended_without_losing_a_whole_sample(
    tmp_path: Path, pieces: list[bytes], torn: int
) -> None:
    path = tmp_path / "torn.wav"
    path.unlink(missing_ok=True)
    sound = SoundFile(path)
    for piece in pieces:
        sound.append(piece)
    assert being_written(path)
    sound.close()
    assert not being_written(path)
    whole = path.read_bytes()
    left = whole[: max(0, len(whole) - torn)]
    path.write_bytes(left)
    mend(path)
    pcm = b"".join(pieces)
    expected = pcm[: max(0, len(left) - HEADER.size) // 2 * 2]
    assert sound_of(path) == expected
    assert audio.read_audio(path) == expected
