"""A floor that was lost, made anew from the calls and agents as they are known elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivr.agents.floor.advance import advance
from ivr.agents.floor.commands import RingAgent
from ivr.agents.floor.events import Accepted, AgentIs, AgentSet, Engaged, Event, Joined, Numbered, QueueSet, RingHeard
from ivr.agents.floor.rules import Queue
from ivr.agents.floor.state import Floor

ENGAGED = "another call"
"""The reason of agents who are on a call that is none of a queue's: somebody asked for them by name, or needs them."""
ENGAGED_S = 4 * 3600.0
"""The carrier's longest call: an agent is kept no longer than that when no end is ever told."""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A caller who waits or talks, as the carrier and the records know it; ``agent`` is who they talk with.

    With a number in ``ring`` the agent is not talking yet: that ring is under way to them.
    """

    place: str
    queue: str
    caller: str
    joined_s: float
    agent: str = ""
    is_callback: bool = False
    ring: int = 0

    @property
    def talks(self) -> bool:
        return bool(self.agent) and not self.ring


def rebuilt(
    now_s: float,
    queues: Sequence[Queue],
    agents: Sequence[AgentSet],
    states: Mapping[str, tuple[str, str]],
    calls: Sequence[LiveCall],
    engaged: Mapping[str, str] | None = None,
    rings: int = 0,
) -> list[Event]:
    """The events of the new floor: who talks goes on talking, who waits stands as old as they are.

    Who is rung for comes first, then who talks, each while its agent is the only one there; then the other agents with
    the ``states`` and reasons that they last told, or with what they are ``engaged`` by, then who waits, by age. There
    were ``rings`` on the floor that was lost, so the new one goes on counting from there.
    """
    anew = _Anew(now_s, {call.place: call.agent for call in calls if call.talks})
    for queue in queues:
        anew.note(QueueSet(now_s, queue))
    for agent in agents:
        anew.note(agent._replace(at_s=now_s))
    anew.ring([call for call in calls if call.ring], rings)
    for call in calls:
        if call.talks:
            anew.note(AgentIs(now_s, call.agent, "available"))
            anew.join(call)
    for name, (state, reason) in states.items():
        anew.note(AgentIs(now_s, name, state, reason))
    for name, by in (engaged or {}).items():
        anew.note(Engaged(now_s, name, by, ENGAGED_S, ENGAGED))
    priority = {queue.name: queue.priority for queue in queues}
    waiting = [call for call in calls if not call.agent and call.queue in priority]
    for call in sorted(waiting, key=lambda one: (-priority[one.queue], one.joined_s)):
        anew.join(call)
    return anew.events


@dataclass(slots=True)
class _Anew:
    """The events so far, and the floor that they make; agents of ``talks`` accept at once."""

    now_s: float
    talks: Mapping[str, str]
    events: list[Event] = field(default_factory=list)
    floor: Floor = field(default_factory=Floor)

    def note(self, event: Event) -> None:
        self.events.append(event)
        for command in advance(self.floor, event):
            if isinstance(command, RingAgent) and command.agent == self.talks.get(command.place):
                self.note(Accepted(self.now_s, command.ring))

    def join(self, call: LiveCall) -> None:
        self.note(Joined(call.joined_s, call.place, call.queue, call.caller, 0, call.is_callback))

    def ring(self, calls: Sequence[LiveCall], rings: int) -> None:
        """Rings that are under way go on by their numbers; later ones count from the highest."""
        numbers = [self.floor.number, rings]
        for call in sorted(calls, key=lambda one: one.ring):
            self.note(AgentIs(self.now_s, call.agent, "available"))
            self.note(Numbered(self.now_s, call.ring - 2))  # the place takes a number too
            self.join(call)
            self.note(RingHeard(self.now_s, call.ring))
            numbers.append(self.floor.number)
        self.note(Numbered(self.now_s, max(numbers)))
