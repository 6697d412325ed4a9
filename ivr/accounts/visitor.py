"""Who asks, and what they may. Parts that show or change something ask a visitor; none of them asks for passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is there for."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ADMIN = "admin"


HOLDS: Mapping[Role, frozenset[Role]] = {
    Role.AGENT: frozenset({Role.AGENT}),
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR, Role.AGENT}),
    Role.EDITOR: frozenset({Role.EDITOR}),
    Role.ADMIN: frozenset(Role),
}
"""What each role may do: a supervisor what agents may, an admin everything, an editor nothing with callers."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in as ``name``.

    ``agent`` is the agent of the flow file whose desk is theirs. Without an ``account`` (on one machine where there is
    none yet, or a program) they are no agent in particular and may be any. ``visit`` names the login. Who is kept to
    ``mailboxes`` hears the messages of these only.
    """

    name: str
    roles: frozenset[Role] = frozenset()
    agent: str = ""
    account: bool = False
    visit: str = ""
    program: bool = False
    mailboxes: frozenset[str] = frozenset()

    def may(self, *roles: Role) -> bool:
        """Whether they may do what one of ``roles`` is there for.

        >>> Visitor("dana", frozenset({Role.SUPERVISOR})).may(Role.AGENT)
        True
        >>> Visitor("eve", frozenset({Role.EDITOR})).may(Role.AGENT, Role.SUPERVISOR)
        False
        """
        held = frozenset[Role]().union(*(HOLDS[role] for role in self.roles))
        return not held.isdisjoint(roles)

    def may_be(self, agent: str) -> bool:
        """Whether the desk of ``agent`` is theirs to sit at."""
        return self.may(Role.SUPERVISOR) or (self.may(Role.AGENT) and bool(agent) and agent == self.agent)

    @property
    def hears(self) -> frozenset[str] | None:
        """The mailboxes whose messages they may hear; None is all.

        >>> Visitor("ann", frozenset({Role.AGENT}), mailboxes=frozenset({"support"})).hears
        frozenset({'support'})
        >>> Visitor("eve", frozenset({Role.EDITOR})).hears
        frozenset()
        """
        if self.may(Role.SUPERVISOR):
            return None
        return (self.mailboxes or None) if self.may(Role.AGENT) else frozenset()


NOBODY = Visitor("nobody")
"""Who was let in nowhere."""
