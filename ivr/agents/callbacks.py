"""Calling people back: a promise is in the database before its caller hangs up, and keeps their place in line.

An agent is rung first; who accepts waits in the room until the person answers. Whatever is lost on the way (a message,
a process, the whole floor) is made good by :meth:`Callbacks.look_after`, which holds the promises against the floor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ivr.agents.account import TAKEN, over
from ivr.agents.attendant import Attendant
from ivr.agents.direct import ENDED
from ivr.agents.floor.events import CallbackAnswered, CallbackFailed, Joined
from ivr.agents.floor.state import Floor
from ivr.agents.handover import Handover, handover_from_json
from ivr.agents.routing import Routing
from ivr.ports import OutsideError
from ivr.records.callbacks import WAITING, Promise, SqlCallbacks

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
KEPT = {"served": "kept"}
"""How the floor calls the end of a place, and what that is for a promise."""


class Callbacks:
    """Promises, and the telephones of the people who are called back."""

    def __init__(self, attendant: Attendant, promises: SqlCallbacks) -> None:
        self._attendant = attendant
        self._promises = promises

    # --- who wants it ---

    def instead_of_waiting(self, handover: Handover, joined_s: float) -> None:
        """A caller in line wants to be called back; the promise is as old as their place. Told before they leave."""
        self._promise(replace(handover, id=f"back-{handover.id}", callback=True, offers=()), joined_s)

    def take_its_place(self, transfer_id: str) -> None:
        """The caller has left the line, so the promise stands there."""
        self._stand_in_line(next((one for one in self._promises.open() if one.id == f"back-{transfer_id}"), None))

    def asked(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """A flow asks for a callback. Safe to repeat.

        Raises:
            OutsideError: the number is none, there is no such queue, or the database fails.
        """
        number, queue, call = str(args["number"]), str(args["queue"]), str(args["call"])
        rules = self._attendant.staffing().queue(queue)
        if rules is None or not NUMBER.fullmatch(number):
            raise OutsideError(f"Nobody can be called back at {number!r} for the queue {queue!r}.", retry=False)
        now_s = self._attendant.now()
        handover = Handover(
            id=f"back-{call}-{queue}",
            call=call,
            turn=0,
            line=str(args["line"]),
            caller=number,
            at_s=now_s,
            to=f"queue {queue}",
            brief=str(args["brief"]),
            intent="",
            collected={},
            transcript=(),
            agents=(),
            ring_s=rules.ring_s,
            callback=True,
        )
        self._promise(handover, now_s)
        self.look_after()
        return {"id": handover.id}

    def _promise(self, handover: Handover, joined_s: float) -> None:
        self._promises.add(Promise(handover.id, handover.queue, handover.caller, joined_s, asdict(handover)))

    def _stand_in_line(self, promise: Promise | None) -> None:
        if promise is None:
            return
        handover = handover_from_json(promise.handover)
        if self._attendant.shelf.open(handover, Routing((), since_s=self._attendant.now())):
            self._attendant.alert("desk", {"transfer": handover.id, "call": handover.call, "phase": "waiting"})
        self._attendant.tell(Joined(promise.joined_s, promise.id, promise.queue, promise.number, 0, is_callback=True))

    def look_after(self) -> None:
        """Promises that the floor does not know stand in line; what became of the others is written down."""
        for promise in self._promises.open():
            known = self._attendant.look(partial(_stands, promise.id))
            if known is None:
                self._stand_in_line(promise)
                continue
            state, attempts = known
            attempts = max(attempts, promise.attempts)
            if (state, attempts) != (promise.state, promise.attempts):
                self._promises.became(promise.id, state, attempts)
                self._attendant.alert("queues", {"event": "callback", "state": state})

    def shown(self, limit: int = 100) -> list[Mapping[str, Any]]:
        """The newest promises, for pages."""
        return [
            {"id": one.id, "queue": one.queue, "number": one.number, "asked_s": one.joined_s, "state": one.state}
            | {"attempts": one.attempts, "brief": one.handover["brief"], "call": one.handover["call"]}
            for one in self._promises.latest(limit)
        ]

    # --- the person's telephone ---

    def answered(self, promise_id: str) -> Handover | None:
        """The person answers; None when no agent is there (any more)."""
        self._attendant.tell(CallbackAnswered(self._attendant.now(), promise_id))
        is_there = self._attendant.look(partial(_state, promise_id)) == "talking"
        return self._attendant.shelf.handover(promise_id) if is_there else None

    def ended(self, promise_id: str, status: str, sid: str) -> None:
        """The carrier's word about the call to the person: one that came to nothing frees the agent."""
        account = self._attendant.shelf.routing(promise_id)
        if status not in ENDED or not sid or account.called != sid:
            return
        if self._attendant.look(partial(_state, promise_id)) == "calling":
            self._attendant.tell(CallbackFailed(self._attendant.now(), promise_id))
            self._attendant.free_agent_of(promise_id)
        elif account.phase in TAKEN and not account.room:
            self._attendant.note(promise_id, lambda one: over(one, self._attendant.now()))


def _state(name: str, floor: Floor) -> str:
    return floor.places[name].state if name in floor.places else ""


def _stands(name: str, floor: Floor) -> tuple[str, int] | None:
    """How the floor knows a promise, and how often its person was called; None when it knows nothing of it."""
    if name in floor.places:
        return WAITING, floor.places[name].attempts
    if name in floor.over:
        outcome = floor.over[name].outcome
        return KEPT.get(outcome, outcome), 0
    return None
