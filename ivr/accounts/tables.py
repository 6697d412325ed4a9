"""The tables of accounts. Tokens stand in them as hashes only: whoever reads the database can log in as nobody."""

from __future__ import annotations

from sqlalchemy import JSON, Float, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.records import Base


class UserRow(Base):
    """Somebody with an account. They have joined once they have chosen a password, at ``joined_s``.

    Agents hear the messages of their ``mailboxes``, or of all when there is none.
    """

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    agent: Mapped[str] = mapped_column(String(128))
    password: Mapped[str] = mapped_column(String(256))
    added_s: Mapped[float] = mapped_column(Float(53))
    joined_s: Mapped[float] = mapped_column(Float(53))
    mailboxes: Mapped[list[str]] = mapped_column(JSON, server_default="[]", default=list)


class VisitRow(Base):
    """A login that is not over."""

    __tablename__ = "visits"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    at_s: Mapped[float] = mapped_column(Float(53))
    until_s: Mapped[float] = mapped_column(Float(53))


class InvitationRow(Base):
    """A link by which ``name`` may choose a password, once; without a name, by which the first admin is made."""

    __tablename__ = "invitations"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    until_s: Mapped[float] = mapped_column(Float(53))


class AuditRow(Base):
    """Something that somebody did. Rows are only ever added."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at_s: Mapped[float] = mapped_column(Float(53))
    who: Mapped[str] = mapped_column(String(128))
    what: Mapped[str] = mapped_column(String(64))
    about: Mapped[str] = mapped_column(Text)
