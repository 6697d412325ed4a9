"""Turns of a call in the words of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.flows.actions import HangUp, Play, Record, Request, Transfer
from ivr.flows.events import Answered, Event, Failed, HungUp, Recorded, Reply, Silence, Started, Unavailable
from ivr.replay.performance import Turn
from ivr.replay.verdict import Exchange
from ivr.replay.waits import asked


def exchange(was: Turn | None, now: Turn | None, recorded: Sequence[str] | None = None) -> Exchange:
    """The exchange of two turns that answer the same event; ``recorded`` stands for what was heard back then."""
    caller = next((_did(turn) for turn in (was, now) if turn), "")
    heard_then = tuple(recorded) if recorded is not None else tuple(_heard(was))
    return Exchange(caller, heard_then, tuple(_heard(now)))


def _did(turn: Turn) -> str:
    said = next((line.text for line in turn.lines if line.who == "caller"), "")
    return said or _happened(turn.event)


def _happened(event: Event) -> str:
    match event:
        case Started():
            return "(rings)"
        case Silence():
            return "(silence)"
        case Recorded(duration_s=duration_s):
            return f"(leaves a message of {duration_s:.0f} s)" if duration_s else "(leaves no message)"
        case Reply(service=service, ok=ok):
            return f"({service} {'answers' if ok else 'fails'})"
        case Answered():
            return "(talks to an agent)"
        case Unavailable(reason=reason):
            return f"(transfer: {reason})"
        case HungUp():
            return "(hangs up)"
        case Failed():
            return "(something fails)"
        case _:
            return "(answers)"


def _heard(turn: Turn | None) -> Iterator[str]:
    """What was heard, and what was done: both matter to somebody who compares."""
    if turn is None:
        return
    yield from (line.text for line in turn.lines if line.who == "ivr")
    for action in turn.actions:
        match action:
            case Play(file=file) if not file.startswith("silence-"):
                yield f"({file})"
            case Record(mailbox=mailbox):
                yield f"(records a message for {mailbox})"
            case Transfer(to=to):
                yield f"(rings {to})"
            case Request():
                yield f"(asks {asked(action)})"
            case HangUp():
                yield "(end of call)"
            case _:
                continue
