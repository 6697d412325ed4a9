"""How a call ended, as far as anybody cares: what came of it, where, and what was done on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.flows.actions import Action, Record, Request, Transfer
from ivr.replay.performance import Turn
from ivr.replay.waits import asked


@dataclass(frozen=True, slots=True)
class Ending:
    """``outcome`` is empty while the call goes on; ``deeds`` are who was rung, what was recorded and what was sent."""

    outcome: str
    flow: str
    deeds: tuple[str, ...]

    def __str__(self) -> str:
        return "; ".join((*self.deeds, f"{self.outcome or 'goes on'} in {self.flow}" if self.flow else self.outcome))


def ending(turns: Sequence[Turn], renamed: Mapping[str, str]) -> Ending:
    """How the call of ``turns`` ended; ``renamed`` gives a flow the name it had in the other book."""
    call = turns[-1].call
    flow = call.path[-1] if call.path else ""
    deeds = dict.fromkeys(deed for turn in turns for deed in _deeds(turn.actions))
    return Ending(call.outcome if call.ended else "", renamed.get(flow, flow), tuple(deeds))


def _deeds(actions: tuple[Action, ...]) -> Iterator[str]:
    for action in actions:
        match action:
            case Transfer(to=to):
                yield f"rings {to}"
            case Record(mailbox=mailbox):
                yield f"records a message for {mailbox}"
            case Request():
                yield f"asks {asked(action)}"
            case _:
                continue
