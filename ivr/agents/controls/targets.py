"""Whom the words ``agent bob``, ``queue support`` and ``+15035550199`` mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ivr.agents.controls.asking import RefusedError
from ivr.agents.directory import Agent

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
"""The only form of a number that is ever dialled: no extensions, no letters, nothing to be read in two ways."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The people who can be rung. ``skills_of`` tells which skills serve a queue; none when there is no such queue.

    ``refusal`` says why a number outside may not be dialled; empty when it may.
    """

    agents: Callable[[], Sequence[Agent]]
    skills_of: Callable[[str], Collection[str]]
    refusal: Callable[[str], str]

    def named(self, to: str) -> Sequence[Agent]:
        """Who is rung for ``to``, in order.

        Raises:
            RefusedError: nobody is called so, or the number may not be dialled.
        """
        if E164.fullmatch(to):
            if refusal := self.refusal(to):
                raise RefusedError(refusal)
            return [Agent(to, to, to)]
        kind, _, name = to.partition(" ")
        found: list[Agent] = []
        if kind == "agent":
            found = [agent for agent in self.agents() if name in (agent.id, agent.name)]
        elif kind == "queue":
            wanted = set(self.skills_of(name))
            found = [agent for agent in self.agents() if wanted & set(agent.skills)]
        else:
            raise RefusedError(f"{to[:40]!r} is nobody: write  agent NAME,  queue NAME  or a number like +15035550100.")
        if not found:
            raise RefusedError(f"There is no {kind} {name[:40]!r}, or nobody who takes its calls.")
        return found

    def agent(self, who: str) -> Agent:
        """The agent whose id or name this is, or who has this number.

        Raises:
            RefusedError: there is none, or the number may not be dialled.
        """
        return self.named(who if E164.fullmatch(who) else f"agent {who.removeprefix('agent ')}")[0]
