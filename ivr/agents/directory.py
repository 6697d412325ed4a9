"""Who can be rung, and how a transfer's target becomes somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who takes calls. ``address`` is E.164, ``client:NAME`` or ``sip:USER@HOST``.

    ``skills`` are what they can do, and how well (1 is least); ``site`` is where they sit.
    """

    id: str
    name: str
    address: str
    skills: Mapping[str, int] = field(default_factory=dict)
    site: str = ""


Directory: TypeAlias = Callable[[str], Sequence[Agent]]
"""Who to ring, in order, for a transfer's target: ``agent ann`` or an E.164 number."""


def found(agents: Sequence[Agent], to: str) -> Sequence[Agent]:
    """The agents for ``to``; none for a target nobody knows. Who is rung for a queue, the floor says.

    >>> found([], "+15035550199")[0].address
    '+15035550199'
    """
    if _E164.fullmatch(to):
        return [Agent(to, to, to)]
    kind, _, name = to.partition(" ")
    return [agent for agent in agents if name in (agent.id, agent.name)] if kind == "agent" else []
