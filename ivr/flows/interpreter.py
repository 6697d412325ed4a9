"""Steps a call: ``step(call, event, book) -> (call, actions)``. The same inputs always give the same call."""

from __future__ import annotations

from typing import Any, TypeAlias

from ivr.flows.actions import Action, HangUp, Say
from ivr.flows.book import CallFlow, Finish, FlowBook, GoBack, GoTo, Into, Move, Onward, Stay, Step
from ivr.flows.call import Call, Frame, Tries
from ivr.flows.changing import changed
from ivr.flows.events import Event, HungUp, Reply, Started

MAX_STEPS = 500
"""Steps taken for one event before the call is ended: a net under the checks, which refuse endless files."""
MAX_REPLIES = 20
"""Replies of services in a row before the call is ended: a flow that only asks them leaves its caller in silence."""
UNKNOWN_LINE = "Sorry, this number is not in service. Please check the number and call again. Goodbye."
LOST = "Sorry, something went wrong on our side. Please call again later. Goodbye."


Trail: TypeAlias = list[tuple[str, str]]
"""The steps that were left, in order, each with the label of the exit taken."""


def step(call: Call, event: Event, book: FlowBook, trail: Trail | None = None) -> tuple[Call, tuple[Action, ...]]:
    """The next state of ``call`` after ``event``, and what to do on the phone.

    A call that is over ignores everything. A live call always waits for something afterwards. Those who ask how the
    call went pass a ``trail``, which grows.
    """
    if call.ended:
        return call, ()
    call = changed(call, now_s=event.at_s, replies=call.replies + 1 if isinstance(event, Reply) else 0)
    match event:
        case Started() if call.stack:
            return call, ()
        case Started(line=line, caller=caller, place=place):
            return _start(changed(call, line=line, caller=caller, place=place, started_s=event.at_s), book, trail)
        case HungUp():
            return _end(call, call.outcome or _left(call)), ()
        case _:
            current = book.step(call.frame) if call.stack else None
            if current is None or call.replies > MAX_REPLIES:
                return _lost(call)
            return _run(current.on(call, event, book), book, trail)


def _start(call: Call, book: FlowBook, trail: Trail | None) -> tuple[Call, tuple[Action, ...]]:
    call = changed(call, book=book.version, language=book.company.language)
    flow = book.company.lines.get(call.line)
    if flow is None:
        return _end(call.said("ivr", UNKNOWN_LINE), "unknown line"), (Say(UNKNOWN_LINE, call.language), HangUp())
    return _run(Move(call, to=GoTo(flow)), book, trail)


def _run(move: Move, book: FlowBook, trail: Trail | None) -> tuple[Call, tuple[Action, ...]]:
    """Follow moves until the call waits or ends."""
    actions: list[Action] = []
    for _ in range(MAX_STEPS):
        actions += move.actions
        call = move.call
        if trail is not None and call.stack and not isinstance(move.to, Stay):
            trail.append((call.step, move.via))
        match move.to:
            case Stay():
                return call, tuple(actions)
            case Finish(outcome):
                return _end(call, outcome), tuple(actions)
            case _:
                call = moved(call, move.to)
        call, current = settle(call, book)
        if current is None:
            return _end(call, call.outcome or "finished"), (*actions, HangUp())
        move = current.enter(call, book)
    return _lost(move.call)


def moved(call: Call, to: Onward | GoTo | Into | CallFlow | GoBack) -> Call:
    """The call at the place where it goes on (perhaps past the end of a block: see :func:`settle`)."""
    match to:
        case Onward():
            return _next(call)
        case GoTo(flow):
            return _fresh(call, stack=(Frame(flow),), path=(*call.path, flow))
        case Into(name):
            return _fresh(call, stack=(*call.stack, Frame(f"{call.step}.{name}")))
        case CallFlow(flow):
            return _fresh(call, stack=(*call.stack, Frame(flow, sub=True)), path=(*call.path, flow))
        case GoBack():
            return _back(call)


def settle(call: Call, book: FlowBook) -> tuple[Call, Step | None]:
    """Leave blocks that are at their end; the step to enter now, or None when the call has run out of steps."""
    while call.stack:
        current = book.step(call.frame)
        if current is not None:
            return call, current
        call = _next(changed(call, stack=call.stack[:-1]))
    return call, None


def _next(call: Call) -> Call:
    """At the step after the running one."""
    if not call.stack:
        return call
    frame = changed(call.frame, index=call.frame.index + 1, memory={})
    return _fresh(call, stack=(*call.stack[:-1], frame))


def _back(call: Call) -> Call:
    """After the ``call`` step that the running flow was called by; with none, past the end of everything."""
    for depth in range(len(call.stack) - 1, -1, -1):
        if call.stack[depth].sub:
            return _next(changed(call, stack=call.stack[:depth]))
    return changed(call, stack=())


def _fresh(call: Call, **fields: Any) -> Call:
    """The call with ``fields`` changed, elsewhere: counters of the open question do not outlive it."""
    return changed(call, tries=Tries(), waits_for="", **fields)


def _end(call: Call, outcome: str) -> Call:
    return changed(call, ended=True, outcome=outcome, waits_for="")


def _left(call: Call) -> str:
    """What a caller's hanging up means, by what they were doing."""
    return "left a message" if call.waits_for == "recording" else "caller hung up"


def _lost(call: Call) -> tuple[Call, tuple[Action, ...]]:
    return _end(call.said("ivr", LOST), "lost"), (Say(LOST, call.language), HangUp())
