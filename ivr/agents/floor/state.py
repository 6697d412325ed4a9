"""The floor and the moves that everything on it is made of: stand in line, be rung, be free, be gone.

The floor is changed in place: with a thousand agents and a thousand callers, copying costs more than deciding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappush
from typing import TypeAlias

from ivr.agents.floor.commands import CallBack, Command, Exit, RingAgent, StopCalling, StopRinging
from ivr.agents.floor.people import (
    Agent,
    Line,
    Past,
    Place,
    QueueState,
    Ring,
    Waiting,
    put,
    put_idle,
    take,
    take_idle,
)
from ivr.agents.floor.rules import NEVER_S

DIAL_S = 10.0
"""A ring of which nothing was heard after this long was lost with its process. A guess: measure."""
ASK_S = 40.0
"""From picking up to an answer of the agent: two whispers of 8 s patience each, and their words. A guess: measure."""
CALL_S = 60.0
"""How long a person who is called back may take to answer. A guess: measure."""
TALK_S = 4 * 3600.0
"""The carrier's longest call: an agent is kept no longer when no end is ever told."""
REMEMBER_S = 4 * 3600.0
"""How long it is known what became of a place, for events that come late."""
MEMORY = 0.998
"""What a call counts after the next one: about the last 500 calls make the figures."""

PLACE, RING, AGENT = 0, 1, 2
"""What is due, in this order at the same moment: places stand where they belong before anybody is free for them."""
Due: TypeAlias = "tuple[float, int, int | str]"


@dataclass(slots=True, eq=False)
class Floor:
    """Everybody who waits and everybody who works. ``over`` is what became of places, and when."""

    now_s: float = 0.0
    number: int = 0
    queues: dict[str, QueueState] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    rings: dict[int, Ring] = field(default_factory=dict)
    callbacks: dict[tuple[str, str], str] = field(default_factory=dict)
    over: dict[str, Past] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def next_number(self) -> int:
        self.number += 1
        return self.number


# --- places ---------------------------------------------------------------------------------------------------------


def lines_of(floor: Floor, place: Place) -> list[Line]:
    """The lines that the place stands in when it waits."""
    return floor.queues[place.queue].lines[: place.stage]


def line_up(floor: Floor, place: Place) -> None:
    """The place waits for an agent, in its order; somebody who is free is rung at once."""
    queue = floor.queues[place.queue]
    if place.is_callback and not (queue.may_call_back and place.until_s <= floor.now_s):
        place.state = "held"
        return
    place.state = "waiting"
    if queue.rules.overflow:
        place.stage = stage_of(floor, queue, place)
    lines = queue.lines[: place.stage]
    for line in lines:
        for idle in line.idle:
            if idle[3].id not in place.declined:
                ring(floor, place, idle[3])
                return
    for line in lines:
        put(line.waiting, place.entry)


def wait_on(floor: Floor, place: Place) -> None:
    """The place was nearly taken: it stands in line again, as old as ever, unless it has waited long enough."""
    if not place.is_callback and place.on_line_s + floor.queues[place.queue].rules.max_wait_s <= floor.now_s:
        place.state = "ringing"
        turn_away(floor, place, "waited")
        return
    line_up(floor, place)
    if place.state != "ringing":
        set_due_of_place(floor, place)


def stage_of(floor: Floor, queue: QueueState, place: Place) -> int:
    """In how many of the queue's lines the place stands: never in fewer than before."""
    stage = place.stage
    for number, (overflow, crowded_s) in enumerate(zip(queue.rules.overflow, queue.crowded_s, strict=True), start=2):
        if place.joined_s + overflow.after_s <= floor.now_s or place.joined_s <= crowded_s:
            stage = max(stage, number)
    return stage


def step_out(floor: Floor, place: Place) -> None:
    """The place is in no line any more."""
    for line in lines_of(floor, place):
        take(line.waiting, place.entry)


