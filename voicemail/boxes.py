"""Mailboxes whose owners ring up: their PINs, and which recorded greeting is heard.

A PIN has few digits, so what keeps guessers out is that only a few may be tried: each try is counted before it is
made, in the database, for all processes together.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from ivr.ports import OutsideError
from ivr.records.database import Database
from voicemail.owner_tables import BoxRow

TRIES = 5
LOCKED_S = 900.0
"""After so many wrong PINs in a row a mailbox opens for nobody, for so long. Both are guesses: with four digits and
these, half of all PINs are tried in about ten days, and the operator is told each time."""

PIN = re.compile(r"[0-9]{4,10}")


class Secrets(Protocol):
    """Makes and compares what is kept of a PIN; takes as long where nothing is kept."""

    def kept(self, password: str) -> str: ...

    def match(self, kept: str, password: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a PIN: ``open``, or not; and for how long the mailbox is locked."""

    open: bool
    locked_s: float = 0.0


def mistake(pin: str) -> str:
    """What is wrong with a new PIN, as a sentence; empty when it will do.

    >>> mistake("2580"), mistake("12ab"), mistake("1111"), mistake("345678")
    ('', 'A PIN has 4 to 10 digits.', 'The PIN is too easy to guess.', 'The PIN is too easy to guess.')
    """
    if not PIN.fullmatch(pin):
        return "A PIN has 4 to 10 digits."
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    return "The PIN is too easy to guess." if steps <= {0} or steps <= {1} or steps <= {-1} else ""


class Boxes:
    """PINs and greetings in the database. Every method raises ``OutsideError`` when that fails."""

    def __init__(
        self, database: Database, secrets: Callable[[], Secrets], clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock

    def set_pin(self, mailbox: str, pin: str) -> None:
        """Let the owner in with ``pin`` from now on; an empty one lets nobody in. The lock is taken off.

        Raises:
            OutsideError: when it is too easy to guess.
        """
        problem = mistake(pin) if pin else ""
        if problem:
            raise OutsideError(problem, retry=False)
        kept = self._secrets().kept(pin) if pin else ""
        with self._database.session() as session:
            row = _row(session, mailbox)
            row.pin, row.wrong, row.locked_s = kept, 0, 0.0

    def try_pin(self, mailbox: str, pin: str) -> Tried:
        """Whether ``pin`` opens ``mailbox``. A mailbox that is not there, or has no PIN, opens for none."""
        now_s = self._clock()
        free = (BoxRow.mailbox == mailbox, BoxRow.locked_s <= now_s, BoxRow.wrong < TRIES)
        with self._database.session() as session:
            counted = session.execute(update(BoxRow).where(*free).values(wrong=BoxRow.wrong + 1))
            allowed = cast("CursorResult[Any]", counted).rowcount == 1
            row = session.get(BoxRow, mailbox)
            kept, wrong, locked_s = (row.pin, row.wrong, row.locked_s) if row else ("", 0, 0.0)
        if row and not allowed:
            if locked_s <= now_s:  # whoever counted the last try did not come to lock it
                self._after(mailbox, now_s + LOCKED_S)
            return Tried(False, max(locked_s - now_s, LOCKED_S if locked_s <= now_s else 1.0))
        if self._secrets().match(kept, pin) and PIN.fullmatch(pin):
            self._after(mailbox, 0.0)
            return Tried(True)
        if row and wrong >= TRIES:
            self._after(mailbox, now_s + LOCKED_S)
            return Tried(False, LOCKED_S)
        return Tried(False)

    def _after(self, mailbox: str, locked_s: float) -> None:
        with self._database.session() as session:
            session.execute(update(BoxRow).where(BoxRow.mailbox == mailbox).values(wrong=0, locked_s=locked_s))

    def greeting(self, mailbox: str, which: str) -> str:
        """The recording that callers hear as this greeting; empty when there is none."""
        with self._database.reading() as session:
            row = session.get(BoxRow, mailbox)
            return str(row.greetings.get(which, "")) if row else ""

    def greet_with(self, mailbox: str, which: str, recording_id: str) -> None:
        """Have callers hear this recording; an empty one brings the written greeting back."""
        with self._database.session() as session:
            row = _row(session, mailbox)
            row.greetings = {**row.greetings, which: recording_id}


def _row(session: Session, mailbox: str) -> BoxRow:
    row = session.get(BoxRow, mailbox, with_for_update=True)
    if row is None:
        row = BoxRow(mailbox=mailbox, pin="", wrong=0, locked_s=0.0, greetings={})
        session.add(row)
    return row
