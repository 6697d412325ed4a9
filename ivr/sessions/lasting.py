"""Live calls that outlive Redis: it has them while it answers, the database whatever happens.

When Redis has lost a call, the call is put back from the database and nobody notices. When Redis cannot be reached,
turns go on in the database alone, compare-and-set as ever; what happened meanwhile is put into Redis when it is back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from ivr.flows.actions import Action
from ivr.flows.events import Event
from ivr.ports import OutsideError, Session
from ivr.records.behind import WriteBehind
from ivr.records.live_calls import SavedCall, SavedTurn, SqlLiveCalls
from ivr.sessions.redis_store import ENDED_S, LIVE_S, RedisSessions
from ivr.sessions.writing import KEPT_ANSWERS, actions_from_text, event_from_text, session_from_text, written

log = logging.getLogger(__name__)

ROUND_S = 0.5
"""How often a Redis that is away is asked whether it is back."""
FORGET_S = 60.0
"""How often calls that are over are removed from the database."""
OTHERS_S = 0.6
"""What another process has told Redis it has also written down by then."""
LOOK_S = 0.02
MOST_BEHIND = 5_000
"""Saves that wait for a database that fails, some 20 kB each; then the oldest are given up. Redis has them all."""


class LastingSessions:
    """Implements ``ivr.ports.Sessions``. A method raises ``OutsideError`` when neither Redis nor database helps."""

    def __init__(self, redis: RedisSessions, database: SqlLiveCalls) -> None:
        self._redis = redis
        self._database = database
        self._behind = WriteBehind(self._write, "saves of live calls", MOST_BEHIND)
        self._away = threading.Event()
        self._lost = threading.Event()
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._mender: threading.Thread | None = None

    @property
    def away(self) -> bool:
        """Whether Redis cannot be reached just now."""
        return self._away.is_set()

    def check(self) -> None:
        """See whether calls can be kept: in Redis, or without it in the database.

        Raises:
            OutsideError: neither answers.
        """
        self.load("no call")

    # --- ivr.ports.Sessions ---

    def load(self, call_id: str, *, fresh: bool = True, at_least: int = 0) -> tuple[Session, int] | None:
        if not self.away:
            try:
                found = self._redis.load(call_id, fresh=fresh)
            except OutsideError as error:
                self._is_gone(error)
            else:
                known = found is not None and found[0].turn >= at_least
                return found if known else self._looked_up(call_id, at_least, found)
        return _session_of(self._kept(call_id))

    def save(self, session: Session, expected_version: int, events: Sequence[Event] = ()) -> bool:
        save = written(session, expected_version + 1, events)
        if not self.away:
            try:
                won = self._redis.put(session, save)
            except OutsideError as error:
                self._is_gone(error)
            else:
                if won:
                    self._behind.add(save)
                    self._look_after()
                return won
        self._behind.flush()
        return self._database.swap(save)

    def answer(self, call_id: str, turn: int) -> tuple[Action, ...]:
        if not self.away:
            try:
                return self._redis.answer(call_id, turn)
            except OutsideError as error:
                self._is_gone(error)
        kept = self._kept(call_id)
        actions = kept.answers(KEPT_ANSWERS).get(turn) if kept else None
        return actions_from_text(actions) if actions else ()

    def events(self, call_id: str) -> list[Event]:
        if not self.away:
            try:
                return self._redis.events(call_id)
            except OutsideError as error:
                self._is_gone(error)
        kept = self._kept(call_id)
        return [event_from_text(event) for event in kept.events] if kept else []

    def live(self) -> list[str]:
        if not self.away:
            try:
                return self._redis.live()
            except OutsideError as error:
                self._is_gone(error)
        self._behind.flush()
        return sorted(self._database.live())

    def end(self, call_id: str) -> None:
        if not self.away:
            try:
                self._redis.end(call_id)
            except OutsideError as error:
                self._is_gone(error)
            else:
                self._behind.add(call_id)
                return
        self._behind.flush()
        self._database.end(call_id)

    def close(self) -> None:
        """Write down what is not written yet, and end what runs beside the calls."""
        self._closed.set()
        self._lost.set()
        if self._mender is not None:
            self._mender.join()
        self._behind.close()

    # --- the database ---

    def _write(self, batch: Sequence[SavedTurn | str]) -> None:
        """A call's id says that the call is over."""
        saves = [one for one in batch if isinstance(one, SavedTurn)]
        self._database.add(saves, [one for one in batch if isinstance(one, str)])

    def _kept(self, call_id: str) -> SavedCall | None:
        self._behind.flush()
        return self._database.find(call_id)

    def _looked_up(self, call_id: str, at_least: int, found: tuple[Session, int] | None) -> tuple[Session, int] | None:
        """A call that Redis does not know, or that somebody has heard a later turn of."""
        try:
            kept = self._kept_soon(call_id, at_least)
        except OutsideError:
            if found is None:
                raise
            return found  # it was one of the future then, or is soon
        if kept is None or (found is not None and kept.last.version <= found[1]):
            return found
        try:
            if self._redis.put_back(kept):
                log.warning("call %s is put back into Redis as of turn %d", call_id, kept.last.turn)
                self._lost.set()
                self._look_after()
            return self._redis.load(call_id)
        except OutsideError as error:
            self._is_gone(error)
            return _session_of(kept)

    def _kept_soon(self, call_id: str, at_least: int) -> SavedCall | None:
        """What is kept of a call, waiting a moment for what another process is about to write down."""
        until_s = time.monotonic() + OTHERS_S
        while True:
            kept = self._kept(call_id)
            found = kept.is_whole and kept.last.turn >= at_least if kept else at_least == 0
            if found or time.monotonic() > until_s:
                return kept
            time.sleep(LOOK_S)

    # --- Redis, away and back ---

    def _is_gone(self, error: OutsideError) -> None:
        if not self.away:
            log.error("calls go on without Redis: %s", error)
            self._away.set()
        self._lost.set()
        self._look_after()

    def _look_after(self) -> None:
        if self._mender is None:
            self._begin_to_look_after()

    def _begin_to_look_after(self) -> None:
        with self._starting:
            if self._mender is None and not self._closed.is_set():
                self._mender = threading.Thread(target=self._keep_mending, name="calls and Redis", daemon=True)
                self._mender.start()

    def _keep_mending(self) -> None:
        """Put back what Redis has lost, once it answers; and forget what is over."""
        while not self._closed.is_set():
            lost = self._lost.wait(FORGET_S)
            if self._closed.is_set():
                return
            try:
                self._put_back_all() if lost else self._database.forget(LIVE_S, ENDED_S)
            except OutsideError as error:
                if not self.away:
                    log.warning("live calls are not looked after: %s", error)
            except Exception:  # whatever else it is, the thread must live for the next time
                log.exception("live calls are not looked after")
            self._closed.wait(ROUND_S)

    def _put_back_all(self) -> None:
        """Redis answers and knows every call when this is over. What goes on in between is put back once more."""
        for at_last in (False, True):
            ids = self._database.unknown_to_redis() if at_last else self._database.live()
            for call_id in dict.fromkeys([*self._database.unknown_to_redis(), *ids]):
                kept = self._kept_soon(call_id, 0)
                if kept is not None:
                    self._redis.put_back(kept)
                    self._database.told(call_id, kept.last.version)
            self._redis.live()  # it answers, also when there was nothing to put back
            if self.away:
                log.warning("Redis is back: calls go on there")
            self._lost.clear()
            self._away.clear()


def _session_of(kept: SavedCall | None) -> tuple[Session, int] | None:
    return (session_from_text(kept.last.state, kept.last.actions), kept.last.version) if kept else None
