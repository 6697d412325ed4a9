"""Calling people back: a promise is in the database before its caller hangs up, and keeps their place in line.

Agent or person are rung first, as the queue says; whoever is there waits for the other. Whatever is lost on the way (a
message, a process, the whole floor) is made good by :meth:`Callbacks.look_after`, which holds the promises against the
floor. A promise for later stands in line when its time has come, as old as that.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from ivr.agents.account import is_still_there, over
from ivr.agents.attendant import TOPIC, Attendant
from ivr.agents.floor.events import Joined
from ivr.agents.floor.state import Floor
from ivr.agents.handover import Handover, handover_from_json
from ivr.agents.routing import Routing
from ivr.ports import OutsideError
from ivr.records.callbacks import OPEN, TALKING, WAITING, Promise, SqlCallbacks

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
KEPT = {"served": "kept"}
"""How the floor calls the end of a place, and what that is for a promise."""
PREFIX = "back-"
"""The promise made to a caller in line is called like their place, after this."""

log = logging.getLogger(__name__)


class Callbacks:
    """The promises, and that they are kept."""

    def __init__(self, attendant: Attendant, promises: SqlCallbacks) -> None:
        self._attendant = attendant
        self.promises = promises

    # --- who wants it ---

    def instead_of_waiting(self, handover: Handover, joined_s: float) -> None:
        """A caller in line wants to be called back; the promise is as old as their place. Told before they leave."""
        self._promise(replace(handover, id=f"{PREFIX}{handover.id}", callback=True, offers=()), joined_s)

    def take_its_place(self, transfer_id: str) -> None:
        """The caller has left the line, so the promise stands there."""
        self.keep_up(f"{PREFIX}{transfer_id}")

    def asked(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """A flow, or who has shown that a number is theirs, asks for a callback. Safe to repeat.

        ``at_s`` is when they want to be called, ``collected`` what they told besides; both may be missing. With
        ``again`` a promise that is over is made anew: who asks knows of it, as people do who work through messages.

        Raises:
            OutsideError: the number is none or may not be dialled, there is no such queue, or the database fails.
        """
        number, queue, call = str(args["number"]), str(args["queue"]), str(args["call"])
        rules = self._attendant.staffing().queue(queue)
        if rules is None or not NUMBER.fullmatch(number):
            raise OutsideError(f"Nobody can be called back at {number!r} for the queue {queue!r}.", retry=False)
        if why := self._attendant.phones.refusal(number):
            raise OutsideError(f"Nobody is called back there: {why}", retry=False)
        now_s = self._attendant.now()
        joined_s = max(now_s, float(args.get("at_s", now_s)))
        promise_id = f"{PREFIX}{call}-{queue}"
        handover = Handover(
            id=self._not_over(promise_id) if args.get("again") else promise_id,
            call=call,
            turn=0,
            line=str(args["line"]),
            caller=number,
            at_s=joined_s,
            to=f"queue {queue}",
            brief=str(args["brief"]),
            intent="",
            collected=dict(args.get("collected", {})),
            transcript=(),
            agents=(),
            ring_s=rules.ring_s,
            callback=True,
            started_s=now_s,
        )
        if self._promise(handover, joined_s):
            self._end_those_for_later(queue, number, but=handover.id)  # the last wish counts
        self.look_after()
        return {"id": handover.id}

    def _not_over(self, promise_id: str) -> str:
        """The promise of that name that is yet to be kept, else the next name."""
        name, number = promise_id, 1
        while True:
            self.keep_up(name)  # how it ended may not have been written down yet
            known = self.promises.get(name)
            if known is None or known.state in OPEN:
                return name
            number += 1
            name = f"{promise_id}-{number}"

    def _promise(self, handover: Handover, joined_s: float) -> bool:
        return self.promises.add(Promise(handover.id, handover.queue, handover.caller, joined_s, asdict(handover)))

    def rang_again(self, queue: str, number: str) -> None:
        """Somebody waits in line again: what was promised them for later need not be kept.

        A promise that stands in line already is the floor's to hand over with its place.
        """
        try:
            self._end_those_for_later(queue, number)
        except OutsideError as error:  # the caller waits all the same
            log.warning("what was promised to somebody who rings again is not known: %s", error)

    def _end_those_for_later(self, queue: str, number: str, but: str = "") -> None:
        for promise in self.promises.open():
            is_theirs = (promise.queue, promise.number) == (queue, number) and promise.id != but
            if is_theirs and promise.joined_s > self._attendant.now():
                self.end(promise, "cancelled")

    # --- keeping it ---

    def look_after(self) -> None:
        """Promises that the floor does not know stand in line; what became of the others is written down."""
        for promise in self.promises.open():
            self._hold_against_floor(promise)

    def keep_up(self, promise_id: str) -> None:
        """The same for one of them."""
        promise = self.promises.get(promise_id)
        if promise is not None and promise.state in OPEN:
            self._hold_against_floor(promise)

    def _hold_against_floor(self, promise: Promise) -> None:
        known = self._attendant.look(partial(stands, promise.id))
        if known is None:
            self._unknown(promise)
            known = self._attendant.look(partial(stands, promise.id))
        if known is None:
            return
        state, attempts = known
        attempts = max(attempts, promise.attempts)
        if state not in OPEN:
            self.end(promise, state, attempts)
        elif (state, attempts) != (promise.state, promise.attempts):
            self.promises.became(promise.id, state, attempts)
            self._attendant.alert(TOPIC, {"event": "callback", "state": state})
        if state == WAITING and self._attendant.shelf.handover(promise.id) is None:
            self._open(promise)  # who waits longer than transfers are kept: over a weekend

    def _unknown(self, promise: Promise) -> None:
        """The floor was lost, or has never heard of it."""
        if promise.state == TALKING:
            self.end(promise, "kept")  # they had found each other before everything else was lost
        elif promise.joined_s <= self._attendant.now() and not self._is_their_own(promise):
            if self._attendant.look(partial(_is_on_line, promise)):
                self.end(promise, "cancelled")
                return
            self._open(promise)
            joined = Joined(promise.joined_s, promise.id, promise.queue, promise.number, 0, is_callback=True)
            self._attendant.tell(joined)

    def _is_their_own(self, promise: Promise) -> bool:
        """Whether the caller who wants it is still in line: they are about to leave it."""
        return self._attendant.look(lambda floor: promise.id.removeprefix(PREFIX) in floor.places)

    def _open(self, promise: Promise) -> None:
        handover = handover_from_json(promise.handover)
        if self._attendant.shelf.open(handover, Routing((), since_s=self._attendant.now())):
            self._attendant.alert("desk", {"transfer": handover.id, "call": handover.call, "phase": "waiting"})

    def end(self, promise: Promise, state: str, attempts: int = 0) -> None:
        """Write down how it ended, and that nobody waits for it any more."""
        self.promises.became(promise.id, state, max(attempts, promise.attempts))
        now_s, shelf = self._attendant.now(), self._attendant.shelf
        if not is_still_there(shelf.routing(promise.id)):
            if shelf.handover(promise.id) is not None:
                self._attendant.note(promise.id, lambda one: over(one, now_s, state))
            shelf.close(promise.id)
        self._attendant.alert(TOPIC, {"event": "callback", "state": state})


def stands(name: str, floor: Floor) -> tuple[str, int] | None:
    """How the floor knows a promise, and how often its person was called; None when it knows nothing of it."""
    if name in floor.places:
        place = floor.places[name]
        return TALKING if place.state == "talking" else WAITING, place.attempts
    if name in floor.over:
        outcome, queue = floor.over[name].outcome, floor.queues.get(floor.over[name].queue)
        given_up = queue is not None and outcome == "given up"
        return KEPT.get(outcome, outcome), queue.rules.callback_attempts if queue and given_up else 0
    return None


def _is_on_line(promise: Promise, floor: Floor) -> bool:
    """Whether its person waits on the telephone, or talks, having rung again."""
    return any(
        (place.queue, place.caller) == (promise.queue, promise.number) and not place.is_callback
        for place in floor.places.values()
    )
