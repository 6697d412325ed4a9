"""Live calls in the database: what they go on from when Redis has lost them, or cannot be reached.

Two tables: the newest state of each call, and one small row a turn with what was answered then and what had happened.
Everything in them is sealed (:mod:`ivr.records.seal`), as a live call knows what a record must not. Rows of a call are
removed some minutes after its end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Float, Insert, LargeBinary, String, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from ivr.records.database import Base, Database
from ivr.records.seal import Seal

log = logging.getLogger(__name__)

CHANGING = ("version", "at_s", "behind", "state")
"""What a save changes: a call that is over stays so, whatever is noted of it later."""


class LiveCallRow(Base):
    """A call as it stands. ``behind`` says that Redis does not know this; ``ended_s`` when the call was over, or 0."""

    __tablename__ = "live_calls"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    at_s: Mapped[float] = mapped_column(Float(53), index=True)
    ended_s: Mapped[float] = mapped_column(Float(53))
    behind: Mapped[bool]
    state: Mapped[bytes] = mapped_column(LargeBinary)


class LiveTurnRow(Base):
    """One save of a call: the answer to ``turn``, and the events since the save before."""

    __tablename__ = "live_turns"

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int]
    actions: Mapped[bytes] = mapped_column(LargeBinary)
    events: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """One save of a live call, in the very texts that Redis gets. ``version`` counts saves from 1."""

    call_id: str
    version: int
    turn: int
    state: bytes
    actions: bytes
    events: tuple[bytes, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class SavedCall:
    """All that is kept of a call: its last save, the saves before it (oldest first), and whether it is over."""

    last: SavedTurn
    turns: tuple[SavedTurn, ...]

    @property
    def is_whole(self) -> bool:
        """Whether no save is missing."""
        return len(self.turns) == self.last.version

    @property
    def events(self) -> list[bytes]:
        """All that happened in the call, oldest first."""
        return [event for turn in self.turns for event in turn.events]

    def answers(self, latest: int) -> dict[int, bytes]:
        """What was answered to the latest turns."""
        known = {turn.turn: turn.actions for turn in self.turns}
        return {turn: known[turn] for turn in sorted(known)[-latest:]}


class SqlLiveCalls:
    """The live calls in the database. Every method raises ``OutsideError`` when it cannot be reached."""

    def __init__(self, database: Callable[[], Database], seal: Seal, now: Callable[[], float]) -> None:
        self._database = database
        self._seal = seal
        self._now = now

    def add(self, saves: Sequence[SavedTurn], ended: Sequence[str] = ()) -> None:
        """Write down what Redis was told, in one transaction; what is known already changes nothing."""
        newest = {save.call_id: save for save in sorted(saves, key=lambda one: one.version)}
        with self._database().session() as session:
            dialect = session.get_bind().dialect.name
            if saves:
                session.connection().execute(_turns_insert(dialect), [self._turn_row(save) for save in saves])
                session.connection().execute(_calls_insert(dialect), [self._call_row(save) for save in newest.values()])
            for call_id in ended:
                self._end(session, call_id, behind=False)

    def swap(self, save: SavedTurn) -> bool:
        """Write a save that Redis was not told; False when another one has its version already."""
        row = {**self._call_row(save), "behind": True}
        with self._database().session() as session:
            if save.version == 1:
                insert = _insert(session.get_bind().dialect.name)(LiveCallRow).values(row).on_conflict_do_nothing()
                changed = session.execute(insert)
            else:
                mine = (LiveCallRow.id == save.call_id, LiveCallRow.version == save.version - 1)
                changes = {name: row[name] for name in CHANGING}
                changed = session.execute(update(LiveCallRow).where(*mine).values(changes))
            if cast("CursorResult[Any]", changed).rowcount != 1:
                return False
            session.execute(_turns_insert(session.get_bind().dialect.name), [self._turn_row(save)])
            return True

    def end(self, call_id: str) -> None:
        """The call is over, and Redis was not told."""
        with self._database().session() as session:
            self._end(session, call_id, behind=True)

    def find(self, call_id: str) -> SavedCall | None:
        """What is kept of a call."""
        with self._database().reading() as session:
            # Every new call looks here too: so not through the object mapper, which costs three times as much.
            row = session.connection().execute(_CALL, {"call_id": call_id}).first()
            turns = self._turns(session, call_id) if row else []
        if row is None or not turns:
            return None
        state = self._seal.open(row.state, call_id)
        if state is None or turns[-1].version < row.version:
            log.warning("call %s cannot be read in the database: was SECRET_KEY changed?", call_id)
            return None
        last = next(turn for turn in reversed(turns) if turn.version == row.version)
        return SavedCall(replace(last, state=state, ended=bool(row.ended_s)), tuple(turns))

    def live(self) -> list[str]:
        """Calls that are not over, as far as is known here; the latest first."""
        live = select(LiveCallRow.id).where(LiveCallRow.ended_s == 0).order_by(LiveCallRow.at_s.desc())
        with self._database().reading() as session:
            return list(session.scalars(live))

    def unknown_to_redis(self) -> list[str]:
        """Calls that went on while Redis could not be told."""
        with self._database().reading() as session:
            return list(session.scalars(select(LiveCallRow.id).where(LiveCallRow.behind)))

    def told(self, call_id: str, version: int) -> None:
        """Redis knows the call as of ``version`` now."""
        mine = (LiveCallRow.id == call_id, LiveCallRow.version == version)
        with self._database().session() as session:
            session.execute(update(LiveCallRow).where(*mine).values(behind=False))

    def forget(self, quiet_s: float, ended_s: float) -> None:
        """Remove calls that ended more than ``ended_s`` ago, or of which nothing was heard for ``quiet_s``."""
        now_s = self._now()
        ended = (LiveCallRow.ended_s > 0) & (LiveCallRow.ended_s < now_s - ended_s)
        old = select(LiveCallRow.id).where(or_(ended, LiveCallRow.at_s < now_s - quiet_s))
        with self._database().session() as session:
            gone = list(session.scalars(old))
            if gone:
                session.execute(delete(LiveTurnRow).where(LiveTurnRow.call_id.in_(gone)))
                session.execute(delete(LiveCallRow).where(LiveCallRow.id.in_(gone)))

    # --- rows ---

    def _end(self, session: Session, call_id: str, *, behind: bool) -> None:
        mine = (LiveCallRow.id == call_id, LiveCallRow.ended_s == 0)
        session.execute(update(LiveCallRow).where(*mine).values(ended_s=self._now(), behind=behind))

    def _call_row(self, save: SavedTurn) -> dict[str, Any]:
        state = self._seal.seal(save.state, save.call_id)
        return {
            "id": save.call_id,
            "version": save.version,
            "at_s": self._now(),
            "ended_s": 0.0,
            "behind": False,
            "state": state,
        }

    def _turn_row(self, save: SavedTurn) -> dict[str, Any]:
        about = _about(save.call_id, save.version)
        return {
            "call_id": save.call_id,
            "version": save.version,
            "turn": save.turn,
            "actions": self._seal.seal(save.actions, about),
            "events": self._seal.seal(b"\n".join(save.events), about),
        }

    def _turns(self, session: Session, call_id: str) -> list[SavedTurn]:
        found = select(LiveTurnRow).where(LiveTurnRow.call_id == call_id).order_by(LiveTurnRow.version)
        return [turn for turn in map(self._saved_turn, session.scalars(found)) if turn is not None]

    def _saved_turn(self, row: LiveTurnRow) -> SavedTurn | None:
        about = _about(row.call_id, row.version)
        actions, events = self._seal.open(row.actions, about), self._seal.open(row.events, about)
        if actions is None or events is None:
            return None
        return SavedTurn(row.call_id, row.version, row.turn, b"", actions, tuple(filter(None, events.split(b"\n"))))


_CALL = select(LiveCallRow.version, LiveCallRow.ended_s, LiveCallRow.state).where(
    LiveCallRow.id == bindparam("call_id")
)


def _about(call_id: str, version: int) -> str:
    return f"{call_id} {version}"


def _insert(dialect: str) -> Any:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


@cache
def _turns_insert(dialect: str) -> Insert:
    return cast("Insert", _insert(dialect)(LiveTurnRow.__table__).on_conflict_do_nothing())


@cache
def _calls_insert(dialect: str) -> Insert:
    insert = _insert(dialect)(LiveCallRow.__table__)
    changes = {name: insert.excluded[name] for name in CHANGING}
    newer = insert.excluded.version > LiveCallRow.version
    return cast("Insert", insert.on_conflict_do_update(index_elements=["id"], set_=changes, where=newer))