def set_due_of_place(floor: Floor, place: Place) -> None:
    """When to look at a place that waits: it may overflow, or has waited too long."""
    queue = floor.queues[place.queue]
    if not place.is_callback:
        heappush(floor.due, (place.on_line_s + queue.rules.max_wait_s, PLACE, place.id))
    for overflow in queue.rules.overflow:
        heappush(floor.due, (place.joined_s + overflow.after_s, PLACE, place.id))
    if place.until_s > floor.now_s:
        heappush(floor.due, (place.until_s, PLACE, place.id))


def forget(floor: Floor, place: Place, outcome: str) -> None:
    """The place is gone for good. It must be in no line and have no ring."""
    del floor.places[place.id]
    remember(floor, place.id, Past(outcome, floor.now_s, place.queue, place.entry[:2]))
    if place.is_callback and floor.callbacks.get((place.queue, place.caller)) == place.id:
        del floor.callbacks[place.queue, place.caller]
    place.state = "gone"
    del place.entry  # place and entry hold each other: thousands of them would wait for the collector


def remember(floor: Floor, place_id: str, past: Past) -> None:
    """What became of a place, unless it is known; what is known too long is forgotten, the oldest stands first."""
    over = floor.over
    over.setdefault(place_id, past)
    oldest_s = floor.now_s - REMEMBER_S
    while over[name := next(iter(over))].at_s < oldest_s:
        del over[name]


def leave(floor: Floor, place: Place, outcome: str) -> None:
    """The place goes, unless its call is taken: an agent who was to take it is set free."""
    measured = floor.queues[place.queue].measured
    if place.state == "waiting":
        step_out(floor, place)
    floor.queues[place.queue].waiting -= 1
    if not place.is_callback:
        measured.left += outcome == "left"
        measured.waited_s += floor.now_s - place.on_line_s
    if place.state == "calling":
        floor.commands.append(StopCalling(place.id))
    ringing = floor.rings.pop(place.ring, None)
    is_rung = ringing is not None and place.state == "ringing"
    agent = floor.agents.get(place.agent)
    forget(floor, place, outcome)
    if ringing is not None and is_rung:
        floor.commands.append(StopRinging(ringing.number, ringing.agent, place.id))
    if agent is not None and agent.place == place.id:
        let_go(floor, agent, agent.since_s)


def turn_away(floor: Floor, place: Place, reason: str) -> None:
    """The place goes with a word to its caller; who was called back and finds nobody is called again."""
    if place.attempts and not place.is_callback:
        reason = _after_a_call(floor, place)
    if reason == "later":
        call_later(floor, place)
    else:
        leave(floor, place, reason)
    floor.commands.append(Exit(place.id, reason))


def _after_a_call(floor: Floor, place: Place) -> str:
    """What becomes of a promise whose person was on the line in vain."""
    if (place.queue, place.caller) in floor.callbacks:  # promised once more meanwhile
        return "cancelled"
    return "later" if place.attempts < floor.queues[place.queue].rules.callback_attempts else "given up"


def call_later(floor: Floor, place: Place) -> None:
    """The promise is not kept yet: they are called in a while, as old as before, and everybody is asked anew."""
    if place.state == "waiting":
        step_out(floor, place)
    place.is_callback = True
    if place.caller:
        floor.callbacks[place.queue, place.caller] = place.id
    place.declined.clear()
    place.state, place.until_s = "held", floor.now_s + floor.queues[place.queue].rules.callback_again_s
    heappush(floor.due, (place.until_s, PLACE, place.id))


# --- rings ----------------------------------------------------------------------------------------------------------


