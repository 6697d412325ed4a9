"""The telephone of somebody who is called back: they meet the agent who is there, or wait for the one rung.

Everything may be told twice, late or out of order.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from ivr.agents.account import TAKEN, over
from ivr.agents.announcements import announced
from ivr.agents.attendant import Attendant
from ivr.agents.callbacks import Callbacks
from ivr.agents.direct import ENDED
from ivr.agents.floor.events import CallbackAnswered, CallbackFailed, Ended, Left
from ivr.agents.floor.state import Floor
from ivr.agents.handover import Handover
from ivr.agents.onward import latest, stand_in_line
from ivr.agents.routing import Routing
from ivr.ports import InLine, OutsideError

ON_LINE = frozenset({"waiting", "ringing"})

log = logging.getLogger(__name__)


class Called:
    """What the legs of people who are called back tell."""

    def __init__(self, attendant: Attendant, callbacks: Callbacks) -> None:
        self._attendant = attendant
        self._callbacks = callbacks

    def handover(self, promise_id: str) -> Handover | None:
        """What is known of them."""
        return self._attendant.shelf.handover(promise_id)

    def answered(self, promise_id: str, sid: str) -> InLine:
        """The person answers; how their call goes on."""
        account = self._attendant.shelf.routing(promise_id)
        if self._is_strange(account, sid):
            return InLine("back")
        self._attendant.note(promise_id, lambda one: replace(one, called=one.called or sid))
        self._attendant.tell(CallbackAnswered(self._attendant.now(), promise_id))
        self._write_down(promise_id)
        return self.goes_on(promise_id, sid)

    def goes_on(self, promise_id: str, sid: str) -> InLine:
        """How their call goes on now: ``wait``, ``room``, ``over`` when all is said, ``back`` when nobody is there.

        Who was passed on and finds nobody there is not called again: that is ``nobody``.
        """
        handover, account = self.handover(promise_id), self._attendant.shelf.routing(promise_id)
        if handover is None or self._is_strange(account, sid):
            return InLine("back")
        if account.agent and account.phase in {"connected", "over"}:  # who asks is out of the room
            self._is_said(handover, account)
            return InLine("over")
        if handover.passed_on:
            stand_in_line(self._attendant, handover)
        state = self._attendant.look(partial(_on_line, promise_id))
        if state == "talking":
            return InLine("room")
        if state not in ON_LINE:
            return InLine("nobody" if handover.passed_on else "back")
        self._attendant.note(promise_id, lambda one: replace(one, seen_s=self._attendant.now()))
        return InLine("wait", announced(self._attendant, handover) if state == "waiting" else "")

    def ended(self, promise_id: str, status: str, sid: str) -> None:
        """The carrier's word about the call to the person: one that came to nothing frees the agent."""
        promise_id = latest(self._attendant, promise_id)
        account = self._attendant.shelf.routing(promise_id)
        if status not in ENDED or not sid or self._is_strange(account, sid):
            return
        now_s = self._attendant.now()
        state = self._attendant.look(partial(_state, promise_id))
        if state == "calling":
            self._attendant.tell(CallbackFailed(now_s, promise_id))
            self._attendant.free_agent_of(promise_id)
        elif state in ON_LINE and account.seen_s:
            self._attendant.note(promise_id, lambda one: over(one, now_s))
            self._attendant.tell(Left(now_s, promise_id))
            self._callbacks.keep_up(promise_id)
        elif account.phase == "connected":  # they had met, whatever the room has told or not
            self._attendant.note(promise_id, lambda one: over(replace(one, room=()), now_s))
            self._attendant.tell(Ended(now_s, promise_id))
            self._write_down(promise_id)
        elif account.phase in TAKEN and not account.room:
            self._attendant.note(promise_id, lambda one: over(one, now_s))
            self._attendant.tell(Ended(now_s, promise_id))
            self._attendant.free_agent_of(promise_id)

    def _is_said(self, handover: Handover, account: Routing) -> None:
        if account.phase == "connected":
            now_s = self._attendant.now()
            self._attendant.note(handover.id, lambda one: over(one, now_s))
            self._attendant.tell(Ended(now_s, handover.id))
            self._write_down(handover.id)

    def _is_strange(self, account: Routing, sid: str) -> bool:
        """Whether another call than theirs tells this: that of an earlier try, mostly."""
        return bool(account.called and sid) and account.called != sid

    def _write_down(self, promise_id: str) -> None:
        """Who has been reached is not called again, even when Redis is lost now."""
        try:
            self._callbacks.keep_up(promise_id)
        except OutsideError as error:  # whoever looks after callbacks does it in some seconds
            log.warning("%s: it is not written down how it stands: %s", promise_id, error)


def _state(name: str, floor: Floor) -> str:
    return floor.places[name].state if name in floor.places else ""


def _on_line(name: str, floor: Floor) -> str:
    """The state of a place whose person is on the telephone."""
    return _state(name, floor) if name in floor.places and not floor.places[name].is_callback else ""
