"""Messages that are left, looked at and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

from ivr.speech.canned import CannedEars, CannedRecognizer
from tests.voicemail.conftest import SPEECH
from voicemail.mailbox import Message
from voicemail.store import Voicemails


class Clock:
    """A clock that is set by hand."""

    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


class DeafEars(CannedEars):
    """Ears that fail every time."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.asked = 0

    def listen(self, phrases: object, *, rate_hz: int = 8000) -> CannedRecognizer:
        self.asked += 1
        raise self.error


def leave_message(store: Voicemails, call_id: str = "CA1") -> str:
    recording = store.start(call_id, "support", "+15035550199", 1000.0)
    recording.write(SPEECH)
    recording.finish("hangup")
    return recording.id


def look(store: Voicemails, voicemail_id: str) -> Message:
    message = store.message(voicemail_id)
    assert message is not None
    return message


def live(_call_id: str) -> bool:
    return True


def wait_for(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
