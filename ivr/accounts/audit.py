"""The trail of who did what when: logins, publications, changes of accounts. Entries are added and never changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.accounts.tables import AuditRow
from ivr.ports import OutsideError
from ivr.records import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """At ``at_s``, ``who`` did ``what``; ``about`` says to whom or with what."""

    at_s: float
    who: str
    what: str
    about: str


class AuditTrail:
    """Implements ``ivr.ports.Audit``. The ``database`` is asked for when it is first needed."""

    def __init__(self, database: Callable[[], Database], now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def __call__(self, who: str, what: str, about: str = "") -> None:
        """Write it down. Never raises: it is done already, and then the log must tell it."""
        try:
            with self._database().session() as session:
                self.note(session, who, what, about)
        except OutsideError:
            log.exception("not in the audit trail: %s: %s %s", who, what, about)

    def note(self, session: Session, who: str, what: str, about: str = "") -> None:
        """Write it down together with what ``session`` changes: both or neither."""
        row = AuditRow(at_s=self._now(), who=_plain(who)[:128], what=_plain(what)[:64], about=_plain(about)[:1000])
        session.add(row)

    def entries(self, limit: int, who: str = "") -> list[Entry]:
        """The newest first; of one person where ``who`` is given."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        with self._database().reading() as session:
            rows = session.scalars(query.where(AuditRow.who == _plain(who)) if who else query)
            return [Entry(row.at_s, row.who, row.what, row.about) for row in rows]


def _plain(text: str) -> str:
    """On one line, and nothing that a database or a terminal would take amiss."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
