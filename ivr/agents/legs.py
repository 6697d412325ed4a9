"""One attempt to reach one agent, and what its end says about the transfer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LIVE = frozenset({"asked", "ringing", "answered"})
"""The agent may still take the caller."""

REASONS = ("declined", "no answer", "busy", "failed")
"""Why a leg came to nothing, the most telling first: what a person decided outweighs what a phone did."""

GONE = frozenset(REASONS)

_REASON_OF_STATUS = {
    "busy": "busy",
    "no-answer": "no answer",
    "canceled": "no answer",
    "failed": "failed",
    "completed": "declined",  # picked up, then hung up without taking the caller
}


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg to ``agent``. ``status`` is asked, ringing, answered, accepted or one of ``REASONS``.

    ``asked`` means written down but not known to ring: the process may have died in between. ``ring`` is the floor's
    number of it, 0 where nobody waits in line.
    """

    agent: str
    rang_s: float
    status: str = "asked"
    sid: str = ""
    ring: int = 0


def reason_of(status: str) -> str:
    """Why a leg came to nothing, from the carrier's word for it; unknown words count as a failure.

    >>> reason_of("no-answer"), reason_of("completed"), reason_of("exploded")
    ('no answer', 'declined', 'failed')
    """
    return _REASON_OF_STATUS.get(status, "failed")


def most_telling(legs: Iterable[Leg]) -> str:
    """The reason to give when nobody took the caller; ``no answer`` when nobody was even asked.

    >>> most_telling([Leg("ann", 0, "failed"), Leg("bob", 0, "declined")])
    'declined'
    >>> most_telling([])
    'no answer'
    """
    heard = {leg.status for leg in legs}
    return next((reason for reason in REASONS if reason in heard), "no answer")
