"""The staffing that a flow file describes: its agents, and its queues as rules of the floor."""

from __future__ import annotations

from collections.abc import Callable

from ivr.agents.directory import Agent
from ivr.agents.floor.rules import Need, Queue
from ivr.agents.staffing import Hours, Staffing
from ivr.flows import company as written


def staffing_of(company: written.Company, is_open: Callable[[str], bool]) -> Staffing:
    """Agents and queues of ``company``; ``is_open`` says it of opening hours by name."""
    agents = tuple(
        Agent(name, agent.name, agent.at, dict.fromkeys(agent.skills, 1)) for name, agent in company.agents.items()
    )
    queues = tuple(_rules(name, queue) for name, queue in company.queues.items())
    hours = {name: Hours(is_open(queue.hours)) for name, queue in company.queues.items() if queue.hours}
    return Staffing(agents, queues, hours)


def _rules(name: str, queue: written.Queue) -> Queue:
    return Queue(name, Need(tuple((skill, 1) for skill in queue.skills or (name,))), ring_s=queue.ring, missed_rings=1)
