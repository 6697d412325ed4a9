"""Transfers to somebody in particular: carries out what the routing commands, and tells the desk.

What is to be done is written down before it is done. When a process dies in between, the next message about the
transfer, or :meth:`Transfers.look_after`, finds it and does it again.
"""

from __future__ import annotations

import logging
from typing import assert_never

from ivr.agents.account import TAKEN
from ivr.agents.attendant import Attendant
from ivr.agents.context import context_of
from ivr.agents.directory import Directory
from ivr.agents.handover import Handover, handover_of
from ivr.agents.inputs import (
    Accepted,
    BringCallerBack,
    CallerBack,
    CallerLeft,
    CallerWaits,
    Command,
    Declined,
    Done,
    EndLeg,
    Input,
    Joined,
    LegAnswered,
    LegEnded,
    LegRinging,
    RingAgent,
    TimePassed,
)
from ivr.agents.routing import ASK_S, DIAL_S, Routing, advance
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import OutsideError

log = logging.getLogger(__name__)

ENDED = frozenset({"busy", "no-answer", "failed", "canceled", "completed"})
"""The carrier's words for a leg that is over; others (initiated, ringing, in-progress) only say that it lives."""

TALK_S = 4 * 3600
"""The carrier's longest call: an agent is kept no longer than that when no end is ever told."""


