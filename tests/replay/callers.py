"""Callers for the tests of replay: they do something fitting, or something odd, until the call is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from ivr.flows import FlowBook, step
from ivr.flows.actions import Action, Listen, Record, Request, Transfer
from ivr.flows.call import Call
from ivr.flows.events import Answered, Event, Heard, HungUp, Pressed, Recorded, Reply, Silence, Started, Unavailable
from tests.conftest import CALLER, LINE, MONDAY_NOON

SAYS = (
    "find a store", "where is my package", "leave a message", "sales please", "nine four one oh seven", "portland",
    "one two three four five six", "dana smith", "agent", "main menu", "yes", "no thank you", "next", "text me",
    "connect me", "goodbye", "my hovercraft is full of eels", "springfield", "repeat that", "order one two three",
)  # fmt: skip
KEYS = ("1", "2", "3", "4", "9", "0", "*", "#", "94107", "123456", "4111111111111111", "1234", "77")
REASONS = ("no answer", "declined", "busy", "failed")
Pick = Callable[[Sequence[Any]], Any]


def a_call(
    call_id: str, book: FlowBook, pick: Pick, *, turns: int = 14, at_s: float = MONDAY_NOON
) -> tuple[Call, list[Event]]:
    """A finished call of somebody who picks what to do."""
    events: list[Event] = [Started(at_s, LINE, CALLER)]
    call, actions = step(Call(call_id), events[0], book)
    for turn in range(turns):
        if call.ended:
            return call, events
        events.append(_does(at_s + 4.25 * (turn + 1), actions, pick))
        call, more = step(call, events[-1], book)
        actions = more or actions
    if not call.ended:
        events.append(HungUp(at_s + 4.25 * (turns + 1)))
        call, _ = step(call, events[-1], book)
    return call, events


def _does(at_s: float, actions: tuple[Action, ...], pick: Pick) -> Event:
    match actions[-1]:
        case Record():
            length_s = pick((4.0, 0.0, None))
            return HungUp(at_s) if length_s is None else Recorded(at_s, "RE1", length_s, "key")
        case Transfer():
            reason = pick(("", *REASONS, "gone"))
            if reason == "gone":
                return HungUp(at_s)
            return Unavailable(at_s, reason) if reason else Answered(at_s, "maria")
        case Request(service=service):
            return Reply(at_s, service, pick((True, True, False)), {"text": "on its way"})
        case Listen():
            how = pick(("says", "says", "says", "presses", "silence"))
            if how == "says":
                return Heard(at_s, pick(SAYS), pick((0.95, 0.8, 0.4)))
            return Pressed(at_s, pick(KEYS)) if how == "presses" else Silence(at_s)
        case _:
            return HungUp(at_s)


def random_calls(book: FlowBook, count: int, seed: int = 7) -> list[tuple[Call, list[Event]]]:
    """So many calls over a month, the same each time."""
    chance = Random(seed)
    return [a_call(f"CA{n:032d}", book, chance.choice, at_s=MONDAY_NOON + n * 2592.0) for n in range(count)]
