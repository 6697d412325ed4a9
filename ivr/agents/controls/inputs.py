"""What can happen in a caller's room, and what can be done about it. ``ivr.agents.controls.room`` decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Asked:
    """A person wants something done: ``do`` is one of ``ivr.agents.controls.asking.WORDS``.

    ``by`` is who asks (an agent's id), ``to`` whom it is about; ``names`` are those to ring for ``to``, in order,
    ``note`` is what they are told besides.
    """

    at_s: float
    do: str
    by: str
    to: str = ""
    names: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """The carrier rings person ``number`` with the call ``sid``."""

    at_s: float
    number: int
    sid: str


@dataclass(frozen=True, slots=True)
class Entered:
    """The call ``sid`` is in the room."""

    at_s: float
    sid: str


@dataclass(frozen=True, slots=True)
class Left:
    """The call ``sid`` is not in the room any more, and never will be again."""

    at_s: float
    sid: str


@dataclass(frozen=True, slots=True)
class RingEnded:
    """The leg of person ``number`` is over; ``sid`` when it is known."""

    at_s: float
    number: int
    sid: str = ""


@dataclass(frozen=True, slots=True)
class RoomEnded:
    """Nobody is in the room any more: the carrier has closed it, or the caller was sent elsewhere."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Recording:
    """The carrier records under ``sid``."""

    at_s: float
    sid: str


@dataclass(frozen=True, slots=True)
class Carried:
    """All that was to be done after the revision ``after``, up to ``revision``, has been done."""

    at_s: float
    revision: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing happened but time: look for what was lost."""

    at_s: float


Input: TypeAlias = Asked | Ringing | Entered | Left | RingEnded | RoomEnded | Recording | Carried | TimePassed


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring ``who``; what becomes of it carries ``number``."""

    number: int
    who: str


@dataclass(frozen=True, slots=True)
class Adjust:
    """Change how the call ``sid`` takes part; None leaves something as it is.

    ``coaches`` is the call that alone hears it (empty: everybody does). With ``ends`` the room ends when this call
    leaves it: then the carrier sends the caller on, even when we are gone.
    """

    sid: str
    held: bool | None = None
    muted: bool | None = None
    coaches: str | None = None
    ends: bool | None = None


@dataclass(frozen=True, slots=True)
class EndLeg:
    """Hang up on ``sid``; an empty one is a leg nobody knows the call of (it is refused when it answers)."""

    number: int
    sid: str


@dataclass(frozen=True, slots=True)
class BringCallerBack:
    """Send the caller back to the flow, if they are still in the room."""


@dataclass(frozen=True, slots=True)
class Record:
    """Begin to record what the caller says and hears; with a ``sid`` go on with that recording."""

    sid: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Record silence until further notice: something secret is said."""

    sid: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End the recording: what the caller says from here on is not said to an agent."""

    sid: str


Command: TypeAlias = Ring | Adjust | EndLeg | BringCallerBack | Record | Pause | Stop
