"""Calling people back: the place goes on without its caller, once, and nobody overtakes it meanwhile."""

from __future__ import annotations

from heapq import heappush

from ivr.agents.floor.callers import enter, talk
from ivr.agents.floor.commands import CallBack, RingAgent
from ivr.agents.floor.events import CallbackAnswered, CallbackAsked, CallbackCancelled, CallbackFailed, CallbackNow
from ivr.agents.floor.people import Agent, Past, Place
from ivr.agents.floor.state import (
    CALL_S,
    DIAL_S,
    PLACE,
    RING,
    Floor,
    leave,
    let_go,
    line_up,
    remember,
    set_due_of_place,
    step_out,
    turn_away,
    unring,
)


def callback_asked(floor: Floor, event: CallbackAsked) -> None:
    """The place goes on without its caller: once, and as old as it was."""
    place = floor.places.get(event.place)
    if place is None:
        _revive(floor, event)
        return
    if place.is_callback or place.state == "talking":
        return
    if (place.queue, event.caller) in floor.callbacks:  # asked for before, in another call: that place is there
        leave(floor, place, "cancelled")
        return
    place.is_callback = True
    place.caller = event.caller or place.caller
    if place.caller:
        floor.callbacks[place.queue, place.caller] = place.id
    if place.state == "waiting":
        step_out(floor, place)
        line_up(floor, place)


def _revive(floor: Floor, event: CallbackAsked) -> None:
    """The caller hung up before the wish was known: the place is there again, as it stood."""
    past = floor.over.get(event.place, Past("left", floor.now_s))
    name = past.queue or event.queue
    queue = floor.queues.get(name)
    if queue is None or past.outcome != "left" or (name, event.caller) in floor.callbacks:
        remember(floor, event.place, Past("cancelled", floor.now_s))
        return
    floor.over.pop(event.place, None)
    minus_priority, joined_s = past.entry or (-queue.rules.priority - event.priority, event.joined_s)
    enter(floor, queue, Place(event.place, name, event.caller, is_callback=True), joined_s, -minus_priority)


def callback_cancelled(floor: Floor, event: CallbackCancelled) -> None:
    """No call is wanted any more."""
    place = floor.places.get(event.place)
    if place is not None and place.is_callback and place.state != "talking":
        leave(floor, place, "cancelled")


def callback_now(floor: Floor, event: CallbackNow) -> None:
    """Somebody does not want the next try to be waited for; the turn and the quiet hours stay as they are."""
    place = floor.places.get(event.place)
    if place is not None and place.state == "held":
        place.until_s = floor.now_s
        line_up(floor, place)


def callback_answered(floor: Floor, event: CallbackAnswered) -> None:
    """The person is there: they talk with the agent who called, or the agent who is kept for them is rung."""
    place = floor.places.get(event.place)
    if place is None or place.state != "calling":
        return
    floor.callbacks.pop((place.queue, place.caller), None)
    place.is_callback = False
    place.on_line_s = floor.now_s
    agent = floor.agents[place.agent]
    asked = floor.rings.get(place.ring)
    if asked is None:
        talk(floor, place, agent, place.began_s)
        return
    place.state = "ringing"
    asked.until_s = floor.now_s + DIAL_S
    heappush(floor.due, (asked.until_s, RING, asked.number))
    set_due_of_place(floor, place)
    floor.commands.append(RingAgent(asked.number, agent.id, place.id))


def callback_failed(floor: Floor, event: CallbackFailed) -> None:
    """The person did not answer: later again, as old as before, or not any more."""
    place = floor.places.get(event.place)
    if place is None or place.state != "calling":
        return
    rules = floor.queues[place.queue].rules
    agent = unring(floor, place)
    place.state, place.until_s = "held", floor.now_s + rules.callback_again_s
    if place.attempts >= rules.callback_attempts:
        turn_away(floor, place, "given up")
    else:
        heappush(floor.due, (place.until_s, PLACE, place.id))
    let_go(floor, agent, floor.now_s)


def call_back(floor: Floor, place: Place, agent: Agent, began_s: float) -> None:
    """The agent is there: call the person."""
    agent.state = "on call"
    place.state, place.ring, place.began_s = "calling", 0, began_s
    place.attempts += 1
    place.until_s = floor.now_s + CALL_S
    heappush(floor.due, (place.until_s, PLACE, place.id))
    floor.commands.append(CallBack(place.id, agent.id, place.attempts))
