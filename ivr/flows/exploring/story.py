"""Tells the shortest conversation that gets somewhere, as one line that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ivr.flows.actions import Listen, Say
from ivr.flows.book import FlowBook, Move
from ivr.flows.call import Call
from ivr.flows.events import Answered, Event, Heard, Recorded, Reply, Silence, Unavailable
from ivr.flows.exploring.undecided import SOMETHING
from ivr.flows.exploring.walk import NONSENSE, Cause, Explored, Spot, happen, hours_in

MOST_PARTS = 12
"""Sentences and answers that are told; of a longer conversation the end."""
LONGEST = 60


def story(explored: Explored, at: int) -> str:
    """The conversation that leads to spot ``at``: ``Ringdown: How can I help? / Caller: sales / ...``."""
    spot = explored.spots[at]
    parts: list[str] = []
    for who, said in (told for cause in _causes(explored, spot) for told in _told(explored, cause)):
        if parts and who and parts[-1].startswith(who):
            parts[-1] = f"{parts[-1]} {said}"
        else:
            parts.append(f"{who}{said}")
    shut = [name for name, is_open in hours_in(spot.call).items() if not is_open]
    when = f"While {' and '.join(shut)} is closed: " if shut else ""
    cut = ["..."] if len(parts) > MOST_PARTS else []
    return when + " / ".join([*cut, *parts[-MOST_PARTS:]])


def _causes(explored: Explored, spot: Spot) -> list[Cause]:
    causes = []
    while spot.cause:
        causes.append(spot.cause)
        spot = explored.spots[spot.cause.before]
    return causes[::-1]


def _told(explored: Explored, cause: Cause) -> Iterator[tuple[str, str]]:
    """What the caller did, and what they heard then: who, and what."""
    before = explored.spots[cause.before]
    if cause.event is not None:
        yield "", _done(before, cause.event)
    move = _again(explored, before.call, cause, explored.speaking)
    said = " ".join(action.text for action in move.actions if isinstance(action, Say) and action.text)
    if said:
        yield "Ringdown: ", _short(said)


def _again(explored: Explored, call: Call, cause: Cause, book: FlowBook) -> Move:
    step, event = book.step(call.frame), cause.event
    if step is None:
        return Move(call)
    return explored.oracle.by_script(partial(happen, step, call, event, book), hours_in(call), cause.script)


def _done(before: Spot, event: Event) -> str:
    last = before.actions[-1] if before.actions else None
    kind = last.expect.replace("_", " ") if isinstance(last, Listen) else "answer"
    match event:
        case Heard(text=text) if text == NONSENSE:
            return "Caller: (something else, again and again)"
        case Heard(text=text):
            return f"Caller: {text.replace(SOMETHING, f'({kind})')}"
        case Silence():
            return "Caller: (silence, again and again)"
        case Unavailable(reason=reason):
            return f"({reason})"
        case Answered():
            return "(somebody answers)"
        case Reply(ok=ok):
            return "(the service answers)" if ok else "(the service fails)"
        case Recorded(duration_s=duration_s):
            return "Caller: (a message)" if duration_s else "Caller: (no message)"
        case _:
            return "(something fails)"


def _short(text: str) -> str:
    text = text.replace(SOMETHING, "...")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3].rstrip()}..."
