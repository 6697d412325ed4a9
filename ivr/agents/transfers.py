"""Transfers that are under way, to agents by name and to queues: one place that everybody tells and asks.

What is to be done is written down before it is done. When a process dies in between, the next message about the
transfer, or :meth:`Transfers.look_after`, finds it and does it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.agents.attendant import Attendant
from ivr.agents.callbacks import Callbacks
from ivr.agents.context import Context, context_of, data_of, spoken
from ivr.agents.direct import Direct, busy_agent
from ivr.agents.directory import Directory
from ivr.agents.handover import Handover
from ivr.agents.queued import Queued
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine, OutsideError


class Transfers:
    """Implements ``ivr.ports.Agents``, and takes what the agents' legs report."""

    def __init__(self, attendant: Attendant, directory: Directory, callbacks: Callbacks | None = None) -> None:
        self._attendant = attendant
        self._callbacks = callbacks
        self.shelf = attendant.shelf
        self._direct = Direct(attendant, directory)
        self._queued = Queued(attendant, callbacks)

    def _way(self, transfer_id: str) -> Direct | Queued:
        handover = self.shelf.handover(transfer_id)
        return self._queued if handover is not None and handover.queue else self._direct

    # --- what the caller's side tells (ivr.ports.Agents) ---

    def begin(self, call: Call, turn: int, transfer: Transfer, at_s: float) -> str:
        """Publish the handover; returns the transfer's id. Rings nobody yet."""
        way = self._queued if transfer.to.startswith("queue ") else self._direct
        return way.begin(call, turn, transfer, at_s)

    def caller_waits(self, transfer_id: str) -> None:
        """The caller waits: ring agents."""
        self._way(transfer_id).caller_waits(transfer_id)

    def wait(self, transfer_id: str) -> InLine:
        """How a caller who waits in line goes on."""
        return self._queued.wait(transfer_id)

    def caller_left(self, transfer_id: str, reason: str = "") -> None:
        """The caller hung up, or chose not to wait any longer: stop ringing agents."""
        way = self._way(transfer_id)
        if isinstance(way, Queued):
            way.caller_left(transfer_id, reason)
        else:
            way.caller_left(transfer_id)

    def outcome(self, transfer_id: str) -> tuple[str, str]:
        """``(agent, "")`` or ``("", reason)``. Asked when the caller is back in the flow: asking ends the transfer."""
        return self._way(transfer_id).outcome(transfer_id)

    # --- what the agents' legs tell ---

    def leg_answered(self, transfer_id: str, attempt: int, sid: str = "") -> str | None:
        """An agent's phone was picked up; what to whisper, or None when this leg is not wanted any more."""
        handover = self._way(transfer_id).leg_answered(transfer_id, attempt, sid)
        return spoken(self._context(handover)) if handover else None

    def accepted(self, transfer_id: str, attempt: int) -> Handover | None:
        """The agent takes the caller; None when the caller is not to be had any more. Repeats get the same answer."""
        return self._way(transfer_id).accepted(transfer_id, attempt)

    def declined(self, transfer_id: str, attempt: int) -> None:
        """The agent does not take the caller: ring the next one."""
        self._way(transfer_id).declined(transfer_id, attempt)

    def leg_ended(self, transfer_id: str, attempt: int, status: str, sid: str = "") -> None:
        """The carrier's word about a leg, in any order."""
        self._way(transfer_id).leg_ended(transfer_id, attempt, status, sid)

    def joined(self, transfer_id: str, sid: str) -> None:
        """Somebody came into the room: the caller, or an agent who accepted."""
        self._way(transfer_id).joined(transfer_id, sid)

    def left(self, transfer_id: str, sid: str) -> None:
        """Somebody went out of the room."""
        self._way(transfer_id).left(transfer_id, sid)

    def look_after(self) -> None:
        """Mend what was lost with a process or a message. To be called every few seconds by somebody.

        Raises:
            OutsideError: Redis or the carrier cannot be reached; nobody is taken for gone because of that.
        """
        try:
            for transfer_id in self.shelf.opened():
                self._way(transfer_id).look_after(transfer_id)
            self._attendant.look_after()
        except OutsideError:
            self._attendant.trouble_s = self._attendant.now()
            raise
        if self._callbacks:
            self._callbacks.look_after()

    # --- for pages ---

    def context(self, transfer_id: str) -> Mapping[str, Any] | None:
        """A transfer as JSON-able data: its handover and how it stands. None when there is no such transfer."""
        handover = self.shelf.handover(transfer_id)
        if handover is None:
            return None
        context = self._context(handover)
        return {**data_of(context), "with": busy_agent(context.routing), "escalated": context.routing.escalated}

    def _context(self, handover: Handover) -> Context:
        return context_of(handover, self.shelf.routing(handover.id), self._attendant.now())

    def waiting(self) -> list[Mapping[str, Any]]:
        """The transfers that are not over (also those talking with their agent), the longest waiting first."""
        found = (self.context(transfer_id) for transfer_id in self.shelf.opened())
        return [one for one in found if one is not None and one["phase"] != "over"]

    def of_call(self, call_id: str) -> list[Mapping[str, Any]]:
        """The transfers of a call, oldest first; known for a day."""
        found = (self.context(transfer_id) for transfer_id in self.shelf.of_call(call_id))
        return [one for one in found if one is not None]
