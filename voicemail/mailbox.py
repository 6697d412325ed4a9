"""What a voicemail is and how its life goes, as plain values.

::

    recording -> recorded -> transcribing -> transcribed
        |           ^  |           |
        v           |  v           v
      empty         +- - - - -  (again)  -> failed
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from ivr.flows.events import Word
from voicemail.readable import readable

RETRIES = 3
"""How often a failed transcription is tried again before it counts as failed."""

SHORTEST_S = 0.5
"""Less than this is somebody hanging up, not a message."""

QUIET_DB = -50.0
"""A recording nowhere louder is silence: below speech, above the noise of a telephone line. A guess: measure."""


class State(StrEnum):
    """Where a message is in its life."""

    RECORDING = "recording"
    RECORDED = "recorded"
    TRANSCRIBING = "transcribing"
    TRANSCRIBED = "transcribed"
    FAILED = "failed"
    EMPTY = "empty"


class Status(StrEnum):
    """Where people are with a message."""

    NEW = "new"
    READ = "read"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Message:
    """One voicemail. ``reason`` says why the transcription failed (latest try); ``tries`` counts its tries.

    ``progress`` is the share of it that has been written down, from 0 to 1, while that is done.

    ``status``, ``urgent`` and ``assignee`` are what people make of it; a caller can mark it urgent, too.
    ``caller_name``, ``topic`` and ``number_named`` are picked out of the words by the machine.
    """

    id: str
    call_id: str
    mailbox: str
    caller: str
    at_s: float
    state: State
    duration_s: float = 0.0
    ended_by: str = ""
    text: str = ""
    confidence: float = 0.0
    words: tuple[Word, ...] = ()
    reason: str = ""
    tries: int = 0
    next_s: float = 0.0
    progress: float = 0.0
    status: Status = Status.NEW
    urgent: bool = False
    assignee: str = ""
    caller_name: str = ""
    topic: str = ""
    number_named: str = ""

    @property
    def file(self) -> str:
        """The name of its sound in the folder of recordings."""
        return f"{self.id}.wav"


def message_to_json(message: Message) -> dict[str, Any]:
    """The message as JSON-able data for people and machines.

    ``readable`` is made of the words by rules, by the machine; ``text`` is what was heard.
    """
    data = asdict(message)
    data["file"] = message.file
    del data["next_s"]
    data["readable"] = readable(message.words, message.caller_name)
    return data


def after_failure(tries: int, retry: bool) -> State:
    """Where a message goes whose transcription failed for the ``tries``-th time."""
    return State.RECORDED if retry and tries <= RETRIES else State.FAILED


def pause_s(tries: int) -> float:
    """How long to wait after the ``tries``-th failure: 15 s, 30 s, 60 s, so a short outage uses no try up.

    >>> [pause_s(tries) for tries in (1, 2, 3)]
    [15.0, 30.0, 60.0]
    """
    return 15.0 * 2.0 ** (tries - 1)
