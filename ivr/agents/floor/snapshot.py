"""The floor as JSON-able data, and back: for a process that comes later, and for comparing two floors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from heapq import heapify, heappush
from typing import Any

from ivr.agents.floor.agents import draw_lines, lines_for
from ivr.agents.floor.people import Agent, Measured, Past, Place, QueueState, Ring, put, put_idle
from ivr.agents.floor.rules import queue_from_json, queue_to_json
from ivr.agents.floor.state import AGENT, PLACE, RING, Floor, lines_of, set_due_of_place

FORM = 6
"""To be raised whenever the rules decide differently, or the data looks different: floors of two forms never mix."""


def floor_to_json(floor: Floor) -> dict[str, Any]:
    """Everything that cannot be worked out from the rest. Lines and times due can."""
    return {
        "form": FORM,
        "now_s": floor.now_s,
        "number": floor.number,
        "queues": [
            {
                "rules": queue_to_json(queue.rules),
                **_plain(queue, ("is_open", "may_call_back", "waiting", "crowded_s")),
                "measured": _plain(queue.measured),
            }
            for queue in floor.queues.values()
        ],
        "agents": [_plain(agent, _AGENT) for agent in floor.agents.values()],
        "places": [{**_plain(place, _PLACE), "entry": place.entry[:3]} for place in floor.places.values()],
        "rings": [_plain(ring) for ring in floor.rings.values()],
        "callbacks": [[queue, caller, place] for (queue, caller), place in floor.callbacks.items()],
        "over": [[name, *past] for name, past in floor.over.items()],
    }


def _plain(thing: Any, names: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names or [one.name for one in fields(thing)]}


_AGENT = tuple(one.name for one in fields(Agent) if one.name != "lines")
_PLACE = tuple(one.name for one in fields(Place) if one.name != "entry")


def floor_from_json(data: Mapping[str, Any]) -> Floor:
    """The inverse of :func:`floor_to_json`. Raises ValueError for a floor of another form."""
    if data.get("form") != FORM:
        raise ValueError(f"a floor of form {data.get('form')}, this is {FORM}")
    floor = Floor(data["now_s"], data["number"])
    for one in data["queues"]:
        rules = queue_from_json(one["rules"])
        known = {name: one[name] for name in ("is_open", "may_call_back", "waiting", "crowded_s")}
        floor.queues[rules.name] = QueueState(rules, measured=Measured(**one["measured"]), **known)
    draw_lines(floor)
    for one in data["agents"]:
        _restore_agent(floor, one)
    for one in data["places"]:
        _restore_place(floor, one)
    for one in data["rings"]:
        ring = floor.rings[one["number"]] = Ring(**one)
        heappush(floor.due, (ring.until_s, RING, ring.number))
    floor.callbacks = {(queue, caller): place for queue, caller, place in data["callbacks"]}
    for name, outcome, at_s, queue, entry in data["over"]:
        floor.over[name] = Past(outcome, at_s, queue, tuple(entry) if entry else None)
    heapify(floor.due)
    return floor


def _restore_agent(floor: Floor, data: Mapping[str, Any]) -> None:
    agent = Agent(**{**data, "queues": tuple(data["queues"]), "after": tuple(data["after"])})
    floor.agents[agent.id] = agent
    agent.lines = lines_for(floor, agent)
    for level, line in agent.lines:
        line.staff[agent.id] = agent
        if agent.state == "available":
            put_idle(line, level, agent)
    if agent.state == "wrap-up" or agent.engaged:
        heappush(floor.due, (agent.until_s, AGENT, agent.id))


def _restore_place(floor: Floor, data: Mapping[str, Any]) -> None:
    place = Place(data["id"], data["queue"], data["caller"])
    for name in _PLACE:
        setattr(place, name, data[name])
    place.declined = list(data["declined"])
    minus_priority, joined_s, number = data["entry"]
    place.entry = (minus_priority, joined_s, number, place)
    floor.places[place.id] = place
    if place.state == "waiting":
        for line in lines_of(floor, place):
            put(line.waiting, place.entry)
    if place.state in {"waiting", "held"}:
        set_due_of_place(floor, place)
    if place.state in {"talking", "calling"}:
        heappush(floor.due, (place.until_s, PLACE, place.id))
