"""The carrier's own copies of what it recorded: deleted there when ours are, or as soon as ours are here, or never.

Asking the carrier is an errand of the outbox, written down in the transaction that deletes ours: a carrier that does
not answer is asked again, and one that refuses is shown to the operator. What is gone already counts as deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy.orm import Session

from ivr.outbox import Errand, Outbox
from ivr.records.carrier_copies import CarrierCopyRow
from ivr.records.database import Database

KIND = "delete at carrier"


class CarrierCopies:
    """Where the carrier has a copy of a recording of ours, by our id of it."""

    def __init__(self, database: Callable[[], Database], outbox: Outbox, when: str) -> None:
        """``when`` is a value of ``ivr.settings.DELETE_AT_CARRIER``."""
        self._database = database
        self._outbox = outbox
        self._when = when

    def fetched(self, recording_id: str, url: str) -> None:
        """A recording is here and whole; the carrier has it at ``url``. Safe to repeat.

        Raises:
            OutsideError: when the database does not take it.
        """
        with self._database().session() as session:
            if self._when == "yes":
                self._ask(session, url)
            else:
                session.merge(CarrierCopyRow(id=recording_id, url=url))

    def gone(self, session: Session, recording_id: str) -> None:
        """A recording of ours is deleted; part of that transaction."""
        row = session.get(CarrierCopyRow, recording_id)
        if row is not None:
            self.forget(session, row.url)
            session.delete(row)

    def forget(self, session: Session, url: str) -> None:
        """Nobody here wants what the carrier has at ``url`` any more; part of the transaction that says so."""
        if self._when != "no":
            self._ask(session, url)

    def _ask(self, session: Session, url: str) -> None:
        key = hashlib.sha256(url.encode()).hexdigest()[:32]
        self._outbox.put(Errand(f"{KIND.replace(' ', '-')}-{key}", KIND, {"url": url}), session)
