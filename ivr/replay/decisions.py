"""Why a call went as it did: what was decided about each answer, worked out again on the call's own version.

Nothing of this is stored. The same events on the same flow file come to the same decisions, so a decision that is
worked out again is the one that was made; where a call does not come out as recorded, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.flows import FlowBook
from ivr.flows.call import MASK, Call
from ivr.flows.decisions import Decision
from ivr.flows.events import event_from_json
from ivr.flows.steps.collect import PENDING
from ivr.replay.performance import Performance, Turn
from ivr.replay.reproduction import reproduced


@dataclass(frozen=True, slots=True)
class Reason:
    """A decision, and whether its value was read back to the caller. Of a ``hidden`` one only the outcome is told."""

    decision: Decision
    read_back: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons by the number of the transcript line they belong to; ``whole`` is false when some are not known."""

    by_line: Mapping[int, Sequence[Reason]] = field(default_factory=dict)
    whole: bool = True


def reasons(record: Mapping[str, Any], book: FlowBook) -> Reasons:
    """Why the call ``record`` (masked, with its events) went as it did on ``book``, its own version."""
    made: list[Decision] = []
    performance = Performance(Call(str(record["id"])), replace(book, decided=made.append))
    events = [event_from_json(dict(event)) for event in record["events"]]
    found: list[tuple[int, int, list[Reason]]] = []
    for number, event in enumerate(events):
        first, count = len(performance.call.transcript), len(made)
        turn = performance.play([event]).turns[-1]
        line = next((at for at, one in enumerate(turn.lines, first) if one.who == "caller"), None)
        if line is not None:
            hidden = _is_masked(turn.lines[line - first].text) or _is_masked(_recorded(record, line))
            found.append((number, line, [_reason(one, turn, hidden=hidden) for one in made[count:]]))
    different = reproduced(record, performance, events)
    sure = [one for one in found if different is None or one[0] < different.turn]
    return Reasons({line: those for _, line, those in sure}, whole=different is None)


def _reason(decision: Decision, turn: Turn, *, hidden: bool) -> Reason:
    pending = turn.call.frame.memory.get(PENDING) if turn.call.stack else None
    return Reason(decision, bool(decision.value) and pending == decision.value, hidden or decision.secret)


def _recorded(record: Mapping[str, Any], line: int) -> str:
    lines = record["transcript"]
    return str(lines[line]["text"]) if line < len(lines) else ""


def _is_masked(text: str) -> bool:
    return MASK in text
