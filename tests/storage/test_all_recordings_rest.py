"""Greetings of owners and what agents recorded of calls rest sealed as messages do, and are heard as before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import Parts
from ivr import audio
from ivr.settings import Settings
from tests.conftest import MONDAY_NOON, ROOT, SHARED, put_tables

SPEECH = audio.tone([300.0], 1.0)


@pytest.fixture
def sealing(tmp_path: Path) -> Iterator[Parts]:
    """Parts of an installation with encryption at rest."""
    environment = {
        **SHARED,
        "IVR_DATA": str(tmp_path),
        "SECRET_KEY": "made up",
        "IVR_RECORDING_KEYS": "a-long-enough-secret",
    }
    put_tables(tmp_path / "ringdown.db")
    parts = Parts(Settings.from_env(environment, ROOT), lambda: MONDAY_NOON)
    yield parts
    parts.database.close()


def left(parts: Parts, folder: str) -> list[str]:
    return sorted(path.name for path in (parts.settings.data / folder).iterdir())


@pytest.mark.parametrize("way", ["spoken to us", "recorded by the carrier"])
def test_a_greeting_is_sealed_once_it_is_complete_and_callers_hear_it(sealing: Parts, way: str) -> None:
    if way == "spoken to us":
        writer = sealing.greetings.start("CA1", "greeting:support", "+1", 1.0)
        writer.write(SPEECH)
        lengths = (writer.finish("key"), writer.finish("key"))
        assert lengths == (1.0, 1.0)
        greeting = writer.id
    else:
        greeting = sealing.greetings.keep("CA1", "greeting:support", "+1", 1.0, audio.wav_bytes(SPEECH), "RE1")
    assert left(sealing, "greetings") == [f"{greeting}.wav"]
    sealing.delivery.run_due()
    assert left(sealing, "greetings") == [f"{greeting}.wav.sealed"]
    assert SPEECH not in (sealing.settings.data / "greetings" / f"{greeting}.wav.sealed").read_bytes()
    assert sealing.sounds(sealing.sounds.of_greeting(greeting)) == audio.mulaw_encode(SPEECH)
    assert sealing.outbox.open(10) == []


def test_what_an_agent_recorded_is_sealed_heard_and_deleted_wherever_it_lies(sealing: Parts) -> None:
    recordings, wav = sealing.call_recordings, audio.wav_bytes(SPEECH)
    recording = recordings.keep("CA1", "", "", 560.0, wav)
    sealing.delivery.run_due()
    assert left(sealing, "call-recordings") == [f"{recording}.wav.sealed"]
    assert recordings.keep("CA1", "", "", 560.0, wav) == recording
    sealing.delivery.run_due()
    assert left(sealing, "call-recordings") == [f"{recording}.wav.sealed"], "a repeat is sealed as well"
    path = recordings.audio_path(recording)
    assert path is not None
    assert path.read_bytes() == wav
    assert list(recordings.forget(MONDAY_NOON))
    assert (left(sealing, "call-recordings"), left(sealing, "laid-out")) == ([], [])
    assert recordings.audio_path(recording) is None


def test_what_is_deleted_before_it_settled_does_not_come_back(sealing: Parts) -> None:
    recording = sealing.call_recordings.keep("CA1", "", "", 560.0, audio.wav_bytes(SPEECH))
    sealing.call_recordings.delete(recording)
    sealing.delivery.run_due()
    assert left(sealing, "call-recordings") == []
    assert sealing.outbox.open(10) == []
