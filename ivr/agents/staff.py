"""Agents and queues as pages and programs see them, and agents saying whether they can be rung."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ivr.agents.attendant import Attendant
from ivr.agents.directory import Agent
from ivr.agents.floor.agents import STATES
from ivr.agents.floor.people import Agent as OnFloor
from ivr.agents.floor.rules import Queue
from ivr.agents.floor.state import Floor

MOST_REASON = 100
"""Characters of a reason that are kept."""


class UnknownStateError(ValueError):
    """Not a state that agents can say of themselves."""


class Staff:
    """Raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(self, attendant: Attendant) -> None:
        self._attendant = attendant

    def agents(self) -> list[Mapping[str, Any]]:
        """Everybody in the flow file, with what they are doing and since when."""
        staffing, now_s = self._attendant.staffing(), self._attendant.now()
        return self._attendant.look(
            lambda floor: [_shown_agent(agent, floor.agents.get(agent.id), now_s) for agent in staffing.agents]
        )

    def agent(self, agent_id: str) -> Mapping[str, Any] | None:
        """One of them, or None."""
        return next((one for one in self.agents() if one["id"] == agent_id), None)

    def set_state(self, agent_id: str, state: str, reason: str = "") -> Mapping[str, Any] | None:
        """The agent is ``available``, on ``break``, in ``wrap-up`` or ``offline`` from now on, or from the call's end.

        Returns the agent, or None when there is none called so.

        Raises:
            UnknownStateError: no agent can be so.
        """
        if state not in STATES:
            raise UnknownStateError(f"{state!r} is none of {', '.join(sorted(STATES))}.")
        if self._attendant.staffing().agent(agent_id) is None:
            return None
        now_s = self._attendant.now()
        self._attendant.tell(*self._attendant.look(lambda floor: self._attendant.staffing().news(floor, now_s)))
        self._attendant.said(agent_id, state, reason[:MOST_REASON])
        self._attendant.alert("desk", {"agent": agent_id, "event": "state"})
        return self.agent(agent_id)

    def queues(self) -> list[Mapping[str, Any]]:
        """Every queue: who waits, who works, and the last hour."""
        staffing, now_s = self._attendant.staffing(), self._attendant.now()
        shown: list[Mapping[str, Any]] = []
        for rules in staffing.queues:
            past = self._attendant.waits.figures(rules.name, now_s)
            hour = {
                "answered": past.answered,
                "abandoned": past.left,
                "turned_away": past.turned_away,
                "service_level": past.service_level,
                "abandon_rate": past.abandon_rate,
            }
            shown.append({**self._attendant.look(partial(_shown_queue, rules, now_s)), **hour})
        return shown


def _shown_agent(agent: Agent, on_floor: OnFloor | None, now_s: float) -> Mapping[str, Any]:
    """``next`` is the state that an agent who has somebody asked to be in afterwards."""
    data: dict[str, Any] = {
        "id": agent.id,
        "name": agent.name,
        "skills": dict(agent.skills),
        "site": agent.site,
        "state": "available",
        "reason": "",
        "since_s": now_s,
        "transfer": "",
        "queues": [],
        "next": "",
    }
    if on_floor is not None:
        has_somebody = on_floor.state in {"ringing", "on call"}
        data |= {
            "state": on_floor.state,
            "reason": on_floor.reason,
            "since_s": on_floor.since_s,
            "transfer": on_floor.place,
            "queues": sorted({line.queue for _, line in on_floor.lines}),
            "next": on_floor.after[0] if has_somebody else "",
        }
    return data


def _shown_queue(rules: Queue, now_s: float, floor: Floor) -> Mapping[str, Any]:
    queue = floor.queues.get(rules.name)
    places = [place for place in floor.places.values() if place.queue == rules.name and place.state != "talking"]
    waiting = [place for place in places if not place.is_callback]
    staff = {agent.id: agent for line in queue.lines for agent in line.staff.values()} if queue else {}
    return {
        "name": rules.name,
        "open": queue.is_open if queue else True,
        "waiting": len(waiting),
        "callbacks": len(places) - len(waiting),
        "longest_wait_s": max((now_s - place.on_line_s for place in waiting), default=0.0),
        "agents": sum(1 for agent in staff.values() if agent.is_staff),
        "free_agents": sum(1 for agent in staff.values() if agent.state == "available"),
        "talking": sum(1 for place in floor.places.values() if place.queue == rules.name and place.state == "talking"),
    }
