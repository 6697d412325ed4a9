"""What becomes of a ring: heard, answered, accepted, declined, missed or lost."""

from __future__ import annotations

from heapq import heappush

from ivr.agents.floor.callbacks import call_back, callback_failed
from ivr.agents.floor.callers import send_back_if_all_declined, talk
from ivr.agents.floor.commands import StopRinging, Tell
from ivr.agents.floor.events import Accepted, Answered, CallbackFailed, Declined, Missed, Numbered, RingHeard
from ivr.agents.floor.people import MISSED_CALLS, Place, Ring
from ivr.agents.floor.state import (
    ASK_S,
    DIAL_S,
    RING,
    Floor,
    let_go,
    stand_down,
    unring,
    wait_on,
)


def heard(floor: Floor, event: RingHeard) -> None:
    """The carrier rings the agent, for as long as the queue says."""
    ring = _rung(floor, event.ring)
    if ring is not None and not ring.is_heard:
        ring.is_heard = True
        rules = floor.queues[floor.places[ring.place].queue].rules
        _extend(floor, ring, rules.ring_s + DIAL_S)  # the carrier ends it before that


def answered(floor: Floor, event: Answered) -> None:
    """The agent's phone was picked up: time to hear the brief and press a key."""
    ring = _rung(floor, event.ring)
    if ring is not None:
        ring.is_heard = True
        _extend(floor, ring, ASK_S)


def _rung(floor: Floor, number: int) -> Ring | None:
    """The ring, if the agent is being asked (and not only kept while a person is called back)."""
    ring = floor.rings.get(number)
    return ring if ring is not None and floor.places[ring.place].state == "ringing" else None


def _extend(floor: Floor, ring: Ring, for_s: float) -> None:
    ring.until_s = floor.now_s + for_s
    heappush(floor.due, (ring.until_s, RING, ring.number))


def accepted(floor: Floor, event: Accepted) -> None:
    """The agent takes the caller; whoever accepts a ring that is over takes nobody."""
    ring = floor.rings.get(event.ring)
    if ring is None:
        return
    place = floor.places[ring.place]
    if place.state != "ringing":
        return
    del floor.rings[event.ring]
    agent = floor.agents[ring.agent]
    if place.is_callback:
        call_back(floor, place, agent, ring.began_s)
    else:
        talk(floor, place, agent, ring.began_s)


def declined(floor: Floor, event: Declined) -> None:
    """The agent does not take this caller, and is not asked for this one again."""
    ring = _rung(floor, event.ring)
    if ring is None:
        return
    place = floor.places[ring.place]
    place.declined.append(ring.agent)
    _next_agent(floor, place, is_missed=False)
    send_back_if_all_declined(floor, place)


def missed(floor: Floor, event: Missed) -> None:
    """The agent could not be had: the next one, and who misses too many is not rung any more."""
    ring = _rung(floor, event.ring)
    if ring is not None:
        _next_agent(floor, floor.places[ring.place], is_missed=True)


def _next_agent(floor: Floor, place: Place, is_missed: bool) -> None:
    agent = unring(floor, place)
    limit = floor.queues[place.queue].rules.missed_rings
    agent.missed += is_missed
    wait_on(floor, place)
    if is_missed and limit and agent.missed >= limit:
        agent.missed = 0
        stand_down(floor, agent, "break", MISSED_CALLS)
        floor.commands.append(Tell(agent.id, MISSED_CALLS))
    else:
        let_go(floor, agent, floor.now_s)


def ring_due(floor: Floor, number: int) -> None:
    """The ring has had its time: it is lost when nothing was heard of it, missed otherwise."""
    ring = floor.rings.get(number)
    if ring is None or ring.until_s > floor.now_s:
        return
    place = floor.places[ring.place]
    if place.state == "calling":
        callback_failed(floor, CallbackFailed(floor.now_s, place.id))
        return
    floor.commands.append(StopRinging(number, ring.agent, place.id))
    _next_agent(floor, place, is_missed=ring.is_heard)


def numbered(floor: Floor, event: Numbered) -> None:
    """The next ring has the number after this one."""
    floor.number = event.number
