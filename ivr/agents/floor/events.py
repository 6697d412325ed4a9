"""What can happen on the floor. Named tuples: they are made by the thousand, and written down as lists.

Every event may come twice, late or out of order: what does not fit any more changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ivr.agents.floor.rules import Queue, queue_from_json, queue_to_json


class QueueSet(NamedTuple):
    """A queue has these rules from now on."""

    at_s: float
    rules: Queue


class QueueHours(NamedTuple):
    """Whether callers may join a queue, and whether people may be called back now (quiet hours)."""

    at_s: float
    queue: str
    is_open: bool
    may_call_back: bool


class AgentSet(NamedTuple):
    """An agent can do this. ``queues`` limits what the skills would allow; none named: all."""

    at_s: float
    agent: str
    skills: Mapping[str, int]
    queues: Sequence[str] = ()
    site: str = ""


class AgentIs(NamedTuple):
    """An agent wants to be ``available``, on ``break`` or ``offline``; on a call it counts from the call's end."""

    at_s: float
    agent: str
    state: str
    reason: str = ""


class Engaged(NamedTuple):
    """Somebody else needs the agent: for a caller who asked for them, or a colleague. ``by`` says for what."""

    at_s: float
    agent: str
    by: str
    for_s: float
    reason: str = ""


class Disengaged(NamedTuple):
    """The agent is needed no more for what they were needed ``by``."""

    at_s: float
    agent: str
    by: str


class Joined(NamedTuple):
    """A caller waits, or is to be called back (``is_callback``: asked for on a web page or in a flow)."""

    at_s: float
    place: str
    queue: str
    caller: str = ""
    priority: int = 0
    is_callback: bool = False


class Left(NamedTuple):
    """The caller hung up. Who asked to be called back keeps the place."""

    at_s: float
    place: str


class CallbackAsked(NamedTuple):
    """A waiting caller wants to be called back: the place stays as old as ``joined_s``."""

    at_s: float
    place: str
    queue: str
    caller: str
    joined_s: float
    priority: int = 0


class CallbackCancelled(NamedTuple):
    """Nobody needs to be called back any more."""

    at_s: float
    place: str


class CallbackNow(NamedTuple):
    """Somebody who is to be called back later is to be called in their turn from now on."""

    at_s: float
    place: str


class CallbackAnswered(NamedTuple):
    """The person who was called back is on the line."""

    at_s: float
    place: str


class CallbackFailed(NamedTuple):
    """The person who was called back could not be had."""

    at_s: float
    place: str


class Numbered(NamedTuple):
    """The next ring has the number after this one: a floor that is made anew goes on with rings that are under way."""

    at_s: float
    number: int


class RingHeard(NamedTuple):
    """The carrier rings the agent."""

    at_s: float
    ring: int


class Answered(NamedTuple):
    """The agent's phone was picked up; the agent is being asked."""

    at_s: float
    ring: int


class Accepted(NamedTuple):
    """The agent takes the caller."""

    at_s: float
    ring: int


class Declined(NamedTuple):
    """The agent does not take this caller."""

    at_s: float
    ring: int


class Missed(NamedTuple):
    """The agent's phone was not answered, busy or not to be reached."""

    at_s: float
    ring: int


class Dropped(NamedTuple):
    """The agent is gone while the caller is still there: the caller stands where they stood."""

    at_s: float
    place: str


class Ended(NamedTuple):
    """The call is over."""

    at_s: float
    place: str


class TimePassed(NamedTuple):
    """Nothing happened but time."""

    at_s: float


Event: TypeAlias = (
    QueueSet
    | QueueHours
    | AgentSet
    | AgentIs
    | Engaged
    | Disengaged
    | Joined
    | Left
    | CallbackAsked
    | CallbackCancelled
    | CallbackNow
    | CallbackAnswered
    | CallbackFailed
    | Numbered
    | RingHeard
    | Answered
    | Accepted
    | Declined
    | Missed
    | Dropped
    | Ended
    | TimePassed
)

EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        QueueSet,
        QueueHours,
        AgentSet,
        AgentIs,
        Engaged,
        Disengaged,
        Joined,
        Left,
        CallbackAsked,
        CallbackCancelled,
        CallbackNow,
        CallbackAnswered,
        CallbackFailed,
        Numbered,
        RingHeard,
        Answered,
        Accepted,
        Declined,
        Missed,
        Dropped,
        Ended,
        TimePassed,
    )
}


def event_to_json(event: Event) -> list[Any]:
    """The name of the event and its fields."""
    if isinstance(event, QueueSet):
        return ["QueueSet", event.at_s, queue_to_json(event.rules)]
    return [type(event).__name__, *event]


def event_from_json(data: Sequence[Any]) -> Event:
    """The inverse of :func:`event_to_json`."""
    name, *fields = data
    if name == "QueueSet":
        return QueueSet(fields[0], queue_from_json(fields[1]))
    made: Event = EVENTS[name](*fields)
    return made
