"""How long somebody will wait: from how many stand before them, how fast the line moves, and how many give up.

The queue-length predictor of R. Ibrahim and W. Whitt, "Real-Time Delay Estimation in Overloaded Multiserver Queues
with Abandonments", Management Science 55 (2009) 1729, there QL_m: with s agents who each need 1/mu for a call, and
callers who give up at the rate theta, it is the turn of the place behind n others after the sum of
1 / (s mu + i theta) for i = 0 ... n. Without abandonment that is (n + 1) / (s mu). A moving average of past waits tells
how it was; the length of the line, how it is.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ivr.agents.floor.people import Line, Place
from ivr.agents.floor.state import Floor, lines_of

WORKING = frozenset({"available", "ringing", "on call", "wrap-up"})
LEAST_CALLS = 5
"""After fewer calls nothing honest can be said about the length of a call. A guess: measure."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a place stands. ``wait_s`` is None when nobody can say."""

    position: int
    wait_s: float | None


def predicted_wait_s(ahead: int, agents: float, call_s: float, give_up_per_s: float = 0.0) -> float:
    """How long until it is the turn of somebody behind ``ahead`` others, when all ``agents`` are busy.

    >>> predicted_wait_s(3, agents=2, call_s=120)
    240.0
    >>> round(predicted_wait_s(3, agents=2, call_s=120, give_up_per_s=1 / 240))
    182
    """
    rate = agents / call_s
    if give_up_per_s <= 0:
        return (ahead + 1) / rate
    return sum(1 / (rate + behind * give_up_per_s) for behind in range(ahead + 1))


def standing(floor: Floor, place_id: str) -> Standing | None:
    """Where a waiting place stands; None when it does not wait."""
    place = floor.places.get(place_id)
    if place is None or place.state == "talking":
        return None
    ahead = _ahead(lines_of(floor, place), place)
    measured = floor.queues[place.queue].measured
    agents = _power(floor, place)
    if measured.served < LEAST_CALLS or agents <= 0:
        return Standing(ahead + 1, None)
    give_up_per_s = measured.left / measured.waited_s if measured.waited_s > 0 else 0.0
    return Standing(ahead + 1, predicted_wait_s(ahead, agents, measured.handled_s / measured.served, give_up_per_s))


def _ahead(lines: list[Line], place: Place) -> int:
    if len(lines) == 1:
        return bisect_left(lines[0].waiting, place.entry)
    return len({entry[2] for line in lines for entry in line.waiting[: bisect_left(line.waiting, place.entry)]})


def _power(floor: Floor, place: Place) -> float:
    """How many agents work for this place: who serves several queues where people wait is shared among them."""
    staff = {agent.id: agent for line in lines_of(floor, place) for agent in line.staff.values()}
    power = 0.0
    for agent in staff.values():
        if agent.state in WORKING:
            waited_for = {line.queue for _, line in agent.lines if line.waiting}
            power += 1 / max(1, len(waited_for))
    return power
