"""Somebody who was called back is passed on to a queue: they stand in its line like any other caller.

The promise to them is kept, and their first transfer over; this is another one, on the same call to them. They are in
it when their call asks how to go on, so whoever dies on the way leaves nobody in line who is not there.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.agents.attendant import Attendant
from ivr.agents.floor.callers import no_entry
from ivr.agents.floor.events import Joined
from ivr.agents.floor.state import Floor
from ivr.agents.handover import Handover
from ivr.agents.routing import Routing

WHY_NOT = {
    "closed": "The queue {queue} is closed now.",
    "full": "So many wait for the queue {queue} that nobody else may.",
    "nobody": "Nobody works for the queue {queue} now.",
}


def why_not(attendant: Attendant, queue: str) -> str:
    """Why nobody can be sent to stand in line there now; empty when they can."""

    def see(floor: Floor) -> str:
        found = floor.queues.get(queue)
        return no_entry(found, is_callback=False, has_place=False) if found else "nobody"

    reason = attendant.look(see)
    return WHY_NOT[reason].format(queue=queue) if reason else ""


def send_on(attendant: Attendant, handover: Handover, onward: Handover) -> bool:
    """Send who is in the room of ``handover`` to the queue of ``onward``; False when they are not there any more."""
    now_s, sid = attendant.now(), attendant.shelf.routing(handover.id).called
    rules = attendant.staffing().queue(onward.queue)
    onward = replace(
        onward,
        id=f"{handover.id}~{handover.turn + 1}",
        turn=handover.turn + 1,
        at_s=now_s,
        ring_s=rules.ring_s if rules else handover.ring_s,
        passed_on=True,
    )
    account = Routing((), ring_s=onward.ring_s, since_s=now_s, seen_s=now_s, called=sid)
    if attendant.shelf.open(onward, account):
        attendant.opened(onward, account)
    attendant.note(handover.id, lambda one: replace(one, onward=onward.id))
    return attendant.phones.fetch_called(onward, sid)


def stand_in_line(attendant: Attendant, onward: Handover) -> None:
    """Who was sent on is there."""
    place, is_over = onward.id, attendant.shelf.routing(onward.id).phase == "over"
    if not is_over and attendant.look(lambda floor: place not in floor.places and place not in floor.over):
        attendant.tell(Joined(attendant.now(), place, onward.queue, onward.caller))


def latest(attendant: Attendant, promise_id: str) -> str:
    """The transfer that the person of a promise is in now."""
    while onward := attendant.shelf.routing(promise_id).onward:
        promise_id = onward
    return promise_id
