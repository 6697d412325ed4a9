"""Who may do what: people with roles, their passwords and logins, and the trail of what they did.

``Visitor`` and ``Role`` are all that other parts need to know; the rest is behind ``Accounts``, ``Visits`` and
``AuditTrail``.
"""

from ivr.accounts.accounts import AccountError, Accounts, Invitation, User
from ivr.accounts.attempts import Attempts
from ivr.accounts.audit import AuditTrail, Entry
from ivr.accounts.visitor import NOBODY, Role, Visitor
from ivr.accounts.visits import Visits

__all__ = [
    "NOBODY",
    "AccountError",
    "Accounts",
    "Attempts",
    "AuditTrail",
    "Entry",
    "Invitation",
    "Role",
    "User",
    "Visitor",
    "Visits",
]
