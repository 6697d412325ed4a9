"""Logins: who comes in by a password, who has come in, and when that ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from sqlalchemy import delete, select

from ivr.accounts.accounts import AccountError, known_roles, plain_name
from ivr.accounts.attempts import Attempts
from ivr.accounts.audit import AuditTrail
from ivr.accounts.passwords import Passwords, mistake
from ivr.accounts.tables import UserRow, VisitRow
from ivr.accounts.tokens import hashed, new_token
from ivr.accounts.visitor import Visitor
from ivr.records import Database

VISIT_S = 12 * 3600
"""A working day; after it the password is asked again."""

WRONG = "The name or the password is not right."
"""The same for names that nobody has: who has an account is nobody's business."""

SAY_WAIT = "Too many tries. Try again in {minutes} minutes, or have the password reset."


class Visits:
    """Safe for many threads and processes. ``attempts`` limits how often passwords are tried."""

    def __init__(
        self,
        database: Callable[[], Database],
        now: Callable[[], float],
        audit: AuditTrail,
        attempts: Callable[[], Attempts],
        passwords: Passwords | None = None,
    ) -> None:
        self._make_database = database
        self._now = now
        self._audit = audit
        self._make_attempts = attempts
        self._passwords = passwords or Passwords()

    @cached_property
    def _database(self) -> Database:
        return self._make_database()

    @cached_property
    def _attempts(self) -> Attempts:
        return self._make_attempts()

    def begin(self, name: str, password: str, address: str) -> str:
        """Log in; the token of the visit.

        Raises:
            AccountError: when that is not the password, or too many were tried.
            OutsideError: when database or Redis fail.
        """
        kept = self._checked(name, password, address)
        name, token = plain_name(name), new_token()
        with self._database.session() as session:
            row = session.get(UserRow, name, with_for_update=True)
            if row is None or row.password != kept:  # reset in this very moment
                raise AccountError(WRONG)
            session.execute(delete(VisitRow).where(VisitRow.until_s < self._now()))
            now_s = self._now()
            session.add(VisitRow(token=hashed(token), name=name, at_s=now_s, until_s=now_s + VISIT_S))
            self._audit.note(session, name, "logged in", f"from {address}")
        self._attempts.forget(name)
        return token

    def unlock(self, name: str) -> None:
        """Forget wrong passwords: a one-time link has shown who it is."""
        self._attempts.forget(plain_name(name))

    def of(self, token: str) -> Visitor | None:
        """Who visits by ``token``, with the roles they have now."""
        if not token:
            return None
        query = select(VisitRow, UserRow).join(UserRow, UserRow.name == VisitRow.name)
        with self._database.reading() as session:
            found = session.execute(query.where(VisitRow.token == hashed(token))).first()
        if found is None or found[0].until_s < self._now():
            return None
        visit, user = found
        return Visitor(
            user.name, known_roles(user.roles), user.agent, True, visit.token, mailboxes=frozenset(user.mailboxes)
        )

    def end(self, token: str) -> None:
        """Log out."""
        visitor = self.of(token)
        with self._database.session() as session:
            session.execute(delete(VisitRow).where(VisitRow.token == hashed(token)))
            if visitor:
                self._audit.note(session, visitor.name, "logged out")

    def change_password(self, visitor: Visitor, old: str, new: str, address: str) -> None:
        """Another password for one's own account; all its other logins end.

        Raises:
            AccountError: when ``old`` is not the password, or ``new`` is not good enough.
        """
        if wrong := mistake(new, visitor.name):
            raise AccountError(wrong)
        was = self._checked(visitor.name, old, address)
        kept = self._passwords.kept(new)
        with self._database.session() as session:
            row = session.get(UserRow, visitor.name, with_for_update=True)
            if row is None or row.password != was:
                raise AccountError(WRONG)
            row.password = kept
            others = (VisitRow.name == visitor.name) & (VisitRow.token != visitor.visit)
            session.execute(delete(VisitRow).where(others))
            self._audit.note(session, visitor.name, "changed password")
        self._attempts.forget(visitor.name)

    def _checked(self, name: str, password: str, address: str) -> str:
        """What is kept of the password, which is right. Takes equally long whether there is such an account."""
        wait_s = self._attempts.wait_s(name.strip().casefold(), address)
        with self._database.reading() as session:
            row = session.get(UserRow, plain_name(name))
        # What was typed as a name may be a password: only names of accounts are written down.
        who = row.name if row else "an unknown name"
        if wait_s:
            raise AccountError(SAY_WAIT.format(minutes=-(-wait_s // 60)))
        kept = row.password if row else ""
        if not self._passwords.match(kept, password):
            self._audit(who, "failed login", f"from {address}")
            raise AccountError(WRONG)
        return kept
