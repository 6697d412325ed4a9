"""One event after the other: what time has brought about first, then the event itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappop
from typing import Any

from ivr.agents.floor import agents, callbacks, callers, events, rings
from ivr.agents.floor.commands import Command, RingAgent, StopRinging
from ivr.agents.floor.people import Place
from ivr.agents.floor.state import AGENT, PLACE, RING, Floor, line_up, turn_away


def _nothing(floor: Floor, event: events.TimePassed) -> None:
    """Time passes with every event."""
    del floor, event


TAKES: Mapping[type[Any], Callable[[Floor, Any], None]] = {
    events.QueueSet: agents.queue_set,
    events.QueueHours: agents.queue_hours,
    events.AgentSet: agents.agent_set,
    events.AgentIs: agents.agent_is,
    events.Engaged: agents.engaged,
    events.Disengaged: agents.disengaged,
    events.Joined: callers.joined,
    events.Left: callers.left,
    events.Dropped: callers.dropped,
    events.Ended: callers.left,
    events.CallbackAsked: callbacks.callback_asked,
    events.CallbackCancelled: callbacks.callback_cancelled,
    events.CallbackNow: callbacks.callback_now,
    events.CallbackAnswered: callbacks.callback_answered,
    events.CallbackFailed: callbacks.callback_failed,
    events.Numbered: rings.numbered,
    events.RingHeard: rings.heard,
    events.Answered: rings.answered,
    events.Accepted: rings.accepted,
    events.Declined: rings.declined,
    events.Missed: rings.missed,
    events.TimePassed: _nothing,
}
"""What takes each event."""


def advance(floor: Floor, event: events.Event) -> list[Command]:
    """What is to be done about ``event``; the floor is changed in place.

    Deterministic: the same events make the same floor and the same commands in every process. A clock that lags
    behind does not turn time back.
    """
    commands: list[Command] = []
    floor.commands = commands
    now_s, due = event.at_s, floor.due
    if now_s < floor.now_s:
        now_s = floor.now_s
    if due and due[0][0] <= now_s:
        _let_pass(floor, now_s)
    floor.now_s = now_s
    TAKES[type(event)](floor, event)
    return commands if len(commands) < 2 else still_meant(floor, commands)


def still_meant(floor: Floor, commands: list[Command]) -> list[Command]:
    """Without the rings that began and ended within the event: nobody is rung for time that is long over."""
    begun = {one.ring for one in commands if isinstance(one, RingAgent)}
    gone = {number for number in begun if number not in floor.rings}
    return [one for one in commands if not (isinstance(one, RingAgent | StopRinging) and one.ring in gone)]


def next_due_s(floor: Floor) -> float | None:
    """When time alone will change something; it may have become needless by then."""
    return floor.due[0][0] if floor.due else None


def _let_pass(floor: Floor, until_s: float) -> None:
    """Everything that time brings about until then, each at its time. Most of it has come to nothing long since."""
    due, places, ringing = floor.due, floor.places, floor.rings
    while due and due[0][0] <= until_s:
        due_s, kind, name = heappop(due)
        if (kind == PLACE and name not in places) or (kind == RING and name not in ringing):
            continue
        floor.now_s = max(floor.now_s, due_s)
        if kind == RING:
            rings.ring_due(floor, int(name))
        elif kind == AGENT:
            agents.agent_due(floor, str(name))
        else:
            _places_due(floor, due_s, {str(name)})


def _places_due(floor: Floor, due_s: float, names: set[str]) -> None:
    """Places of one moment, in the order in which they stand in line: whoever comes first may take who is free."""
    while floor.due and floor.due[0][:2] == (due_s, PLACE):
        names.add(str(heappop(floor.due)[2]))
    for place in sorted((floor.places[name] for name in names if name in floor.places), key=lambda one: one.entry):
        if place.id in floor.places:
            _place_due(floor, place)


def _place_due(floor: Floor, place: Place) -> None:
    now_s, name = floor.now_s, place.id
    if place.state == "talking":
        if place.until_s <= now_s:
            callers.left(floor, events.Ended(now_s, name))
    elif place.state == "calling":
        if place.ring not in floor.rings and place.until_s <= now_s:
            callbacks.callback_failed(floor, events.CallbackFailed(now_s, name))
    elif place.state == "held":
        if place.until_s <= now_s:
            line_up(floor, place)
    elif place.state == "ringing":
        return  # when nobody takes it, it is looked at again
    elif not place.is_callback and place.on_line_s + floor.queues[place.queue].rules.max_wait_s <= now_s:
        turn_away(floor, place, "waited")
    else:
        callers.widen(floor, place)
