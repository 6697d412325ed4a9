"""A floor with three queues that overflow into each other, and everything that can happen to it by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import strategies as st

from ivr.agents.floor import Floor, advance
from ivr.agents.floor.commands import Command
from ivr.agents.floor.events import (
    Accepted,
    AgentIs,
    AgentSet,
    Answered,
    CallbackAnswered,
    CallbackAsked,
    CallbackCancelled,
    CallbackFailed,
    CallbackNow,
    Declined,
    Disengaged,
    Dropped,
    Ended,
    Engaged,
    Event,
    Joined,
    Left,
    Missed,
    QueueHours,
    QueueSet,
    RingHeard,
    TimePassed,
)
from ivr.agents.floor.rules import Need, Overflow, Queue

SALES = Queue(
    "sales",
    Need((("sales", 2),)),
    wrap_up_s=15,
    overflow=(Overflow(need=Need((("sales", 1),)), after_s=60), Overflow("support", over_waiting=3)),
    max_waiting=6,
    max_wait_s=600,
    missed_rings=2,
    best_skilled=True,
    callback_first="caller",
    callback_attempts=2,
)
SUPPORT = Queue("support", Need((("support", 1),)), priority=1, max_wait_s=900, callback_attempts=2)
BILLING = Queue("billing", Need((("sales", 1), ("support", 1)), ("north",)), overflow=(Overflow("sales", after_s=30),))
QUEUES = (SALES, SUPPORT, BILLING)
AGENTS = (
    ("ann", {"sales": 3}, "north"),
    ("bob", {"sales": 1, "support": 2}, "south"),
    ("cleo", {"support": 1}, "north"),
    ("dan", {"sales": 2}, "south"),
)
OPENING: tuple[Event, ...] = (
    *(QueueSet(0, queue) for queue in QUEUES),
    *(AgentSet(0, name, skills, (), site) for name, skills, site in AGENTS),
    *(AgentIs(0, name, "available") for name, *_ in AGENTS[:3]),
)

Chance = tuple[str, int, int, int]
"""What happens, to which, in which way, and how much later (a negative time is an event that was under way)."""

KINDS = (
    *["join"] * 8,
    *["accept"] * 4,
    *["end"] * 3,
    *["heard", "answer", "decline", "miss", "miss", "leave", "leave", "pass", "pass", "drop"],
    *["available", "available", "available", "break", "offline", "ask", "ask", "ask", "answered", "answered", "failed"],
    *["cancel", "now", "web", "hours", "rules", "skills"],
    *["engage", "engage", "disengage"],
)

OF_RINGS: dict[str, Callable[[float, int], Event]] = {
    "accept": Accepted,
    "heard": RingHeard,
    "answer": Answered,
    "decline": Declined,
    "miss": Missed,
}
OF_PLACES: dict[str, Callable[[float, str], Event]] = {
    "leave": Left,
    "end": Ended,
    "drop": Dropped,
    "answered": CallbackAnswered,
    "failed": CallbackFailed,
    "cancel": CallbackCancelled,
    "now": CallbackNow,
}
LATER_S = (-5, 0, 0, 0, 1, 5, 20, 70, 320)


def busy_day(seed: int) -> list[Chance]:
    """Many things in a row: a list that is drawn one by one is mostly a short one."""
    chance = Random(seed)
    return [
        (chance.choice(KINDS), chance.randint(0, 11), chance.randint(0, 3), chance.choice(LATER_S)) for _ in range(80)
    ]


chances = st.one_of(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 11), st.integers(0, 3), st.sampled_from(LATER_S))),
    st.builds(busy_day, st.integers(0, 10**6)),
)


@dataclass
class World:
    """A floor, and what was asked of it so far."""

    floor: Floor = field(default_factory=Floor)
    joined: dict[str, tuple[float, int]] = field(default_factory=dict)
    told: list[Command] = field(default_factory=list)

    def __post_init__(self) -> None:
        for event in OPENING:
            self.take(event)

    def take(self, event: Event) -> list[Command]:
        if isinstance(event, Joined):
            self.joined.setdefault(event.place, (event.at_s, event.priority))
        elif isinstance(event, CallbackAsked):
            self.joined.setdefault(event.place, (event.joined_s, event.priority))
        commands = advance(self.floor, event)
        self.told += commands
        return commands

    def event(self, chance: Chance) -> Event:
        """What the chance means as things stand now."""
        what, which, way, later_s = chance
        at_s = max(self.floor.now_s + later_s, 0.0)
        place, agent, queue = f"p{which}", AGENTS[way][0], QUEUES[which % 3]
        caller = f"+1555000{which % 5}"
        rings = list(self.floor.rings) or [which]
        ring = rings[which % len(rings)] if which < 10 else self.floor.number - which
        match what:
            case "join" | "web":
                new = f"p{len(self.joined)}" if way else place
                return Joined(at_s, new, queue.name, caller, way // 3, is_callback=what == "web")
            case "ask":
                joined_s, priority = self.joined.get(place, (at_s, 0))
                return CallbackAsked(at_s, place, queue.name, caller, joined_s, priority)
            case "available" | "break" | "offline":
                return AgentIs(at_s, agent, what, "lunch" if what == "break" else "")
            case "hours":
                return QueueHours(at_s, queue.name, way > 0, way > 1)
            case "rules":
                return QueueSet(at_s, replace(queue, wrap_up_s=way * 5.0))
            case "skills":
                return AgentSet(at_s, agent, {"sales": which % 4, "support": which % 2}, (), "north")
            case "engage" | "disengage":
                by = f"room {which % 2}"
                return Engaged(at_s, agent, by, 60.0) if what == "engage" else Disengaged(at_s, agent, by)
            case "pass":
                return TimePassed(at_s)
            case _ if what in OF_RINGS:
                return OF_RINGS[what](at_s, ring)
            case _:
                return OF_PLACES[what](at_s, place)
