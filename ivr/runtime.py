"""Runs live calls: loads a call, steps it, asks the services it wants, and saves it before anybody hears the answer.

Every answered event is one turn. A delivery for an earlier turn is a repeat: it gets the answer that was given then and
changes nothing. Two deliveries at once are decided by compare-and-set: one wins, the other is a repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ivr.flows import FlowBook, step
from ivr.flows.actions import Request, Transfer
from ivr.flows.call import Call
from ivr.flows.events import Event, HungUp, Reply, Started
from ivr.ports import REQUEST_KEY, Alert, CallRecords, OutsideError, Service, Session, Sessions

log = logging.getLogger(__name__)

RACES = 8


class Books(Protocol):
    """Flow books by version."""

    def current(self) -> FlowBook:
        """The book new calls begin with."""
        ...

    def version(self, version: str) -> FlowBook:
        """The book of a call under way; the current one when that version is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """Steps live calls. All state is in ``sessions``: any process can take any turn."""

    sessions: Sessions
    records: CallRecords
    books: Books
    alert: Alert
    now: Callable[[], float]
    services: Mapping[str, Service] = field(default_factory=dict)

    def start(self, call_id: str, line: str, caller: str, place: str = "", **notes: str) -> Session:
        """Begin a call. Ringing again with the same id gives the call that is already there.

        ``place`` is where the carrier says that the caller's number is from.
        """
        book = self.books.current()
        event = Started(self.now(), line, caller, place)
        call, actions = step(Call(call_id), event, book)
        session = Session(call, 1, actions, notes=notes)
        if not self.sessions.save(session, 0, [event]):
            return self._loaded(call_id)
        self.records.save_call(call, [event])
        self.alert("calls", {"call": call_id, "state": "started"})
        return self._after(session)

    def get(self, call_id: str) -> Session | None:
        """The call as it stands."""
        loaded = self.sessions.load(call_id)
        return loaded[0] if loaded else None

    def handle(self, call_id: str, turn: int, event: Event | Callable[[Session], Event]) -> Session | None:
        """Answer ``event``, which answers ``turn``; None for a call nobody knows.

        What happened may depend on what was asked: then ``event`` tells it from the session as it is at ``turn``.
        The result holds the actions to carry out now, also when this delivery is a repeat.
        """
        for attempt in range(RACES):
            loaded = self.sessions.load(call_id, fresh=attempt > 0, at_least=turn if attempt > 0 else 0)
            if loaded is None:
                return None
            session, version = loaded
            if turn != session.turn or session.call.ended:
                if attempt == 0:
                    continue  # what is remembered may be old: only a fresh session can tell
                return self._again(session, turn)
            happened = event(session) if callable(event) else event
            after = self._stepped(session, happened)
            if self.sessions.save(after, version, [happened]):
                return self._after(after)
        log.warning("call %s: too many writers for turn %d", call_id, turn)
        return self._loaded(call_id)

    def hang_up(self, call_id: str) -> None:
        """The caller is gone, at whatever turn."""
        session = self.get(call_id)
        if session is None:
            return
        event = HungUp(self.now())
        if not session.call.ended:
            self._update(call_id, lambda one: one if one.call.ended else self._stepped(one, event), event)
        ended = self.get(call_id)
        if ended is not None:
            self._finish(ended)

    def carry_on(self, call_id: str) -> Session | None:
        """The call as it stands, after asking again a service that never answered (its process died)."""
        session = self.get(call_id)
        if session and session.actions and isinstance(session.actions[-1], Request) and not session.call.ended:
            return self._after(session)
        return session

    def spoken(self, call_id: str, turn: int) -> None:
        """The caller has heard all prompts of ``turn``."""
        self._update(call_id, lambda one: replace(one, spoken=max(one.spoken, turn)))

    def note(self, call_id: str, **notes: str) -> Session | None:
        """Keep something for the channel with the call."""
        return self._update(call_id, lambda one: replace(one, notes={**one.notes, **notes}))

    def pass_on(self, call_id: str, turn: int, change: Callable[[Transfer], Transfer]) -> bool:
        """Have a caller who was transferred at ``turn`` go on with another transfer, at a turn of its own.

        The flow still waits for how it ends. False when the call has gone on from there already; a repeat is harmless.
        """

        def passed_on(session: Session) -> Session:
            last = session.actions[-1] if session.actions else None
            if session.turn != turn or session.call.ended or not isinstance(last, Transfer):
                return session
            return replace(session, turn=turn + 1, actions=(change(last),))

        after = self._update(call_id, passed_on)
        return after is not None and after.turn == turn + 1 and isinstance(after.actions[-1], Transfer)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _stepped(self, session: Session, event: Event) -> Session:
        call, actions = step(session.call, event, self.books.version(session.call.book))
        if not actions and not call.ended:
            # The step keeps waiting for what it waits for: what was asked of the phone still stands.
            actions = session.actions
        return replace(session, call=call, turn=session.turn + 1, actions=actions)

    def _again(self, session: Session, turn: int) -> Session:
        """What was answered to ``turn`` then."""
        earlier = self.sessions.answer(session.call.id, turn + 1) if turn + 1 < session.turn else ()
        if not earlier or isinstance(earlier[-1], Request):
            return session
        return replace(session, actions=earlier, turn=turn + 1)

    def _after(self, session: Session) -> Session:
        """Saved: now the rest of the world may know, and services may be asked."""
        self.alert("calls", {"call": session.call.id, "step": session.call.step, "turn": session.turn})
        if session.call.ended:
            self._finish(session)
        elif session.actions and isinstance(session.actions[-1], Request):
            reply = self._ask(session.actions[-1], f"{session.call.id}-{session.turn}")
            answered = self.handle(session.call.id, session.turn, reply)
            if answered is not None:
                # What was to be said before the request is still to be said.
                return replace(answered, actions=(*session.actions[:-1], *answered.actions))
        return session

    def _ask(self, request: Request, key: str) -> Reply:
        service = self.services.get(request.service)
        if service is None:
            return Reply(self.now(), request.service, ok=False)
        try:
            answer = service({**request.args, REQUEST_KEY: key})
            return Reply(self.now(), request.service, ok=True, data=dict(answer))
        except OutsideError as error:
            log.warning("service %s failed: %s (retry helps: %s)", request.service, error, error.retry)
        except Exception:  # the operator is told here; the caller must not be left in silence by a service's mistake
            log.exception("service %s broke", request.service)
        return Reply(self.now(), request.service, ok=False)

    def _finish(self, session: Session) -> None:
        self.records.save_call(session.call, self.sessions.events(session.call.id))
        self.sessions.end(session.call.id)
        self.alert("calls", {"call": session.call.id, "state": "ended"})

    def _update(self, call_id: str, change: Callable[[Session], Session], *events: Event) -> Session | None:
        for _ in range(RACES):
            loaded = self.sessions.load(call_id)
            if loaded is None:
                return None
            after = change(loaded[0])
            if after == loaded[0] or self.sessions.save(after, loaded[1], events):
                return after
        log.warning("call %s: too many writers", call_id)
        return None

    def _loaded(self, call_id: str) -> Session:
        loaded = self.sessions.load(call_id)
        if loaded is None:
            raise OutsideError(f"call {call_id} vanished while it was being answered", retry=True)
        return loaded[0]