class Direct:
    """Transfers to an agent by name, who is rung whatever they said of themselves."""

    def __init__(self, attendant: Attendant, directory: Directory) -> None:
        self._attendant = attendant
        self._shelf = attendant.shelf
        self._phones = attendant.phones
        self._directory = directory
        self._alert = attendant.alert
        self._now = attendant.now

    # --- what the caller's side tells (ivr.ports.Agents) ---

    def begin(self, call: Call, turn: int, transfer: Transfer, at_s: float) -> str:
        """Publish the handover; returns the transfer's id. Rings nobody yet.

        A caller whom nobody takes is sent to ``/voice/turn/<call>/<turn>``.
        """
        transfer_id = f"{call.id}-{turn}"
        agents = self._directory(transfer.to)
        before = self._attendant.history(call, at_s)
        handover = handover_of(call, turn, transfer, agents, at_s, transfer_id=transfer_id, before=before)
        routing = Routing(tuple(agent.id for agent in agents), ring_s=transfer.ring_s, since_s=at_s)
        if self._shelf.open(handover, routing):
            self._attendant.opened(handover, routing)
        return transfer_id

    def caller_waits(self, transfer_id: str) -> None:
        """The caller is in the room: ring the first agent."""
        self._take(transfer_id, CallerWaits(self._now()))

    def caller_left(self, transfer_id: str) -> None:
        """The caller hung up while waiting: stop ringing agents."""
        self._take(transfer_id, CallerLeft(self._now()))

    def outcome(self, transfer_id: str) -> tuple[str, str]:
        """``(agent, "")`` or ``("", reason)``. Asked when the caller is back in the flow: asking ends the transfer."""
        self._take(transfer_id, CallerBack(self._now()))
        routing = self._shelf.routing(transfer_id)
        return (routing.agent, "") if routing.agent else ("", routing.reason or "no answer")

    # --- what the agents' legs tell ---

    def leg_answered(self, transfer_id: str, attempt: int, sid: str = "") -> Handover | None:
        """An agent's phone was picked up; what to whisper, or None when this leg is not wanted any more."""
        self._take(transfer_id, LegAnswered(self._now(), attempt, sid))
        wanted = self._shelf.routing(transfer_id).is_live(attempt)
        return self._shelf.handover(transfer_id) if wanted else None

    def accepted(self, transfer_id: str, attempt: int) -> Handover | None:
        """The agent takes the caller; None when the caller is not to be had any more. Repeats get the same answer."""
        self._take(transfer_id, Accepted(self._now(), attempt))
        won = self._shelf.routing(transfer_id).has_accepted(attempt)
        return self._shelf.handover(transfer_id) if won else None

    def declined(self, transfer_id: str, attempt: int) -> None:
        """The agent does not take the caller: ring the next one."""
        self._take(transfer_id, Declined(self._now(), attempt))

    def leg_ended(self, transfer_id: str, attempt: int, status: str, sid: str = "") -> None:
        """The carrier's word about a leg, in any order; words that are not an end only make its ``sid`` known."""
        if status in ENDED:
            self._take(transfer_id, LegEnded(self._now(), attempt, status))
        elif sid:
            self._take(transfer_id, LegRinging(self._now(), attempt, sid))

    def joined(self, transfer_id: str, sid: str) -> None:
        """Somebody came into the room: the caller, or an agent who accepted."""
        handover = self._shelf.handover(transfer_id)
        if handover is None:
            return
        if sid == handover.call:
            self.caller_waits(transfer_id)
            return
        for number, leg in enumerate(self._shelf.routing(transfer_id).legs, start=1):
            if leg.sid == sid:
                self._take(transfer_id, Joined(self._now(), number))

    def left(self, transfer_id: str, sid: str) -> None:
        """Somebody went out of the room. Only the caller's going says anything: an agent's ends the room anyway."""
        handover = self._shelf.handover(transfer_id)
        if handover is not None and sid == handover.call:
            self.caller_left(transfer_id)

    def look_after(self, transfer_id: str) -> None:
        """Mend what was lost with a process or a message."""
        self._take(transfer_id, TimePassed(self._now()))
        if self._shelf.routing(transfer_id).phase == "over":
            self._shelf.close(transfer_id)

    # --- doing it ---

    def _take(self, transfer_id: str, event: Input) -> None:
        changed = self._shelf.change(transfer_id, lambda routing: advance(routing, event)[0])
        if changed is None:
            return
        before, after = changed
        commands = advance(before, event)[1]
        if after != before:
            self._free_agent(transfer_id, before, after)
            call, agents = transfer_id.rpartition("-")[0], sorted({leg.agent for leg in after.legs})
            self._alert("desk", {"transfer": transfer_id, "call": call, "phase": after.phase, "agents": agents})
        for command in commands:
            self._do(transfer_id, command)

    def _free_agent(self, transfer_id: str, before: Routing, after: Routing) -> None:
        was, now = busy_agent(before), busy_agent(after)
        if was and was != now:
            self._attendant.disengage(was, transfer_id)
        if now and not now.startswith("+") and after.phase in TAKEN and before.phase not in TAKEN:
            self._attendant.engage(now, transfer_id, TALK_S)

    def _do(self, transfer_id: str, command: Command) -> None:
        match command:
            case RingAgent(agent, attempt):
                self._ring(transfer_id, agent, attempt)
            case EndLeg(_, sid):
                self._phones.hang_up(sid)
            case BringCallerBack():
                self._bring_back(transfer_id)
            case Done():
                self._shelf.close(transfer_id)
            case _:
                assert_never(command)

    def _ring(self, transfer_id: str, agent_id: str, attempt: int) -> None:
        handover = self._shelf.handover(transfer_id)
        if handover is None:
            return
        may_be_busy = not agent_id.startswith("+")  # a number may have many people behind it
        if may_be_busy and not self._attendant.engage(agent_id, transfer_id, handover.ring_s + ASK_S + DIAL_S):
            self._take(transfer_id, LegEnded(self._now(), attempt, "busy"))
            return
        try:
            context = context_of(handover, self._shelf.routing(transfer_id), self._now())
            sid = self._phones.ring(context, handover.agent(agent_id)["address"], attempt, handover.ring_s)
        except OutsideError as error:
            log.warning("transfer %s: agent %s cannot be rung: %s", transfer_id, agent_id, error)
            self._take(transfer_id, LegEnded(self._now(), attempt, "failed"))
        else:
            self._take(transfer_id, LegRinging(self._now(), attempt, sid))

    def _bring_back(self, transfer_id: str) -> None:
        handover = self._shelf.handover(transfer_id)
        if handover is not None and not self._phones.fetch_caller(handover):
            self._take(transfer_id, CallerLeft(self._now()))


def busy_agent(routing: Routing) -> str:
    """Who rings, or has the caller."""
    return routing.legs[-1].agent if routing.phase in {"ringing", "accepted", "connected"} else ""
