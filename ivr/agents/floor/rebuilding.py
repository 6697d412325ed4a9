"""A floor that was lost, made anew from the calls and agents as they are known elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.agents.floor.advance import advance
from ivr.agents.floor.commands import RingAgent
from ivr.agents.floor.events import Accepted, AgentIs, AgentSet, Event, Joined, QueueSet
from ivr.agents.floor.rules import Queue
from ivr.agents.floor.state import Floor


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A caller who waits or talks, as the carrier and the records know it; ``agent`` is who they talk with."""

    place: str
    queue: str
    caller: str
    joined_s: float
    agent: str = ""
    is_callback: bool = False


def rebuilt(
    now_s: float,
    queues: Sequence[Queue],
    agents: Sequence[AgentSet],
    states: Mapping[str, tuple[str, str]],
    calls: Sequence[LiveCall],
) -> list[Event]:
    """The events of the new floor: who talks goes on talking, who waits stands as old as they are.

    Talks come first, each while its agent is the only one there; then the other agents with the ``states`` and reasons
    that they last told, then who waits, by age.
    """
    scratch = Floor()
    events: list[Event] = []

    def note(event: Event) -> None:
        events.append(event)
        for command in advance(scratch, event):
            if isinstance(command, RingAgent) and command.agent == talks.get(command.place):
                note(Accepted(now_s, command.ring))

    talks = {call.place: call.agent for call in calls if call.agent}
    for queue in queues:
        note(QueueSet(now_s, queue))
    for agent in agents:
        note(agent._replace(at_s=now_s))
    for call in calls:
        if call.agent:
            note(AgentIs(now_s, call.agent, "available"))
            note(Joined(call.joined_s, call.place, call.queue, call.caller))
    for name, (state, reason) in states.items():
        note(AgentIs(now_s, name, state, reason))
    priority = {queue.name: queue.priority for queue in queues}
    waiting = [call for call in calls if not call.agent and call.queue in priority]
    for call in sorted(waiting, key=lambda one: (-priority[one.queue], one.joined_s)):
        note(Joined(call.joined_s, call.place, call.queue, call.caller, 0, call.is_callback))
    return events
