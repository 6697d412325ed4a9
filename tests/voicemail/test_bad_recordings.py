"""Recordings that are nothing, cut off, of another rate or very long, and a disk that is full: nothing is lost."""

from __future__ import annotations

import resource
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ivr import audio
from ivr.channels.carriers.canned import CannedCarrier
from ivr.ports import OutsideError, message_id
from ivr.records import Database
from ivr.records.to_fetch import ToFetch
from ivr.speech.canned import CannedEars
from tests.voicemail.conftest import SPEECH
from tests.voicemail.leaving import Clock, leave_message, look
from voicemail.fetching import LONGEST_PAUSE_S, MESSAGES, Fetching
from voicemail.jobs import transcribe
from voicemail.mailbox import State
from voicemail.store import Voicemails

URL = "https://api.example/2010-04-01/Accounts/AC0/Recordings/RE1"


@contextmanager
def full_disk(takes_bytes: int) -> Iterator[None]:
    """No file grows beyond ``takes_bytes``, as when the disk is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (takes_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("wav", [b"", b"RIFF", b"<html>not found</html>"])
def test_what_is_no_sound_is_no_message_and_says_so(store: Voicemails, wav: bytes) -> None:
    with pytest.raises(OutsideError, match="is not sound"):
        store.keep("CA1", "support", "+1", 1.0, wav, "RE1")
    assert store.messages() == []


def test_a_recording_that_was_cut_off_is_kept_as_far_as_it_goes(store: Voicemails) -> None:
    whole = audio.wav_bytes(SPEECH)
    kept = look(store, store.keep("CA1", "support", "+1", 1.0, whole[: len(whole) // 2], "RE1"))
    assert kept.duration_s == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("rate_hz", [16000, 44100])
def test_a_recording_of_another_rate_is_kept_at_ours(store: Voicemails, rate_hz: int) -> None:
    wav = audio.wav_bytes(audio.tone([300.0], 2.0, rate_hz=rate_hz), rate_hz)
    kept = look(store, store.keep("CA1", "support", "+1", 1.0, wav, "RE1"))
    assert audio.rate_of(store.path(kept)) == audio.RATE_HZ
    assert kept.duration_s == pytest.approx(2.0, abs=0.01)


def test_three_hours_are_kept_and_written_down(store: Voicemails) -> None:
    pcm = SPEECH * 5400
    kept = look(store, store.keep("CA1", "support", "+1", 1.0, audio.wav_bytes(pcm), "RE1"))
    assert kept.duration_s == 3 * 3600.0
    transcribe(kept.id, store, CannedEars(["please call me back"]))
    assert look(store, kept.id).state is State.TRANSCRIBED


def test_a_file_that_was_spoilt_fails_with_its_reason_and_the_next_one_goes_on(store: Voicemails) -> None:
    ids = [leave_message(store, f"CA{number}") for number in range(3)]
    store.path(look(store, ids[0])).write_bytes(b"")
    header = audio.wav_bytes(SPEECH)[:40] + struct.pack("<I", 2**31)
    store.path(look(store, ids[1])).write_bytes(header)
    for one in ids:
        transcribe(one, store, CannedEars(["please call me back"]))
    assert "not a sound file" in look(store, ids[0]).reason
    assert look(store, ids[2]).state is State.TRANSCRIBED


def test_a_full_disk_leaves_the_message_with_the_carrier_until_there_is_room(
    store: Voicemails, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    # The wish to delete it at the carrier waits as well: only what is here, and whole, is deleted there.
    carrier, clock, jobs = CannedCarrier(), Clock(), list[str]()
    deleted: list[str] = []

    def delete(_recording_id: str, url: str) -> None:
        deleted.append(url)

    carrier.sounds[URL] = audio.wav_bytes(SPEECH)
    fetching = Fetching(ToFetch(lambda: database, MESSAGES), carrier, store, jobs.append, clock, delete)
    fetching.note("CA1", "support", "+15035550199", URL)
    store.messages()  # the database has its files before the disk is full
    with full_disk(8000):
        fetching.fetch(jobs.pop())
    assert (store.messages(), len(ToFetch(lambda: database, MESSAGES).all()), deleted) == ([], 1, [])
    assert "Cannot write the recording" in caplog.text
    clock.now_s += LONGEST_PAUSE_S
    fetching.enqueue_due()
    fetching.fetch(jobs.pop())
    assert [message.id for message in store.messages()] == [message_id("CA1", "RE1")]
    assert (len(ToFetch(lambda: database, MESSAGES).all()), deleted) == (0, [URL])
