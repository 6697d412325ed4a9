"""Transfers to a queue: callers wait in line by the rules of the floor, and are fetched when an agent has accepted."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.agents.account import TAKEN, came, dropped, is_still_there, leg_of, over, taken, told, went
from ivr.agents.announcements import announced
from ivr.agents.attendant import Attendant
from ivr.agents.callbacks import Callbacks
from ivr.agents.direct import ENDED
from ivr.agents.escalating import overdue
from ivr.agents.floor.events import (
    Accepted,
    Answered,
    CallbackFailed,
    Declined,
    Dropped,
    Ended,
    Joined,
    Left,
    Missed,
    RingHeard,
)
from ivr.agents.floor.state import Floor
from ivr.agents.handover import Handover, handover_of
from ivr.agents.legs import GONE, most_telling, reason_of
from ivr.agents.routing import JOIN_S, Routing
from ivr.agents.waits import ANSWERED, LEFT
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine

OFFERS = {"callback": "1", "message": "2"}
"""What a caller in line may choose, and by which key; how it is offered says the flow file (``waiting``)."""
LOST_S = 120.0
"""A caller who has not asked how to go on for this long is not there any more: nobody told us that they hung up."""


class Queued:
    """Transfers to queues. Everything may be told twice, late or out of order."""

    def __init__(self, attendant: Attendant, callbacks: Callbacks | None = None) -> None:
        self._attendant = attendant
        self._callbacks = callbacks
        self._shelf = attendant.shelf
        self._now = attendant.now

    # --- what the caller's side tells ---

    def begin(self, call: Call, turn: int, transfer: Transfer, at_s: float) -> str:
        """Publish the handover; the caller stands in line when they ask how to wait."""
        transfer_id = f"{call.id}-{turn}"
        rules = self._attendant.staffing().queue(transfer.to.removeprefix("queue "))
        staff = self._attendant.staffing().agents
        fit = [agent for agent in staff if rules and rules.need.level(agent.skills, agent.site)]
        before = self._attendant.history(call, at_s)
        handover = handover_of(call, turn, transfer, fit, at_s, transfer_id=transfer_id, before=before)
        account = Routing((), ring_s=transfer.ring_s, since_s=at_s)
        if self._shelf.open(handover, account):
            self._attendant.opened(handover, account)
        return transfer_id

    def caller_waits(self, transfer_id: str) -> None:
        """The caller stands in line."""
        handover = self._shelf.handover(transfer_id)
        if handover is None:
            return
        if self._attendant.look(lambda floor: transfer_id not in floor.places):
            self._attendant.tell(Joined(self._now(), transfer_id, handover.queue, _number(handover)))
            if self._callbacks:
                self._callbacks.rang_again(handover.queue, _number(handover))
        self._attendant.note(transfer_id, lambda one: replace(one, seen_s=self._now()))

    def wait(self, transfer_id: str) -> InLine:
        """How the caller who asks goes on: waits (hearing something, perhaps), meets the agent, or goes back."""
        self.caller_waits(transfer_id)
        handover, account = self._shelf.handover(transfer_id), self._shelf.routing(transfer_id)
        if handover is None or account.phase in {"returning", "over"}:
            return InLine("back")
        state = self._attendant.look(lambda floor: _state(floor, transfer_id))
        if state == "talking":
            return InLine("room")
        offers = self._offers(handover)
        said = announced(self._attendant, handover, offers) if state == "waiting" else ""
        return InLine("wait", said, {OFFERS[name]: name for name in offers})

    def _offers(self, handover: Handover) -> list[str]:
        """What the caller may choose by now."""
        after_s = self._attendant.staffing().offer_callback_s.get(handover.queue)
        has_waited = after_s is not None and handover.at_s + after_s <= self._now()
        number = _number(handover)
        may_call = bool(number) and not self._attendant.phones.refusal(number)
        called_back = self._callbacks is not None and has_waited and may_call
        return [name for name in OFFERS if (called_back if name == "callback" else name in handover.offers)]

    def caller_left(self, transfer_id: str, reason: str = "") -> None:
        """The caller hung up, or went back to the flow for ``reason``."""
        handover, account = self._shelf.handover(transfer_id), self._shelf.routing(transfer_id)
        if handover is None or account.phase == "over":
            return
        now_s = self._now()
        if reason == "callback" and self._callbacks:
            self._callbacks.instead_of_waiting(handover, handover.at_s)
        waited = account.phase not in {*TAKEN, "returning"} and reason != "callback"
        account = self._attendant.note(transfer_id, lambda one: over(one, now_s, reason))
        if waited and not account.agent and not handover.callback:
            self._attendant.waits.ended(handover.queue, transfer_id, LEFT, now_s - handover.at_s, now_s)
        self._attendant.tell(Left(now_s, transfer_id))
        if reason == "callback" and self._callbacks:
            self._callbacks.take_its_place(transfer_id)
        self._shelf.close(transfer_id)
        for leg in account.legs:  # an agent who came into the room alone
            if leg.status == "accepted" and not account.room:
                self._attendant.phones.hang_up(leg.sid)

    def outcome(self, transfer_id: str) -> tuple[str, str]:
        """``(agent, "")`` or ``("", reason)``. Asked when the caller is back in the flow: asking ends the transfer."""
        account = self._shelf.routing(transfer_id)
        if account.phase != "over":
            self.caller_left(transfer_id, most_telling(account.legs))
            account = self._shelf.routing(transfer_id)
        return (account.agent, "") if account.agent else ("", account.reason or "no answer")

    # --- what the agents' legs tell: ``ring`` is the floor's number ---

    def leg_answered(self, transfer_id: str, ring: int, sid: str = "") -> Handover | None:
        """An agent's phone was picked up; what to whisper, or None when this leg is not wanted any more."""
        self._attendant.note(transfer_id, lambda one: told(one, ring, "answered", sid))
        self._attendant.tell(Answered(self._now(), ring))
        wanted = self._attendant.look(lambda floor: _is_rung(floor, ring, transfer_id))
        return self._shelf.handover(transfer_id) if wanted else None

    def accepted(self, transfer_id: str, ring: int) -> Handover | None:
        """The agent takes the caller; None when the caller is not to be had any more. Repeats get the same answer."""
        handover, account = self._shelf.handover(transfer_id), self._shelf.routing(transfer_id)
        leg = leg_of(account, ring)
        if handover is None or leg is None:
            return None
        rings = self._attendant.look(lambda floor: _is_rung(floor, ring, transfer_id))
        if rings:
            self._attendant.tell(Accepted(self._now(), ring))
        elif leg.status != "accepted":
            return None
        if not self._attendant.look(lambda floor: _has(floor, transfer_id, leg.agent)):
            return None
        if rings:
            now_s = self._now()
            self._attendant.note(transfer_id, lambda one: taken(one, ring, now_s))
            if handover.callback:
                return handover if self._meets_who_is_called_back(handover) else None
            self._attendant.waits.ended(handover.queue, transfer_id, ANSWERED, now_s - handover.at_s, now_s)
            if not self._attendant.phones.fetch_caller(handover, "wait"):
                self.caller_left(transfer_id)
                return None
        return handover

    def _meets_who_is_called_back(self, handover: Handover) -> bool:
        """Who was called first is fetched into the room; who is yet to be called comes there by themselves."""
        if self._attendant.look(lambda floor: _state(floor, handover.id)) != "talking":
            return True
        if self._attendant.phones.fetch_called(handover, self._shelf.routing(handover.id).called):
            return True
        self.caller_left(handover.id)
        return False

    def declined(self, transfer_id: str, ring: int) -> None:
        """The agent does not take the caller."""
        self._attendant.note(transfer_id, lambda one: told(one, ring, "declined", at_s=self._now()))
        self._attendant.tell(Declined(self._now(), ring))

    def leg_ended(self, transfer_id: str, ring: int, status: str, sid: str = "") -> None:
        """The carrier's word about a leg, in any order; words that are not an end only make its ``sid`` known."""
        leg = leg_of(self._shelf.routing(transfer_id), ring)
        if leg is None:
            return
        if status not in ENDED:
            self._attendant.note(transfer_id, lambda one: told(one, ring, "ringing", sid))
            self._attendant.tell(RingHeard(self._now(), ring))
        elif leg.status == "accepted":
            self._agent_gone(transfer_id, ring)
        else:
            reason = reason_of(status) if leg.status not in GONE else leg.status
            self._attendant.note(transfer_id, lambda one: told(one, ring, reason, at_s=self._now()))
            ended = Declined if reason == "declined" else Missed
            self._attendant.tell(ended(self._now(), ring))

    def _agent_gone(self, transfer_id: str, ring: int) -> None:
        """The agent who took the caller hung up: after the conversation, or before there was one."""
        account, now_s = self._shelf.routing(transfer_id), self._now()
        handover = self._shelf.handover(transfer_id)
        if handover and handover.callback and account.phase == "accepted":
            self._agent_gone_before_they_spoke(handover, account, ring)
        elif account.phase == "connected" or (account.phase == "accepted" and now_s >= account.since_s + JOIN_S):
            self._end(transfer_id, handover)
        elif account.phase == "accepted":
            was_in_room = account.room
            self._attendant.note(transfer_id, lambda one: dropped(one, ring, now_s))
            self._attendant.tell(Dropped(now_s, transfer_id))
            if handover and handover.call in was_in_room:
                self._attendant.phones.fetch_caller(handover, "wait")

    def _agent_gone_before_they_spoke(self, handover: Handover, account: Routing, ring: int) -> None:
        """Somebody who is called back: one who is there already waits for the next agent, else it is tried later."""
        now_s = self._now()
        there_s = self._attendant.look(lambda floor: _on_line_s(floor, handover.id))
        if there_s is not None and now_s >= max(there_s, account.since_s) + JOIN_S:
            self._end(handover.id, handover)
            return
        self._attendant.note(handover.id, lambda one: dropped(one, ring, now_s))
        if there_s is not None:
            self._attendant.note(handover.id, lambda one: replace(one, seen_s=now_s))
            self._attendant.tell(Dropped(now_s, handover.id))
            self._attendant.phones.fetch_called(handover, account.called)
        else:
            self._attendant.phones.hang_up(account.called)
            self._attendant.tell(CallbackFailed(now_s, handover.id))

    def joined(self, transfer_id: str, sid: str) -> None:
        """Somebody came into the room: the caller, or an agent who accepted."""
        handover = self._shelf.handover(transfer_id)
        if handover is None:
            return
        caller = self._shelf.routing(transfer_id).called if handover.callback else handover.call
        account = self._attendant.note(transfer_id, lambda one: came(one, sid, caller, self._now()))
        if not handover.callback and sid == handover.call and account.phase not in {*TAKEN, "over"}:
            self._attendant.phones.fetch_caller(handover, "wait")  # the agent is gone already

    def left(self, transfer_id: str, sid: str) -> None:
        """Somebody went out of the room: caller or agent end their conversation, others only helped."""
        account, handover = (
            self._attendant.note(transfer_id, lambda one: went(one, sid)),
            self._shelf.handover(transfer_id),
        )
        if account.phase == "connected" and handover is not None:
            caller = account.called if handover.callback else handover.call
            if sid in {caller, *(leg.sid for leg in account.legs if leg.status == "accepted")}:
                self._end(transfer_id, handover)

    def _end(self, transfer_id: str, handover: Handover | None) -> None:
        """The conversation is over. Nobody asks what came of a callback; others in the room may have its person yet."""
        self._attendant.tell(Ended(self._now(), transfer_id))
        if handover and handover.callback and not is_still_there(self._shelf.routing(transfer_id)):
            self._attendant.note(transfer_id, lambda one: over(one, self._now()))
            self._shelf.close(transfer_id)

    def look_after(self, transfer_id: str) -> None:
        """Mend what was lost with a process or a message."""
        handover, account = self._shelf.handover(transfer_id), self._shelf.routing(transfer_id)
        if handover is None or account.phase == "over":
            self._shelf.close(transfer_id)
        elif handover.callback and not account.seen_s:
            return
        elif (
            account.phase != "connected"
            and max(account.seen_s, account.since_s, self._attendant.trouble_s) + LOST_S < self._now()
            and not account.room
        ):
            self.caller_left(transfer_id)
        elif why := overdue(self._attendant.staffing(), handover, account, self._now()):
            self._escalate(handover, why)

    def _escalate(self, handover: Handover, why: str) -> None:
        """Tell supervisors, once."""
        changed = self._shelf.change(handover.id, lambda one: replace(one, escalated=_with(one.escalated, why)))
        if changed is not None and changed[0] != changed[1]:
            self._attendant.escalated(handover, why)


def _with(before: tuple[str, ...], why: str) -> tuple[str, ...]:
    return before if why in before else (*before, why)


def _state(floor: Floor, place: str) -> str:
    return floor.places[place].state if place in floor.places else ""


def _on_line_s(floor: Floor, place: str) -> float | None:
    """Since when the person of a place has been there who talks with an agent; None when nobody does."""
    return floor.places[place].on_line_s if _state(floor, place) == "talking" else None


def _is_rung(floor: Floor, ring: int, place: str) -> bool:
    """Whether ``ring`` is under way and for this place."""
    return ring in floor.rings and floor.rings[ring].place == place and _state(floor, place) == "ringing"


def _has(floor: Floor, place: str, agent: str) -> bool:
    return _state(floor, place) in {"talking", "calling"} and floor.places[place].agent == agent


def _number(handover: Handover) -> str:
    """The caller, when it is somebody who can be known again."""
    return handover.caller if re.fullmatch(r"\+[1-9][0-9]{6,14}", handover.caller) else ""
