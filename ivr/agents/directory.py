"""Who can be rung: agents, and how a transfer's target becomes a list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who takes calls. ``address`` is E.164, ``client:NAME`` or ``sip:USER@HOST``."""

    id: str
    name: str
    address: str
    skills: frozenset[str] = frozenset()


Directory: TypeAlias = Callable[[str], Sequence[Agent]]
"""Who to ring, in order, for a transfer's target: ``queue sales``, ``agent ann`` or an E.164 number."""


@dataclass(frozen=True, slots=True)
class AgentList:
    """A directory over a fixed list; ``queues`` says which skills each queue needs (any of them will do)."""

    agents: tuple[Agent, ...]
    queues: dict[str, tuple[str, ...]]

    def __call__(self, to: str) -> Sequence[Agent]:
        """The agents for ``to``; none for a target nobody knows."""
        if _E164.fullmatch(to):
            return [Agent(to, to, to)]
        kind, _, name = to.partition(" ")
        if kind == "agent":
            return [agent for agent in self.agents if name in (agent.id, agent.name)]
        if kind == "queue":
            wanted = set(self.queues.get(name, (name,)))
            return [agent for agent in self.agents if wanted & agent.skills]
        return []
