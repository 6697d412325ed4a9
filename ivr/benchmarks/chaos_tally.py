"""What callers of the benchmark ``chaos`` met with: how long they waited, where calls went on, what they left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

ANSWER_WITHIN_S = 15.0
"""The carrier waits for an answer no longer."""


@dataclass(slots=True)
class Visit:
    """One call: what was keyed, and which messages were left."""

    call_id: str
    keyed: Mapping[str, str]
    finished: bool = False
    """The caller heard the end of it, and had not hung up before."""
    told: list[str] = field(default_factory=list)
    """The carrier's names of its recordings of this call."""
    spoken: int = 0
    """How often the caller said a whole message on our socket."""


@dataclass(slots=True)
class Tally:
    """Of all calls together."""

    visits: list[Visit] = field(default_factory=list)
    calls: int = 0
    waits_s: list[float] = field(default_factory=list)
    """From each request of the carrier to a valid document, all its repeats and the fallback within."""
    gaps_s: list[float] = field(default_factory=list)
    """From an answer, or from the break of a socket, to the question that followed."""
    unanswered: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """Questions by where they stand against the one before: next, same, previous."""
    astray: list[str] = field(default_factory=list)
    """Calls that went on anywhere else, or were given up."""
    fell_back: int = 0
    hung_up: int = 0
    untold: int = 0
    """Recordings that the carrier gave up telling of."""
    sockets: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    def waited(self, call_id: str, what: str, wait_s: float) -> None:
        """A valid answer came after ``wait_s``."""
        self.waits_s.append(wait_s)
        if wait_s > ANSWER_WITHIN_S:
            self.unanswered.append(f"{call_id}: {what} was answered after {wait_s:.1f} s")
