"""What can happen to a transfer, and what can be done about it. ``ivr.agents.routing`` decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CallerWaits:
    """The caller is in the room."""

    at_s: float


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened but time: look for lost legs."""

    at_s: float


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The carrier rings the agent of ``attempt`` with the call ``sid``."""

    at_s: float
    attempt: int
    sid: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The agent's phone was picked up (by somebody or something)."""

    at_s: float
    attempt: int
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The agent takes the caller."""

    at_s: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The agent is in the room with the caller."""

    at_s: float
    attempt: int


@dataclass(frozen=True, slots=True)
class Declined:
    """The agent does not take the caller."""

    at_s: float
    attempt: int


@dataclass(frozen=True, slots=True)
class LegEnded:
    """The agent's leg is over; ``status`` is the carrier's busy, no-answer, failed, canceled or completed."""

    at_s: float
    attempt: int
    status: str


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The caller is not in the room any more."""

    at_s: float


@dataclass(frozen=True, slots=True)
class CallerBack:
    """The caller is back in the flow, for whatever reason; what has not happened by now will not."""

    at_s: float


Input: TypeAlias = (
    CallerWaits
    | TimePassed
    | LegRinging
    | LegAnswered
    | Accepted
    | Joined
    | Declined
    | LegEnded
    | CallerLeft
    | CallerBack
)


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring ``agent``; its answers carry ``attempt``."""

    agent: str
    attempt: int


@dataclass(frozen=True, slots=True)
class EndLeg:
    """Hang up on an agent; an empty ``sid`` is a leg nobody knows the call of (it is refused when it answers)."""

    attempt: int
    sid: str


@dataclass(frozen=True, slots=True)
class BringCallerBack:
    """Nobody takes the caller: back to the flow with ``reason``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The transfer is over, one way or the other."""


Command: TypeAlias = RingAgent | EndLeg | BringCallerBack | Done
