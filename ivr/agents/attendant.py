"""Tells the floor what happened, and does what the floor says: rings agents, and fetches callers.

What was done is noted on the shelf, with the floor's rings as the legs of the transfer; but who has whom, the floor
alone says.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, assert_never

from redis import Redis

from ivr.agents.account import dropped, leg_of, over, rung, told, turned_away
from ivr.agents.context import Context, context_of
from ivr.agents.escalating import letter_about
from ivr.agents.floor.commands import CallBack, Command, Exit, RingAgent, StopCalling, StopRinging, Tell
from ivr.agents.floor.events import (
    AgentIs,
    CallbackFailed,
    Disengaged,
    Engaged,
    Event,
    Left,
    Missed,
    RingHeard,
)
from ivr.agents.floor.people import MISSED_CALLS
from ivr.agents.floor.rebuilding import ENGAGED
from ivr.agents.floor.state import Floor
from ivr.agents.floor_log import FloorLog
from ivr.agents.handover import Handover
from ivr.agents.history import History, no_history
from ivr.agents.legs import Leg, most_telling
from ivr.agents.new_floor import NewFloor
from ivr.agents.phones import Phones
from ivr.agents.routing import Routing
from ivr.agents.shelf import Shelf
from ivr.agents.staffing import LastWords, StaffingNow
from ivr.agents.waits import TURNED_AWAY, Waits
from ivr.flows.call import Call
from ivr.outbox import Errand, Outbox
from ivr.ports import Alert, OutsideError
from ivr.records.copies import SqlCopies

log = logging.getLogger(__name__)

PARKED_S = 300.0
"""After missed rings an agent is left in peace this long: a telephone without a desk has no button to come back by."""
TOPIC = "queues"
"""Pages that show queues and agents listen to this."""

Seen = TypeVar("Seen")


class Attendant:
    """One process's hands on the floor. Every method raises ``OutsideError`` when Redis cannot be reached."""

    def __init__(
        self,
        redis: Redis,
        phones: Phones,
        staffing: StaffingNow,
        alert: Alert,
        now: Callable[[], float] = time.time,
        histories: History | None = None,
        listeners: Callable[[Context], None] | None = None,
        last_words: LastWords | None = None,
        outbox: Outbox | None = None,
        copies: SqlCopies | None = None,
    ) -> None:
        self._outbox = outbox
        self.last_words = last_words
        self._histories = histories
        self._listeners = listeners
        self.shelf = Shelf(redis, copies)
        self.phones = phones
        self.staffing = staffing
        self.waits = Waits(redis)
        self.alert = alert
        self.now = now
        self.trouble_s = 0.0
        """When nobody could tell us anything, for the last time."""
        self._log = FloorLog(redis, self._opening)

    def look(self, see: Callable[[Floor], Seen]) -> Seen:
        """What ``see`` sees in the floor as it is now; it must change nothing."""
        return self._log.look(see)

    def tell(self, *events: Event) -> None:
        """Something happened: note it, and do what is to be done about it."""
        todo: deque[Command | Event] = deque(events)
        while todo:
            one = todo.popleft()
            if isinstance(one, Command):
                todo += self._do(one)
            else:
                todo += self._log.take(one)
                self.alert(TOPIC, {"event": type(one).__name__, "agent": getattr(one, "agent", "")})

    def said(self, agent: str, state: str, reason: str) -> None:
        """An agent says whether they can be rung."""
        now_s = self.now()
        self.tell(AgentIs(now_s, agent, state, reason))
        if self.last_words:
            try:
                self.last_words.keep(agent, state, reason, now_s)
            except OutsideError as error:
                log.warning("what agent %s says of themselves is known to Redis only: %s", agent, error)

    def escalated(self, handover: Handover, why: str) -> None:
        """Supervisors are told of a caller; who is written to must not keep others waiting."""
        self.alert(TOPIC, {"event": "escalated", "call": handover.call, "queue": handover.queue, "why": why})
        to = self.staffing().escalations[handover.queue].email
        if to and self._outbox:
            letter = {"to": to, **letter_about(handover, why, self.now())}
            try:
                self._outbox.put(Errand(f"escalated-{handover.id}-{why}", "email", letter, handover.call))
            except OutsideError as error:
                log.warning("no supervisor is written to: %s", error)

    def engage(self, agent: str, by: str, for_s: float) -> bool:
        """Keep the agent for a call that is none of a queue's; False when they have somebody. Repeats are harmless."""
        if self.look(lambda floor: agent not in floor.agents):
            self.tell(*self.look(lambda floor: self.staffing().news(floor, self.now())))
        self.tell(Engaged(self.now(), agent, by, for_s, ENGAGED))
        return self.look(lambda floor: _is_engaged(floor, agent, by))

    def disengage(self, agent: str, by: str) -> None:
        """The agent is free again, if it was this they were needed for."""
        if self.look(lambda floor: _is_engaged(floor, agent, by)):
            self.tell(Disengaged(self.now(), agent, by))

    def look_after(self) -> None:
        """Let time pass, and tell the floor what the flow file says by now. To be called every few seconds."""
        now_s, before = self.now(), self.look(_states)
        commands = self._log.pass_time(now_s)
        changed = sorted(agent for agent, state in self.look(_states).items() if before.get(agent) != state)
        if commands or changed:
            self.alert(TOPIC, {"event": "TimePassed", "agents": changed})
        for command in commands:
            self.tell(*self._do(command))
        self.tell(*self.look(lambda floor: self.staffing().news(floor, now_s)))
        self.tell(*self.look(lambda floor: _rested(floor, now_s)))

    def history(self, call: Call, at_s: float) -> Mapping[str, Any]:
        """What came from the caller's number before this call."""
        return self._histories(call.caller, call.id, call.started_s or at_s) if self._histories else no_history()

    def opened(self, handover: Handover, account: Routing) -> None:
        """A transfer has begun: pages and programs outside are told."""
        self.alert("desk", {"transfer": handover.id, "call": handover.call, "phase": account.phase})
        if self._listeners:
            self._listeners(context_of(handover, account, self.now()))

    def note(self, transfer_id: str, change: Callable[[Routing], Routing]) -> Routing:
        """Write ``change`` of a transfer's account down, and tell the desk if it tells anything new."""
        changed = self.shelf.change(transfer_id, change)
        if changed is None:
            return Routing((), phase="over", reason="failed")
        before, after = changed
        if (after.phase, after.legs) != (before.phase, before.legs):
            call = transfer_id.rpartition("-")[0]
            agents = sorted({leg.agent for leg in after.legs})
            self.alert("desk", {"transfer": transfer_id, "call": call, "phase": after.phase, "agents": agents})
        return after

    def _opening(self) -> list[Event]:
        """The events of a new floor."""
        return NewFloor(self.shelf, self.staffing(), self.last_words, self.now()).events()

    # --- doing it ---

    def _do(self, command: Command) -> list[Event]:
        match command:
            case RingAgent(ring, agent, place):
                return self._ring(ring, agent, place)
            case StopRinging(ring, _, place):
                self._stop(ring, place)
            case Exit(place, reason):
                self._send_back(place, reason)
            case Tell(agent, what):
                self.alert("desk", {"agent": agent, "event": what})
            case CallBack(place, _, _):
                return self._call_back(place)
            case StopCalling(place):
                self.phones.hang_up(self.shelf.routing(place).called)
                self.free_agent_of(place)
            case _:
                assert_never(command)
        return []

    def _ring(self, ring: int, agent_id: str, place: str) -> list[Event]:
        handover, agent = self.shelf.handover(place), self.staffing().agent(agent_id)
        if handover is None:
            return [Left(self.now(), place)]
        if agent is None:
            return [Missed(self.now(), ring)]
        known = leg_of(self.shelf.routing(place), ring)
        if known is not None and known.sid:  # it rings already: only the floor was made anew
            return [RingHeard(self.now(), ring)]
        leg = Leg(agent_id, self.now(), ring=ring)
        account = self.note(place, lambda one: rung(one, leg))
        try:
            sid = self.phones.ring(
                context_of(handover, account, self.now()), agent.address, ring, self._ring_s(handover)
            )
        except OutsideError as error:
            log.warning("transfer %s: agent %s cannot be rung: %s", place, agent_id, error)
            self.note(place, lambda one: told(one, ring, "failed", at_s=self.now()))
            return [] if error.retry else [Missed(self.now(), ring)]  # unheard of, it is rung again in some seconds
        self.note(place, lambda one: told(one, ring, "ringing", sid))
        if self.look(lambda floor: ring not in floor.rings):  # it was stopped before its sid was known
            self.phones.hang_up(sid)
        return [RingHeard(self.now(), ring)]

    def _ring_s(self, handover: Handover) -> float:
        rules = self.staffing().queue(handover.queue)
        return rules.ring_s if rules else handover.ring_s

    def _stop(self, ring: int, place: str) -> None:
        account = self.note(place, lambda one: told(one, ring, "no answer", at_s=self.now()))
        leg = leg_of(account, ring)
        if leg is not None:
            self.phones.hang_up(leg.sid)

    def _call_back(self, place: str) -> list[Event]:
        handover = self.shelf.handover(place)
        if handover is None:
            return [CallbackFailed(self.now(), place)]
        self.note(place, lambda one: replace(one, called=""))
        try:
            sid = self.phones.call_back(handover)
        except OutsideError as error:
            log.warning("%s: nobody could be called back: %s", place, error)
            self.free_agent_of(place)
            return [CallbackFailed(self.now(), place)]
        self.note(place, lambda one: replace(one, called=sid))
        if self.look(lambda floor: not _is_wanted(floor, place)):
            self.phones.hang_up(sid)
        return []

    def free_agent_of(self, place: str) -> None:
        """The person who was called back is not to be had: the agent who waits for them is let go."""
        for leg in self.shelf.routing(place).legs:
            if leg.status == "accepted":
                self.note(place, partial(dropped, ring=leg.ring, at_s=self.now(), why="no answer"))
                self.phones.hang_up(leg.sid)

    def _send_back(self, place: str, reason: str) -> None:
        """The caller goes back to the flow; what came of the rings says more than that nobody is left to ring."""
        handover, at_s = self.shelf.handover(place), self.now()
        if handover is None:
            return
        if handover.callback:
            self._end_callback(handover, reason, at_s)
            return
        account = self.note(
            place, lambda one: turned_away(one, most_telling(one.legs) if reason == "nobody" else reason, at_s)
        )
        self.waits.ended(handover.queue, place, TURNED_AWAY, at_s - handover.at_s, at_s)
        if account.phase == "returning":
            self.phones.fetch_caller(handover)

    def _end_callback(self, handover: Handover, reason: str, at_s: float) -> None:
        """Who was called back waited for nobody: they are told so, and called again unless the promise is over."""
        before = self.shelf.routing(handover.id)
        if reason == "later":
            self.note(handover.id, lambda one: replace(one, phase="waiting", agent="", seen_s=0.0, since_s=at_s))
        else:
            self.note(handover.id, lambda one: over(one, at_s, reason))
            self.shelf.close(handover.id)
        if before.seen_s and before.called:
            self.phones.fetch_called(handover, before.called)


def _is_engaged(floor: Floor, agent: str, by: str) -> bool:
    return agent in floor.agents and floor.agents[agent].engaged == by


def _states(floor: Floor) -> dict[str, str]:
    return {agent.id: agent.state for agent in floor.agents.values()}


def _is_wanted(floor: Floor, place: str) -> bool:
    """Whether the person of ``place`` is still to be called."""
    known = floor.places.get(place)
    return known is not None and (known.state in {"calling", "talking"} or not known.is_callback)


def _rested(floor: Floor, now_s: float) -> list[Event]:
    """Agents who missed rings are tried again."""
    parked = [one for one in floor.agents.values() if (one.state, one.reason) == ("break", MISSED_CALLS)]
    return [AgentIs(now_s, one.id, "available") for one in parked if one.since_s + PARKED_S <= now_s]
