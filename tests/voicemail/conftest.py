"""A mailbox on a real database, with a queue that only remembers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import audio
from ivr.records import Database
from voicemail.store import Voicemails

SPEECH = audio.tone([300.0], 2.0)
"""Loud enough to be a message."""


@pytest.fixture
def queue() -> list[str]:
    return []


@pytest.fixture
def store(database: Database, tmp_path: Path, queue: list[str]) -> Voicemails:
    return Voicemails(database, tmp_path / "recordings", queue.append)
