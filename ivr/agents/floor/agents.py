"""What is known of agents and queues, and what agents say of themselves."""

from __future__ import annotations

from heapq import heappush

from ivr.agents.floor.commands import StopRinging
from ivr.agents.floor.events import AgentIs, AgentSet, Disengaged, Engaged, QueueHours, QueueSet
from ivr.agents.floor.people import Agent, Line, QueueState, take_idle
from ivr.agents.floor.rules import Need
from ivr.agents.floor.state import (
    AGENT,
    Floor,
    callbacks_of,
    free,
    let_go,
    line_up,
    send_home,
    set_due_of_place,
    stand_down,
    step_out,
    unring,
    wait_on,
)

STATES = frozenset({"available", "break", "wrap-up", "offline"})
"""What agents can be by their own word."""
NOBODY = Need(sites=("\0",))
"""Fits no agent: for a line of a queue that does not exist (yet)."""


def agent_set(floor: Floor, event: AgentSet) -> None:
    """An agent is new, or can do something else."""
    agent = floor.agents.get(event.agent)
    if agent is None:
        agent = floor.agents[event.agent] = Agent(event.agent, floor.next_number(), {}, since_s=floor.now_s)
    known = (agent.skills, agent.queues, agent.site)
    agent.skills, agent.queues, agent.site = dict(event.skills), tuple(event.queues), event.site
    if agent.lines and known == (agent.skills, agent.queues, agent.site):
        return
    _assign(floor, agent)


def _assign(floor: Floor, agent: Agent) -> None:
    """Put the agent where they fit."""
    for level, line in agent.lines:
        take_idle(line, level, agent)
        line.staff.pop(agent.id, None)
    before, agent.lines = agent.lines, lines_for(floor, agent)
    for _, line in agent.lines:
        line.staff[agent.id] = agent
    if agent.state == "available":
        free(floor, agent, agent.since_s)
    send_home(floor, [line for _, line in before])


def lines_for(floor: Floor, agent: Agent) -> list[tuple[int, Line]]:
    """The lines an agent fits, each with how well."""
    found: list[tuple[int, Line]] = []
    for queue in floor.queues.values():
        for line in queue.lines:
            is_own = line.queue == queue.rules.name  # a line of another queue is found there
            if is_own and (not agent.queues or line.queue in agent.queues):
                level = line.need.level(agent.skills, agent.site)
                if level:
                    found.append((level, line))
    return found


def agent_is(floor: Floor, event: AgentIs) -> None:
    """An agent says whether they can be rung."""
    agent = floor.agents.get(event.agent)
    if agent is None or event.state not in STATES:
        return
    agent.after, agent.unwritten_s = (event.state, event.reason), 0.0
    if agent.state == "on call" or (agent.state == "ringing" and event.state == "available"):
        return
    if event.state == "available":
        if agent.state != "available":
            agent.missed = 0
            free(floor, agent, floor.now_s)
    elif agent.state == "ringing" and floor.places[agent.place].state == "ringing":
        place = floor.places[agent.place]
        floor.commands.append(StopRinging(place.ring, agent.id, place.id))
        unring(floor, place)
        stand_down(floor, agent, event.state, event.reason)
        wait_on(floor, place)
        if place.state == "waiting":
            send_home(floor, floor.queues[place.queue].lines)
    elif agent.state != "ringing" and (agent.state, agent.reason) != (event.state, event.reason):
        stand_down(floor, agent, event.state, event.reason)


def agent_due(floor: Floor, name: str) -> None:
    """The time to write things down is over, or nothing was heard of a call that is none of a queue's."""
    agent = floor.agents.get(name)
    if agent is None or agent.until_s > floor.now_s:
        return
    if agent.state == "wrap-up":
        free(floor, agent, floor.now_s)
    elif agent.engaged:
        disengaged(floor, Disengaged(floor.now_s, name, agent.engaged))


def engaged(floor: Floor, event: Engaged) -> None:
    """The agent is on a call that is none of a queue's, unless they have somebody. Afterwards all is as it was."""
    agent = floor.agents.get(event.agent)
    if agent is None or agent.state == "ringing" or (agent.state == "on call" and agent.engaged != event.by):
        return
    if not agent.engaged:
        was, left_s = (agent.state, agent.reason), agent.until_s - floor.now_s
        is_their_own = was[0] in {"break", "offline"} or (was[0] == "wrap-up" and agent.after[0] == "wrap-up")
        stand_down(floor, agent, "on call", event.reason)
        agent.after = was if is_their_own else ("available", "")
        agent.unwritten_s = left_s if was[0] == "wrap-up" and not is_their_own else 0.0
        agent.engaged = event.by
    agent.until_s = floor.now_s + event.for_s
    heappush(floor.due, (agent.until_s, AGENT, agent.id))


def disengaged(floor: Floor, event: Disengaged) -> None:
    """The agent is free again, or what they were before or have asked to be meanwhile."""
    agent = floor.agents.get(event.agent)
    if agent is not None and agent.engaged and agent.engaged == event.by:
        left_s, agent.engaged, agent.unwritten_s = agent.unwritten_s, "", 0.0
        let_go(floor, agent, floor.now_s, left_s)


def queue_hours(floor: Floor, event: QueueHours) -> None:
    """A queue opens or closes. Who waits already goes on waiting; callbacks wait for the hours to call in."""
    queue = floor.queues.get(event.queue)
    if queue is None:
        return
    queue.is_open = event.is_open
    if queue.may_call_back == event.may_call_back:
        return
    queue.may_call_back = event.may_call_back
    for place in callbacks_of(floor, event.queue):
        if place.state == "waiting":
            step_out(floor, place)
            line_up(floor, place)
        elif place.state == "held":
            line_up(floor, place)


def queue_set(floor: Floor, event: QueueSet) -> None:
    """A queue is new or has other rules: everybody lines up again, as old as they are."""
    queue = floor.queues.setdefault(event.rules.name, QueueState(event.rules))
    if queue.lines and queue.rules == event.rules:
        return
    queue.rules = event.rules
    queue.crowded_s = [-1.0] * len(event.rules.overflow)
    draw_lines(floor)
    waiting = sorted(place.entry for place in floor.places.values() if place.state == "waiting")
    for agent in sorted(floor.agents.values(), key=lambda one: (one.since_s, one.number)):
        agent.lines = []
        _assign(floor, agent)
    for *_, place in waiting:
        place.stage = min(place.stage, len(floor.queues[place.queue].lines))
        line_up(floor, place)
        if place.state != "ringing":
            set_due_of_place(floor, place)


def draw_lines(floor: Floor) -> None:
    """All lines anew, with nobody in them."""
    own = {name: Line(name, name, queue.rules.need, queue.rules.best_skilled) for name, queue in floor.queues.items()}
    for name, queue in floor.queues.items():
        queue.lines = [own[name]]
        for number, overflow in enumerate(queue.rules.overflow):
            if overflow.to:
                queue.lines.append(own.get(overflow.to) or Line(overflow.to, overflow.to, NOBODY))
            else:
                queue.lines.append(Line(f"{name}>{number}", name, overflow.need, queue.rules.best_skilled))
