"""Whether a call comes out as recorded when it is run again on its own version: it must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ivr.flows.call import Line
from ivr.flows.events import Event
from ivr.records.secrets import mask_secrets
from ivr.replay.performance import Performance

LINE = tuple(field.name for field in fields(Line))
"""What a line of the transcript is made of."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` differs (transcript, path or outcome), first in ``turn``, where ``recorded`` was heard."""

    what: str
    turn: int
    recorded: tuple[str, ...]


def reproduced(record: Mapping[str, Any], again: Performance, events: Sequence[Event]) -> Difference | None:
    """The first difference between the record and the call run ``again``; None when they are the same."""
    shown = mask_secrets(again.call, events)[0] if again.call.secrets else again.call
    was = record["transcript"]
    now = [{name: getattr(line, name) for name in LINE} for line in shown.transcript]
    if was != now:
        line = next(
            (i for i, (old, new) in enumerate(zip(was, now, strict=False)) if old != new), min(len(was), len(now))
        )
        return _in_turn("transcript", line, was, again)
    last = max(len(again.turns) - 1, 0)
    if list(record["path"]) != list(shown.path):
        return Difference(f"path: {' > '.join(record['path'])} became {' > '.join(shown.path)}", last, ())
    if record["outcome"] != shown.outcome:
        return Difference(f"outcome: '{record['outcome']}' became '{shown.outcome}'", last, ())
    return None


def _in_turn(what: str, line: int, was: Sequence[Mapping[str, Any]], again: Performance) -> Difference:
    """The difference at transcript line ``line``, with all that was recorded of its turn."""
    first = 0
    for number, turn in enumerate(again.turns):
        after = first + len(turn.lines)
        if line < after or number == len(again.turns) - 1:
            said = [one for one in was[first:] if one["who"] == "ivr" and one["at_s"] == turn.event.at_s]
            return Difference(what, number, tuple(str(one["text"]) for one in said))
        first = after
    return Difference(what, 0, tuple(str(one["text"]) for one in was))
