"""One line of the transcript of a call, and the names of who speaks in it."""

from __future__ import annotations

from dataclasses import dataclass

CALLER = "caller"
IVR = "ivr"

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the merged transcript.

    ``kind``: said (into a telephone), keyed, heard (recognised by the service), spoken (by the service), whispered (to
    an agent), note, trouble. ``at_s`` counts from the moment the call was answered; ``wall_s`` is when it was whole (a
    row of keys: the last key); ``latency_s`` is the time from the caller's last sound to the first sound of the answer;
    ``said`` is what was really said, for heard ones.
    """

    at_s: float
    wall_s: float
    who: str
    kind: str
    text: str
    step: str = ""
    confidence: float | None = None
    latency_s: float | None = None
    said: str = ""
