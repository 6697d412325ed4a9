"""Who is on the floor: places of callers, agents, and the rings between them. They change; the floor owns them."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ivr.agents.floor.rules import Need, Queue

Waiting: TypeAlias = "tuple[int, float, int, Place]"
"""Priority (negative), since when, number: the order of waiting. The number is nobody else's."""
Idle: TypeAlias = "tuple[int, float, int, Agent]"
"""Level (negative; 0 where it does not matter), since when, number: the order of being rung."""


@dataclass(slots=True, eq=False)
class Line:
    """Places that ask the same, and the agents who can give it. A place may stand in several lines."""

    name: str
    queue: str
    need: Need
    best_skilled: bool = False
    waiting: list[Waiting] = field(default_factory=list)
    idle: list[Idle] = field(default_factory=list)
    staff: dict[str, Agent] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Measured:
    """What a queue's calls are like: sums in which older calls count less and less."""

    served: float = 0.0
    handled_s: float = 0.0
    left: float = 0.0
    waited_s: float = 0.0


@dataclass(slots=True, eq=False)
class QueueState:
    """A queue: its rules, its own line first and the ones it overflows to, and how many wait.

    ``crowded_s`` says for each overflow when too many waited last: whoever had joined by then stands there too.
    """

    rules: Queue
    lines: list[Line] = field(default_factory=list)
    is_open: bool = True
    may_call_back: bool = True
    waiting: int = 0
    crowded_s: list[float] = field(default_factory=list)
    measured: Measured = field(default_factory=Measured)


@dataclass(slots=True, eq=False)
class Agent:
    """``state``: available, ringing, on call, wrap-up, break or offline. ``after`` is wanted when the call is over.

    ``engaged`` is what an agent on a call without a ``place`` is needed for: another call than those of the queues;
    ``unwritten_s`` the rest of a wrap-up that it broke off.
    """

    id: str
    number: int
    skills: dict[str, int]
    queues: tuple[str, ...] = ()
    site: str = ""
    state: str = "offline"
    reason: str = ""
    since_s: float = 0.0
    until_s: float = 0.0
    missed: int = 0
    after: tuple[str, str] = ("available", "")
    place: str = ""
    engaged: str = ""
    unwritten_s: float = 0.0
    lines: list[tuple[int, Line]] = field(default_factory=list)

    @property
    def is_staff(self) -> bool:
        """Whether callers may count on them: somebody on a break comes back."""
        return self.state != "offline" and not (self.state == "break" and self.reason == MISSED_CALLS)


MISSED_CALLS = "missed calls"
"""The reason of a break that an agent did not ask for."""


@dataclass(slots=True, eq=False)
class Place:
    """A place in line. ``state``: waiting, held (not to be called yet), ringing, calling or talking.

    ``entry`` is its order of waiting, which never changes; ``stage`` how many of the queue's lines it stands in.
    ``on_line_s`` is since when somebody waits on the phone; ``began_s`` when the agent was rung who took the place.
    """

    id: str
    queue: str
    caller: str
    is_callback: bool = False
    state: str = "waiting"
    entry: Waiting = field(init=False)
    stage: int = 1
    ring: int = 0
    agent: str = ""
    attempts: int = 0
    until_s: float = 0.0
    began_s: float = 0.0
    on_line_s: float = 0.0
    declined: list[str] = field(default_factory=list)

    @property
    def joined_s(self) -> float:
        """Since when the place is waited for, whatever happened since."""
        return self.entry[1]


class Past(NamedTuple):
    """What became of a place, and when; ``entry`` is how it stood, None when it never did."""

    outcome: str
    at_s: float
    queue: str = ""
    entry: tuple[int, float] | None = None


@dataclass(slots=True, eq=False)
class Ring:
    """An agent is being asked to take a place. ``until_s`` is when the ring counts as lost or missed."""

    number: int
    agent: str
    place: str
    began_s: float
    until_s: float
    is_heard: bool = False


def put(entries: list[Waiting], entry: Waiting) -> None:
    """Put an entry where it belongs; the newest mostly belongs at the end."""
    if not entries or entries[-1] < entry:
        entries.append(entry)
    else:
        insort(entries, entry)


def take(entries: list[Waiting], entry: Waiting) -> None:
    """Take an entry out, if it is there."""
    at = bisect_left(entries, entry)
    if at < len(entries) and entries[at] is entry:
        del entries[at]


def put_idle(line: Line, level: int, agent: Agent) -> None:
    """The agent can be rung for this line."""
    entry = (-level if line.best_skilled else 0, agent.since_s, agent.number, agent)
    if not line.idle or line.idle[-1] < entry:
        line.idle.append(entry)
    else:
        insort(line.idle, entry)


def take_idle(line: Line, level: int, agent: Agent) -> None:
    """The agent cannot be rung for this line any more."""
    entry = (-level if line.best_skilled else 0, agent.since_s, agent.number, agent)
    at = bisect_left(line.idle, entry)
    if at < len(line.idle) and line.idle[at][3] is agent:
        del line.idle[at]