def ring(floor: Floor, place: Place, agent: Agent) -> None:
    """It is this place's and this agent's turn. The place is in no line; the agent in no list of idle ones."""
    for level, line in agent.lines:
        take_idle(line, level, agent)
    floor.number = number = floor.number + 1
    rules = floor.queues[place.queue].rules
    place.ring, place.agent = number, agent.id
    agent.state, agent.place = "ringing", place.id
    agent.after = ("available", "")
    calls_first = place.is_callback and rules.callback_first == "caller"
    until_s = floor.now_s + (CALL_S if calls_first else DIAL_S)
    floor.rings[number] = Ring(number, agent.id, place.id, floor.now_s, until_s)
    heappush(floor.due, (until_s, RING, number))
    if calls_first:
        place.state = "calling"
        place.attempts += 1
        floor.commands.append(CallBack(place.id, agent.id, place.attempts))
    else:
        place.state = "ringing"
        floor.commands.append(RingAgent(number, agent.id, place.id))


def unring(floor: Floor, place: Place) -> Agent:
    """The ring is over, and the place has no agent any more. Returns who it was; they are still ``ringing``."""
    agent = floor.agents[place.agent]
    floor.rings.pop(place.ring, None)
    place.ring, place.agent = 0, ""
    agent.place = ""
    return agent


# --- agents ---------------------------------------------------------------------------------------------------------


def free(floor: Floor, agent: Agent, since_s: float) -> None:
    """The agent can be rung; whoever waits longest for one like this is taken at once."""
    agent.place = ""
    agent.state, agent.reason, agent.since_s = "available", "", since_s
    first: Waiting | None = None
    for _, line in agent.lines:
        for entry in line.waiting:
            if first is not None and not entry < first:
                break
            if agent.id not in entry[3].declined:
                first = entry
                break
    if first is None:
        for level, line in agent.lines:
            put_idle(line, level, agent)
    else:
        step_out(floor, first[3])
        ring(floor, first[3], agent)


def let_go(floor: Floor, agent: Agent, since_s: float, wrap_up_s: float = 0.0) -> None:
    """The agent has nobody any more: what they asked for meanwhile, or time to write, or the next caller."""
    state, reason = agent.after
    if state != "available":
        stand_down(floor, agent, state, reason)
    elif wrap_up_s > 0:
        stand_down(floor, agent, "wrap-up", "")
        agent.until_s = floor.now_s + wrap_up_s
        heappush(floor.due, (agent.until_s, AGENT, agent.id))
    else:
        free(floor, agent, since_s)


def stand_down(floor: Floor, agent: Agent, state: str, reason: str) -> None:
    """The agent cannot be rung: a break, wrap-up or the end of the day. They must have no place."""
    was_staff = agent.is_staff
    if agent.state == "available":
        for level, line in agent.lines:
            take_idle(line, level, agent)
    agent.state, agent.reason, agent.since_s, agent.place = state, reason, floor.now_s, ""
    agent.until_s = floor.now_s + NEVER_S  # until they say something else; wrap-up by the queue's rules ends before
    if was_staff and not agent.is_staff:
        send_home(floor, [line for _, line in agent.lines])


def send_home(floor: Floor, lines: Iterable[Line]) -> None:
    """Callers whom nobody is left to take go back to the flow rather than wait for ever."""
    for line in lines:
        if line.waiting and not has_staff([line]):
            for entry in list(line.waiting):
                place = entry[3]
                if place.state == "waiting" and not place.is_callback and not has_staff(queue_lines(floor, place)):
                    turn_away(floor, place, "nobody")


def queue_lines(floor: Floor, place: Place) -> list[Line]:
    """All lines that the place stands in sooner or later."""
    return floor.queues[place.queue].lines


def callbacks_of(floor: Floor, queue: str) -> list[Place]:
    """The places of a queue whose people are to be called back, in their order."""
    found = [place.entry for place in floor.places.values() if place.is_callback and place.queue == queue]
    return [entry[3] for entry in sorted(found)]


def has_staff(lines: Iterable[Line]) -> bool:
    """Whether anybody works who could take a caller of these lines."""
    return any(agent.is_staff for line in lines for agent in line.staff.values())
