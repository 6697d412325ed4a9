"""What is to be done. A command may be carried out twice: it names its ring or place, and later answers carry it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class RingAgent(NamedTuple):
    """Ring ``agent`` for ``place``."""

    ring: int
    agent: str
    place: str


class StopRinging(NamedTuple):
    """The agent is not to be rung any more."""

    ring: int
    agent: str
    place: str


class CallBack(NamedTuple):
    """Call the person of ``place``; ``agent`` is kept for them. ``attempt`` counts the calls to this person."""

    place: str
    agent: str
    attempt: int


class StopCalling(NamedTuple):
    """The person of ``place`` is not to be called any more."""

    place: str


class Exit(NamedTuple):
    """The caller goes back to the flow: ``closed full nobody declined waited failed``.

    A callback is ``given up`` or ``cancelled``; for ``later``, who was called in vain is to be let go for now.
    """

    place: str
    reason: str


class Tell(NamedTuple):
    """Tell the agent what was done about them."""

    agent: str
    what: str


Command: TypeAlias = RingAgent | StopRinging | CallBack | StopCalling | Exit | Tell
