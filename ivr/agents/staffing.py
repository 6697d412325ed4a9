"""Who works here and by which rules: what the floor is told at its beginning and on changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ivr.agents.directory import Agent
from ivr.agents.floor.events import AgentIs, AgentSet, Event, QueueHours, QueueSet
from ivr.agents.floor.people import Agent as FloorAgent
from ivr.agents.floor.people import QueueState
from ivr.agents.floor.rules import NEVER_S, Queue
from ivr.agents.floor.state import Floor
from ivr.flows.waiting import Waiting

NOT_EMPLOYED = "not in the flow file"
"""The reason for which an agent is offline who is named no more."""
FIRST_STATE = "available"
"""What an agent is who has never said anything: a telephone without a desk beside it cannot say it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether callers may join a queue now, and whether people may be called back now."""

    is_open: bool = True
    may_call_back: bool = True


@dataclass(frozen=True, slots=True)
class Escalation:
    """After what time of waiting or talking supervisors are told of a caller; ``email`` is written to as well."""

    waiting_s: float = NEVER_S
    talking_s: float = NEVER_S
    email: str = ""


@dataclass(frozen=True, slots=True)
class Staffing:
    """The agents and the rules of the queues; ``hours`` of a queue that is not named are always open.

    ``announce`` is what callers of a queue are told besides their place, ``offer_callback_s`` after what time they are
    offered to be called back, ``escalations`` when supervisors are told; where a queue is not named they are not.
    """

    agents: tuple[Agent, ...] = ()
    queues: tuple[Queue, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict)
    announce: Mapping[str, str] = field(default_factory=dict)
    offer_callback_s: Mapping[str, float] = field(default_factory=dict)
    escalations: Mapping[str, Escalation] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def translated(self, text: str, language: str) -> str:
        """``text`` in another language, as far as there is a translation."""
        return self.translations.get(language, {}).get(text, text)

    def texts(self, language: str) -> Waiting:
        """What callers in line are told, in their language."""
        if language not in self.translations:
            return self.waiting
        written = {name: str(getattr(self.waiting, name)) for name in Waiting.model_fields}
        return self.waiting.model_copy(update={name: self.translated(text, language) for name, text in written.items()})

    def agent(self, agent_id: str) -> Agent | None:
        """The agent called so, by id or name."""
        return next((one for one in self.agents if agent_id in (one.id, one.name)), None)

    def queue(self, name: str) -> Queue | None:
        """The rules of a queue."""
        return next((one for one in self.queues if one.name == name), None)

    def news(self, floor: Floor, at_s: float) -> list[Event]:
        """What the floor does not know yet."""
        return [*self._of_queues(floor, at_s), *self._of_agents(floor, at_s)]

    def _of_queues(self, floor: Floor, at_s: float) -> Iterator[Event]:
        for rules in self.queues:
            known = floor.queues.get(rules.name)
            if known is None or known.rules != rules:
                yield QueueSet(at_s, rules)
            hours = self.hours.get(rules.name, Hours())
            if hours != _hours_of(known):
                yield QueueHours(at_s, rules.name, hours.is_open, hours.may_call_back)

    def _of_agents(self, floor: Floor, at_s: float) -> Iterator[Event]:
        for agent in self.agents:
            known = floor.agents.get(agent.id)
            if known is None or known.skills != agent.skills or known.site != agent.site:
                yield AgentSet(at_s, agent.id, dict(agent.skills), (), agent.site)
            if known is None or (known.state, known.reason) == ("offline", NOT_EMPLOYED):
                yield AgentIs(at_s, agent.id, FIRST_STATE)
        employed = {agent.id for agent in self.agents}
        for name, known in floor.agents.items():
            if name not in employed and not _is_leaving(known):
                yield AgentIs(at_s, name, "offline", NOT_EMPLOYED)


def _hours_of(queue: QueueState | None) -> Hours:
    return Hours() if queue is None else Hours(queue.is_open, queue.may_call_back)


def _is_leaving(agent: FloorAgent) -> bool:
    gone = ("offline", NOT_EMPLOYED)
    return gone in ((agent.state, agent.reason), agent.after)


class LastWords(Protocol):
    """What agents last said of themselves, kept where it outlives Redis (see ``ivr.records.agent_states``)."""

    def keep(self, agent: str, state: str, reason: str, at_s: float) -> None: ...

    def all(self) -> Mapping[str, tuple[str, str]]: ...


StaffingNow = Callable[[], Staffing]
"""The staffing of this moment."""
