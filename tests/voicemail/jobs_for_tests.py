"""The job as the composition root makes it, for a worker in a test: where the mailbox is comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from ivr.records import Database
from ivr.speech.canned import CannedEars
from voicemail.jobs import transcribe as transcribe_message
from voicemail.store import Voicemails

RECORDS = "IVR_TEST_RECORDS"
PLACE = "RINGDOWN_TEST_MAILBOX"


def mailbox() -> tuple[Database, Voicemails]:
    place = Path(os.environ[PLACE])
    database = Database(os.environ[RECORDS])
    return database, Voicemails(database, place / "recordings", lambda _id: None)


def transcribe(voicemail_id: str) -> None:
    database, store = mailbox()
    transcribe_message(voicemail_id, store, CannedEars(["please call me back"]))
    database.close()
