"""The errands in the database. Every change is compare-and-set: any number of processes may deliver at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ivr.outbox.errand import OPEN, OVER, Counts, Errand, State, after_failure, pause_s
from ivr.outbox.tables import OutboxRow, errand_of
from ivr.records.database import Database

LEASE_S = 120.0
"""How long one delivery may take before another process tries: longer than every sender's own timeouts together."""

REMEMBERED_S = 7 * 86400.0
"""How long a key is known after its errand is over; whatever repeats a cause does so within hours."""

LONGEST_REASON = 500


class Outbox:
    """Every method raises ``OutsideError`` when the database fails."""

    def __init__(self, database: Callable[[], Database], now: Callable[[], float] = time.time) -> None:
        """``database`` is asked for when there is something to do."""
        self._database = database
        self._now = now
        self.news = threading.Event()
        """Set when this process has put something in: its delivery need not wait for the next look."""

    # --- putting in ---------------------------------------------------------------------------------------------

    def put(self, errand: Errand, session: Session | None = None, *, after_s: float = 0.0) -> bool:
        """Write an errand down, to be done ``after_s`` from now; False when its key is known.

        With ``session`` that is part of its transaction: both are kept, or neither.
        """
        now_s = self._now()
        due = replace(errand, made_s=now_s, next_s=now_s + after_s)
        if session is not None:
            is_new = _inserted(session, due)
        else:
            with self._database().session() as own:
                is_new = _inserted(own, due)
        if not after_s:
            self.news.set()
        return is_new

    def put_claimed(self, errand: Errand) -> Errand | None:
        """Write an errand down that its maker does at once; None when its key is known. See :meth:`claim`."""
        now_s = self._now()
        mine = replace(errand, made_s=now_s, next_s=now_s + LEASE_S, state=State.SENDING, tries=1)
        with self._database().session() as session:
            return mine if _inserted(session, mine) else None

    def hasten(self, key: str, session: Session, *, least_s: float = 0.0) -> None:
        """An errand that was put in for later is due now, if it has not been tried yet; part of the transaction.

        It is not due before ``least_s`` after it was made.
        """
        row = session.get(OutboxRow, key, with_for_update=True)
        if row is not None and (row.state, row.tries) == (State.WAITING, 0):
            row.next_s = min(row.next_s, max(self._now(), row.made_s + least_s))
        self.news.set()

    # --- delivering ---------------------------------------------------------------------------------------------

    def due(self, limit: int, but: Collection[str] = ()) -> list[Errand]:
        """What is to be done now, the longest due first; of all kinds ``but`` these."""
        which = OutboxRow.state.in_(OPEN) & (OutboxRow.next_s <= self._now()) & OutboxRow.kind.not_in(but)
        return self._rows(which, OutboxRow.next_s, limit)

    def claim(self, errand: Errand) -> Errand | None:
        """Take it to deliver it; None when somebody else has it, or did it.

        Who does not tell what came of it within ``LEASE_S`` has died of it: then it is due again.
        """
        now_s = self._now()
        with self._database().session() as session:
            mine = (*_unchanged(errand), OutboxRow.next_s <= now_s)
            changes = {"state": State.SENDING, "tries": OutboxRow.tries + 1, "next_s": now_s + LEASE_S}
            if not _changed(session, update(OutboxRow).where(*mine).values(changes)):
                return None
        return replace(errand, state=State.SENDING, tries=errand.tries + 1, next_s=now_s + LEASE_S)

    def sent(self, claimed: Errand) -> bool:
        """It is done. What it said is forgotten; False when somebody else has it by now."""
        return self._move(claimed, state=State.SENT, next_s=self._now(), data={}, reason="")

    def failed(self, claimed: Errand, reason: str, *, retry: bool) -> State:
        """It could not be done: it is tried again later, or parked. Returns which."""
        state = after_failure(claimed.tries, retry)
        next_s = self._now() + (pause_s(claimed.tries, claimed.key) if state is State.WAITING else 0.0)
        self._move(claimed, state=state, next_s=next_s, reason=reason[:LONGEST_REASON])
        return state

    def refused(self, claimed: Errand, reason: str) -> None:
        """It cannot be done, and who wanted it was told: nobody needs to look at it."""
        self._move(claimed, state=State.DROPPED, next_s=self._now(), data={}, reason=reason[:LONGEST_REASON])

    # --- looking, for people ------------------------------------------------------------------------------------

    def get(self, key: str) -> Errand | None:
        """One errand, in whatever state."""
        with self._database().reading() as session:
            row = session.get(OutboxRow, key)
            return errand_of(row) if row else None

    def open(self, limit: int) -> list[Errand]:
        """What is parked or yet to be done, the oldest first."""
        return self._rows(OutboxRow.state.not_in(OVER), OutboxRow.made_s, limit)

    def parked_keys(self) -> list[str]:
        """Of everything that is parked."""
        with self._database().reading() as session:
            return list(session.scalars(select(OutboxRow.key).where(OutboxRow.state == State.PARKED)))

    def latest(self, limit: int) -> list[Errand]:
        """The newest first, whatever became of them."""
        return self._rows(OutboxRow.key != "", OutboxRow.made_s.desc(), limit)

    def counts(self) -> Counts:
        """How it stands."""
        figures = select(OutboxRow.state, func.count(), func.min(OutboxRow.next_s)).where(OutboxRow.state.not_in(OVER))
        with self._database().reading() as session:
            found = session.execute(figures.group_by(OutboxRow.state)).all()
        parked = sum(count for state, count, _ in found if state == State.PARKED)
        waiting = sum(count for state, count, _ in found) - parked
        first_s = min((next_s for state, _, next_s in found if state != State.PARKED), default=self._now())
        return Counts(waiting, parked, max(0.0, self._now() - first_s))

    def retry(self, key: str) -> bool:
        """Have a parked or waiting errand tried now, as often as a new one; False when it is none of these."""
        mine = (OutboxRow.key == key, OutboxRow.state.in_((State.PARKED, State.WAITING)))
        changes = {"state": State.WAITING, "tries": 0, "next_s": self._now()}
        with self._database().session() as session:
            again = _changed(session, update(OutboxRow).where(*mine).values(changes))
        self.news.set()
        return again

    def drop(self, key: str) -> bool:
        """Never do it; False when it is over already."""
        mine = (OutboxRow.key == key, OutboxRow.state.not_in(OVER))
        changes = {"state": State.DROPPED, "data": {}, "next_s": self._now()}
        with self._database().session() as session:
            return _changed(session, update(OutboxRow).where(*mine).values(changes))

    def forget_old(self) -> int:
        """Remove what has long been over; returns how many."""
        old = OutboxRow.state.in_(OVER) & (OutboxRow.next_s < self._now() - REMEMBERED_S)
        with self._database().session() as session:
            return cast("CursorResult[Any]", session.execute(delete(OutboxRow).where(old))).rowcount

    @staticmethod
    def forget_about(session: Session, subjects: Collection[str]) -> None:
        """Remove the errands about these; part of the transaction that removes what they are about."""
        session.execute(delete(OutboxRow).where(OutboxRow.about.in_(subjects)))

    # --- inside -------------------------------------------------------------------------------------------------

    def _rows(self, which: ColumnElement[bool], order: Any, limit: int) -> list[Errand]:
        with self._database().reading() as session:
            rows = session.scalars(select(OutboxRow).where(which).order_by(order, OutboxRow.key).limit(limit))
            return [errand_of(row) for row in rows]

    def _move(self, claimed: Errand, **changes: Any) -> bool:
        with self._database().session() as session:
            return _changed(session, update(OutboxRow).where(*_unchanged(claimed)).values(changes))


def _unchanged(errand: Errand) -> tuple[ColumnElement[bool], ...]:
    """The row, if nobody has changed it since."""
    return (OutboxRow.key == errand.key, OutboxRow.state == errand.state, OutboxRow.tries == errand.tries)


def _inserted(session: Session, errand: Errand) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return _changed(session, insert(OutboxRow).values(asdict(errand)).on_conflict_do_nothing())


def _changed(session: Session, statement: Any) -> bool:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
