"""The accounts: who has one, their one-time links, and what an admin changes. Logins are in ``visits``.

Nobody is ever given a password: a new account and a reset one get a link, good for one use, by which its owner chooses
one. The first account is made on the machine itself (by its link or the command line), so nobody can be faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.accounts.audit import AuditTrail
from ivr.accounts.passwords import Passwords, mistake
from ivr.accounts.tables import InvitationRow, UserRow, VisitRow
from ivr.accounts.tokens import hashed, new_token
from ivr.accounts.visitor import Role
from ivr.records import Database

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
MOST_MAILBOXES = 100
LINK_S = 24 * 3600
"""How long a one-time link is good for."""


class AccountError(Exception):
    """What was asked for cannot be done with accounts; the message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class User:
    """An account. Somebody who has not ``joined`` yet has a link and no password; ``mailboxes`` as of a Visitor."""

    name: str
    roles: frozenset[Role]
    agent: str
    joined: bool
    has_password: bool
    mailboxes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link is for: ``name`` is empty where the first admin is to choose one."""

    name: str
    until_s: float


class Accounts:
    """Safe for many threads and processes. Every change is in the audit trail, with who made it.

    All methods raise OutsideError when the database fails; the ones that change something raise AccountError.
    """

    def __init__(
        self,
        database: Callable[[], Database],
        now: Callable[[], float],
        audit: AuditTrail,
        passwords: Passwords | None = None,
    ) -> None:
        self._make_database = database
        self._now = now
        self._audit = audit
        self._passwords = passwords or Passwords()
        self._any = False

    @cached_property
    def _database(self) -> Database:
        return self._make_database()

    # --- looking ----------------------------------------------------------------------------------------------------

    def exist(self) -> bool:
        """Whether anybody has joined: from then on everybody logs in. That never changes back."""
        if not self._any:
            with self._database.reading() as session:
                self._any = _anybody_joined(session)
        return self._any

    def users(self) -> list[User]:
        """All of them, by name."""
        with self._database.reading() as session:
            return [_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def user(self, name: str) -> User | None:
        with self._database.reading() as session:
            row = session.get(UserRow, plain_name(name))
        return _user(row) if row else None

    # --- one-time links ---------------------------------------------------------------------------------------------

    def first_link(self) -> str:
        """The token by which the first admin is made; empty when somebody has joined. It replaces the one before."""
        token = new_token()
        with self._database.session() as session:
            if _anybody_joined(session):
                return ""
            self._invite(session, "", token)
        return token

    def invitation(self, token: str) -> Invitation | None:
        """What the link with ``token`` is for; None when it is used, too old or made up."""
        with self._database.reading() as session:
            row = self._invited(session, token)
            return Invitation(row.name, row.until_s) if row else None

    def join(self, token: str, password: str, name: str = "") -> User:
        """Choose a password by a link, which is then used. All logins of the account end.

        ``name`` is that of the first admin; other links know theirs.
        """
        invitation = self.invitation(token)
        if invitation is None:
            raise AccountError("This link is used or too old. Ask for a new one.")
        name = invitation.name or _good_name(name)
        if wrong := mistake(password, name):
            raise AccountError(wrong)
        kept = self._passwords.kept(password)  # takes its time: not while others wait for the database
        with self._database.session() as session:
            row = self._invited(session, token, lock=True)
            if row is None:  # somebody was faster
                raise AccountError("This link is used or too old. Ask for a new one.")
            if not row.name and session.get(UserRow, name) is None:
                self._add(session, name, {Role.ADMIN}, name)
            user = session.get(UserRow, name)
            if user is None:
                raise AccountError("This account does not exist any more.")
            if not row.name:
                user.roles = [Role.ADMIN]
            session.execute(delete(InvitationRow).where(InvitationRow.name.in_({row.name, name})))
            self._end_visits(session, name)
            user.password, user.joined_s = kept, user.joined_s or self._now()
            self._audit.note(session, name, "chose a password")
            return _user(user)

    # --- what admins do ---------------------------------------------------------------------------------------------

    def add(self, name: str, roles: Collection[Role], agent: str, by: str, mailboxes: Collection[str] = ()) -> str:
        """A new account; the token of its link. ``agent`` is whose desk it has, by default the one of this name.

        As an agent it hears the messages of ``mailboxes``, or of all where there is none.
        """
        name, token = _good_name(name), new_token()
        roles = _good_roles(roles)
        with self._database.session() as session:
            if session.get(UserRow, name) is not None:
                raise AccountError(f"There is an account '{name}' already.")
            if Role.ADMIN not in roles and not _admins(session):
                raise AccountError("The first account must be an admin: later ones can be anything.")
            self._add(session, name, roles, agent or name, mailboxes)
            self._invite(session, name, token)
            self._audit.note(session, by, "added user", f"{name} ({_told(roles)})")
        return token

    def change(
        self, name: str, roles: Collection[Role], agent: str, by: str, mailboxes: Collection[str] | None = None
    ) -> None:
        """Give an account other roles, another desk or other mailboxes. It counts from the next request on."""
        roles = _good_roles(roles)
        with self._database.session() as session:
            user, before = _must_exist(session, name), _anybody_joined(session)
            user.roles, user.agent = sorted(roles), (agent or user.name)[:128]
            user.mailboxes = user.mailboxes if mailboxes is None else _few(mailboxes)
            _keep_an_admin(session, before)
            heard = f", mailboxes {', '.join(user.mailboxes)}" if user.mailboxes else ""
            self._audit.note(session, by, "changed user", f"{user.name} ({_told(roles)}, agent {user.agent}{heard})")

    def reset(self, name: str, by: str) -> str:
        """Take the password away and end all logins; the token of a link to choose a new one."""
        token = new_token()
        with self._database.session() as session:
            user = _must_exist(session, name)
            user.password = ""
            self._end_visits(session, user.name)
            self._invite(session, user.name, token)
            self._audit.note(session, by, "reset password", user.name)
        return token

    def remove(self, name: str, by: str) -> None:
        """Remove an account with its logins. What it did stays in the audit trail."""
        with self._database.session() as session:
            user, before = _must_exist(session, name), _anybody_joined(session)
            session.delete(user)
            _keep_an_admin(session, before)
            self._end_visits(session, user.name)
            session.execute(delete(InvitationRow).where(InvitationRow.name == user.name))
            self._audit.note(session, by, "removed user", user.name)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _add(
        self, session: Session, name: str, roles: Collection[Role], agent: str, mailboxes: Collection[str] = ()
    ) -> None:
        row = UserRow(name=name, roles=sorted(roles), agent=agent[:128], added_s=self._now(), joined_s=0.0)
        row.password, row.mailboxes = "", _few(mailboxes)
        session.add(row)
        session.flush()

    def _invite(self, session: Session, name: str, token: str) -> None:
        """The newest link only is good."""
        session.execute(delete(InvitationRow).where(InvitationRow.name == name))
        session.add(InvitationRow(token=hashed(token), name=name, until_s=self._now() + LINK_S))

    def _invited(self, session: Session, token: str, *, lock: bool = False) -> InvitationRow | None:
        row = session.get(InvitationRow, hashed(token), with_for_update=lock)
        if row is None or row.until_s < self._now() or (not row.name and _anybody_joined(session)):
            return None
        return row

    def _end_visits(self, session: Session, name: str) -> None:
        session.execute(delete(VisitRow).where(VisitRow.name == name))


def plain_name(name: str) -> str:
    """A name as accounts have it: capitals do not matter. Empty when no account can have it.

    >>> plain_name(" Dana "), plain_name("<b>")
    ('dana', '')
    """
    name = name.strip().casefold()
    return name if NAME.fullmatch(name) else ""


def _user(row: UserRow) -> User:
    mailboxes = frozenset(row.mailboxes)
    return User(row.name, known_roles(row.roles), row.agent, row.joined_s > 0, bool(row.password), mailboxes)


def _few(mailboxes: Collection[str]) -> list[str]:
    """Names of mailboxes as they are kept. One that the flow file does not have (yet) has no messages."""
    names = sorted({name.strip()[:128] for name in mailboxes} - {""})
    if len(names) > MOST_MAILBOXES:
        raise AccountError(f"Name at most {MOST_MAILBOXES} mailboxes, or none for all.")
    return names


def known_roles(names: Collection[str]) -> frozenset[Role]:
    """Roles by name; one that this program does not know gives no right to anything."""
    return frozenset(role for role in Role if role in names)


def _anybody_joined(session: Session) -> bool:
    return session.scalar(select(UserRow.name).where(UserRow.joined_s > 0).limit(1)) is not None


def _admins(session: Session) -> list[UserRow]:
    return [row for row in session.scalars(select(UserRow)) if Role.ADMIN in row.roles]


def _keep_an_admin(session: Session, before: bool) -> None:
    """After a change: where people log in (as they did ``before`` it), one of them must be able to undo it."""
    session.flush()
    if before and not any(row.joined_s > 0 for row in _admins(session)):
        raise AccountError("This is the last admin who can log in. Make somebody else one first.")


def _must_exist(session: Session, name: str) -> UserRow:
    """The account; all of them are locked, so that two admins cannot remove each other at once."""
    users = {row.name: row for row in session.scalars(select(UserRow).order_by(UserRow.name).with_for_update())}
    user = users.get(plain_name(name))
    if user is None:
        raise AccountError("There is no such account.")
    return user


def _good_name(name: str) -> str:
    name = plain_name(name)
    if not name:
        raise AccountError("A name has up to 64 letters a-z, digits and . _ - @ + and begins with a letter or digit.")
    return name


def _good_roles(roles: Collection[Role]) -> frozenset[Role]:
    if not roles:
        raise AccountError(f"Choose at least one role of: {', '.join(Role)}.")
    return frozenset(roles)


def _told(roles: Collection[Role]) -> str:
    return ", ".join(sorted(roles))
