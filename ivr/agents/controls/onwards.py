"""Callers are passed on: through their flow, or, where somebody was called back, within the room or into a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import quote

from ivr.agents.attendant import Attendant
from ivr.agents.controls.asking import RefusedError
from ivr.agents.controls.inputs import Asked, Input
from ivr.agents.controls.state import Room
from ivr.agents.controls.targets import Targets
from ivr.agents.handover import Handover
from ivr.agents.onward import send_on, why_not
from ivr.flows.actions import Transfer
from ivr.ports import Alert, CarrierCalls

LONGEST_NOTE = 500
GONE = "The caller is not with an agent any more."

PassOn: TypeAlias = Callable[[str, int, Callable[[Transfer], Transfer]], bool]
"""Have a call go on with another transfer than that of a turn; False when it is in none any more."""


@dataclass(frozen=True, slots=True)
class Onwards:
    """Sends callers on to others, who are told all that this agent was told; ``take`` is how a room is asked."""

    attendant: Attendant
    calls: CarrierCalls
    targets: Targets
    pass_on: PassOn
    public_url: str
    alert: Alert
    now: Callable[[], float]
    take: Callable[[str, Input], None]

    def transfer(self, room: Room, by: str, to: str, note: str) -> None:
        """The caller waits for somebody else, who is told the ``note`` besides.

        Raises:
            RefusedError: it cannot be done; the message says why.
        """
        if room.phase != "open":
            raise RefusedError(GONE)
        if by not in {room.people[number].who for number in room.partners}:
            raise RefusedError(f"{by or 'You'}: not in the room with this caller.")
        agents, note = self.targets.named(to), note[:LONGEST_NOTE]
        to = f"agent {agents[0].id}" if to.startswith("agent ") else to
        handover = self.attendant.shelf.handover(room.transfer)
        if handover is None:
            raise RefusedError(GONE)
        if not handover.callback:
            self._through_the_flow(room, handover, by, to, note)
        elif to.startswith("queue "):
            self._into_a_line(handover, by, to, note)
        else:
            self._within_the_room(room, by, to, note)

    def _through_the_flow(self, room: Room, handover: Handover, by: str, to: str, note: str) -> None:
        def grown(transfer: Transfer) -> Transfer:
            brief, context = _grown(handover, transfer.context, by, note)
            return replace(transfer, to=to, brief=brief, context=context)

        if not self.pass_on(room.call, handover.turn, grown):
            raise RefusedError(GONE)
        self.alert("desk", {"call": room.call, "room": room.transfer, "transfer_to": to})
        self.calls.redirect(room.call, f"{self.public_url}/voice/resume/{quote(room.call, safe='')}")

    def _into_a_line(self, handover: Handover, by: str, to: str, note: str) -> None:
        """Who was called back is in no flow: their call itself goes to stand in the line of the queue."""
        if why := why_not(self.attendant, to.removeprefix("queue ")):
            raise RefusedError(why)
        brief, collected = _grown(handover, handover.collected, by, note)
        agents = tuple({"id": one.id, "name": one.name, "address": one.address} for one in self.targets.named(to))
        onward = replace(handover, to=to, brief=brief, collected=collected, agents=agents)
        if not send_on(self.attendant, handover, onward):
            raise RefusedError(GONE)

    def _within_the_room(self, room: Room, by: str, to: str, note: str) -> None:
        """Who was called back is in no flow: they wait in the room, and it is there that the next one comes."""
        names = tuple(agent.id for agent in self.targets.named(to))
        note = f"From {by}: {note}" if note else ""
        self.take(room.transfer, Asked(self.now(), "consult", by, to, names, note))
        self.take(room.transfer, Asked(self.now(), "leave", by))


def _grown(handover: Handover, known: Mapping[str, Any], by: str, note: str) -> tuple[str, dict[str, Any]]:
    """Brief and values for the next one: all that was ``known``, and what the agent adds."""
    context, brief = {**known, "from_agent": by}, handover.brief
    if note:
        earlier = known.get("note")
        context["note"] = f"{earlier} / {note}" if earlier else note
        brief = f"From {by}: {note} {brief}"
    return brief, context
