"""What callers do: join, leave, and hang up when all is said."""

from __future__ import annotations

from heapq import heappush

from ivr.agents.floor.commands import Exit
from ivr.agents.floor.events import Dropped, Ended, Joined, Left
from ivr.agents.floor.people import Agent, Past, Place, QueueState
from ivr.agents.floor.state import (
    MEMORY,
    PLACE,
    TALK_S,
    Floor,
    call_later,
    forget,
    has_staff,
    leave,
    let_go,
    line_up,
    remember,
    set_due_of_place,
    stage_of,
    step_out,
    turn_away,
    unring,
    wait_on,
)

GONE = frozenset({"left", "served", "cancelled"})
"""How a place ends without the caller being sent back to the flow."""


def joined(floor: Floor, event: Joined) -> None:
    """A caller waits, unless there is a reason not to begin."""
    at_s, place_id, queue_name, caller, priority, is_callback = event
    if place_id in floor.places:
        return
    if place_id in floor.over:
        outcome = floor.over[place_id].outcome
        if outcome not in GONE:  # sent to wait twice: must not stay, as nobody will come
            floor.commands.append(Exit(place_id, outcome))
        return
    earlier = floor.places[floor.callbacks[queue_name, caller]] if (queue_name, caller) in floor.callbacks else None
    if earlier is not None and is_callback:
        remember(floor, place_id, Past("cancelled", floor.now_s))  # to be called back once is enough
        return
    queue = floor.queues.get(queue_name)
    reason = "failed" if queue is None else no_entry(queue, is_callback, has_place=earlier is not None)
    if queue is None or reason:
        remember(floor, place_id, Past(reason, floor.now_s))
        floor.commands.append(Exit(place_id, reason))
    elif earlier is None:
        enter(floor, queue, Place(place_id, queue_name, caller, is_callback), at_s, queue.rules.priority + priority)
    else:  # who is to be called back rings again: the call has the place, and nobody slips in between
        enter(floor, queue, Place(place_id, queue_name, caller), earlier.joined_s, -earlier.entry[0])
        leave(floor, earlier, "cancelled")


def no_entry(queue: QueueState, is_callback: bool, has_place: bool) -> str:
    """Why somebody does not wait here; what was promised is kept, and waits for its hours."""
    if is_callback:
        return ""
    if not queue.is_open:
        return "closed"
    if queue.rules.max_waiting and queue.waiting >= queue.rules.max_waiting and not has_place:
        return "full"
    if not queue.lines[0].idle and not has_staff(queue.lines):
        return "nobody"
    return ""


def enter(floor: Floor, queue: QueueState, place: Place, joined_s: float, priority: int) -> None:
    """A new place, in the order of ``priority`` and ``joined_s``."""
    floor.number = number = floor.number + 1
    place.entry = (-priority, joined_s, number, place)
    place.on_line_s = floor.now_s
    floor.places[place.id] = place
    queue.waiting += 1
    if place.is_callback and place.caller:
        floor.callbacks[place.queue, place.caller] = place.id
    line_up(floor, place)
    if place.state != "ringing":
        set_due_of_place(floor, place)
    if queue.rules.overflow:
        _overflow_by_load(floor, queue)


def _overflow_by_load(floor: Floor, queue: QueueState) -> None:
    """When too many wait, all of them may be taken elsewhere too, the oldest first as ever."""
    for number, overflow in enumerate(queue.rules.overflow):
        if overflow.over_waiting and queue.waiting > overflow.over_waiting:
            before_s, queue.crowded_s[number] = queue.crowded_s[number], floor.now_s
            new = [entry[3] for entry in queue.lines[0].waiting if entry[1] > before_s]
            for place in new:
                if place.queue == queue.rules.name:
                    widen(floor, place)


def widen(floor: Floor, place: Place) -> None:
    """The place may stand in more lines by now, as old as it is."""
    queue = floor.queues[place.queue]
    if place.state == "waiting" and stage_of(floor, queue, place) > place.stage:
        step_out(floor, place)
        line_up(floor, place)


def left(floor: Floor, event: Left | Ended) -> None:
    """The caller hung up, or the call is over in another way; when nobody had taken it, the caller has left."""
    place = floor.places.get(event.place)
    if place is None:
        remember(floor, event.place, Past("left", floor.now_s))
    elif place.state == "talking":
        _is_over(floor, place)
    elif not place.is_callback:
        leave(floor, place, "left")


def _is_over(floor: Floor, place: Place) -> None:
    agent = floor.agents[place.agent]
    queue = floor.queues[place.queue]
    wrap_up_s = queue.rules.wrap_up_s
    measured = queue.measured
    measured.served = measured.served * MEMORY + 1.0
    measured.handled_s = measured.handled_s * MEMORY + floor.now_s - place.began_s + wrap_up_s
    forget(floor, place, "served")
    agent.missed = 0
    let_go(floor, agent, floor.now_s, wrap_up_s)


def dropped(floor: Floor, event: Dropped) -> None:
    """The agent is gone, the caller is not: they go on waiting as if nobody had taken them."""
    place = floor.places.get(event.place)
    if place is None or place.state != "talking":
        return
    agent = unring(floor, place)
    floor.queues[place.queue].waiting += 1
    place.declined.append(agent.id)
    place.on_line_s = floor.now_s
    wait_on(floor, place)
    let_go(floor, agent, floor.now_s)
    send_back_if_all_declined(floor, place)


def send_back_if_all_declined(floor: Floor, place: Place) -> None:
    """Who was declined by everybody who works need not wait."""
    if place.state != "waiting":
        return
    lines = floor.queues[place.queue].lines
    if any(agent.is_staff and agent.id not in place.declined for line in lines for agent in line.staff.values()):
        return
    if place.is_callback:
        call_later(floor, place)
    else:
        turn_away(floor, place, "declined")


def talk(floor: Floor, place: Place, agent: Agent, began_s: float) -> None:
    """Agent and caller talk."""
    queue = floor.queues[place.queue]
    queue.waiting -= 1
    measured = queue.measured
    measured.left *= MEMORY
    measured.waited_s = measured.waited_s * MEMORY + max(began_s - place.on_line_s, 0.0)
    place.state, place.ring, place.began_s = "talking", 0, began_s
    place.until_s = floor.now_s + TALK_S
    heappush(floor.due, (place.until_s, PLACE, place.id))
    agent.state, agent.since_s, agent.missed = "on call", floor.now_s, 0
