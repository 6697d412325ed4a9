"""The list of callbacks, for desks, the wallboard and the command line: who and since when; cancel, call now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ivr.agents.attendant import Attendant
from ivr.agents.callbacks import Callbacks, stands
from ivr.agents.floor.events import CallbackCancelled, CallbackNow
from ivr.agents.floor.state import Floor
from ivr.records.callbacks import OPEN, WAITING, Promise

DOING = {"waiting": "in line", "held": "later", "ringing": "an agent is rung", "calling": "being called"}


class CallbackList:
    """Every method raises ``OutsideError`` when Redis or the database fails."""

    def __init__(self, attendant: Attendant, callbacks: Callbacks) -> None:
        self._attendant = attendant
        self._callbacks = callbacks
        self._promises = callbacks.promises

    def shown(self, limit: int = 100) -> list[Mapping[str, Any]]:
        """The newest promises, kept or not."""
        return [self._shown(one) for one in self._promises.latest(limit)]

    def open(self) -> list[Mapping[str, Any]]:
        """Those to be kept, in their order."""
        return [self._shown(one) for one in self._promises.open()]

    def _shown(self, promise: Promise) -> Mapping[str, Any]:
        """One promise as JSON-able data.

        ``doing`` says what happens about an open one, ``next_s`` when it is tried next: 0.0 when it is its turn,
        None when it waits for the hours to call in or is over.
        """
        told = promise.handover
        doing, next_s, attempts = "", None, promise.attempts
        if promise.state in OPEN:
            doing, next_s = self._attendant.look(partial(_stands_now, promise, self._attendant.now()))
            attempts = max(attempts, (self._attendant.look(partial(stands, promise.id)) or ("", 0))[1])
        return {
            "id": promise.id,
            "queue": promise.queue,
            "number": promise.number,
            "name": str(told["collected"].get("name", "")),
            "asked_s": min(promise.joined_s, told.get("started_s") or promise.joined_s),
            "joined_s": promise.joined_s,
            "state": promise.state,
            "attempts": attempts,
            "doing": doing,
            "next_s": next_s,
            "brief": told["brief"],
            "call": told["call"],
        }

    def get(self, promise_id: str) -> Mapping[str, Any] | None:
        """One of them, or None."""
        promise = self._promises.get(promise_id)
        return None if promise is None else self._shown(promise)

    def cancel(self, promise_id: str) -> bool:
        """Nobody is to call them any more; False when there is nothing (or it is too late) to cancel."""
        promise = self._promises.get(promise_id)
        if promise is None or promise.state != WAITING:
            return False
        if self._attendant.look(partial(stands, promise_id)) is None:
            self._callbacks.end(promise, "cancelled")
            return True
        self._attendant.tell(CallbackCancelled(self._attendant.now(), promise_id))
        self._callbacks.keep_up(promise_id)
        after = self._promises.get(promise_id)
        return after is not None and after.state == "cancelled"

    def call_now(self, promise_id: str) -> bool:
        """They are called in their turn from now on, and not at a later time; False when there is no such callback.

        Nobody is overtaken by it, and nobody is called out of hours.
        """
        promise = self._promises.get(promise_id)
        if promise is None or promise.state != WAITING:
            return False
        now_s = self._attendant.now()
        if promise.joined_s > now_s:
            self._promises.moved(promise_id, now_s, {**promise.handover, "at_s": now_s})
            self._callbacks.keep_up(promise_id)
        self._attendant.tell(CallbackNow(now_s, promise_id))
        return True


def _stands_now(promise: Promise, now_s: float, floor: Floor) -> tuple[str, float | None]:
    place = floor.places.get(promise.id)
    if place is None:
        return ("later", promise.joined_s) if promise.joined_s > now_s else ("in line", 0.0)
    if place.state == "held":
        may_call = floor.queues[place.queue].may_call_back
        return ("later", place.until_s) if may_call and place.until_s > now_s else ("out of hours", None)
    if not place.is_callback:
        return ("talking" if place.state == "talking" else "on the line"), 0.0
    return DOING[place.state], 0.0
