"""Who may do what: people with roles, their passwords and visits, and the trail of what they did."""

from ivr.accounts.visitor import NOBODY, Role, Visitor

__all__ = ["NOBODY", "Role", "Visitor"]
