"""Rooms that callers are in with agents: carries out what the room's rules command, and tells the desk.

What is to be done is written down before it is done, and so is that it has been. When a process dies in between,
:meth:`Rooms.look_after` finds it and does it again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never
from urllib.parse import quote

from redis import Redis

from ivr.agents.attendant import Attendant
from ivr.agents.context import context_of, parameters
from ivr.agents.controls.asking import RefusedError, coached_by
from ivr.agents.controls.inputs import (
    Adjust,
    Asked,
    BringCallerBack,
    Carried,
    Command,
    EndLeg,
    Entered,
    Input,
    Left,
    Pause,
    Record,
    Recording,
    Ring,
    RingEnded,
    Ringing,
    RoomEnded,
    Stop,
    TimePassed,
)
from ivr.agents.controls.onwards import Onwards, PassOn
from ivr.agents.controls.opening import opening
from ivr.agents.controls.room import RING_S, advance
from ivr.agents.controls.shelf import RoomShelf
from ivr.agents.controls.showing import shown
from ivr.agents.controls.state import Room
from ivr.agents.controls.targets import Targets
from ivr.agents.direct import TALK_S
from ivr.ports import Alert, CarrierCalls, CarrierRooms, OutsideError
from ivr.records.copies import SqlCopies

log = logging.getLogger(__name__)

ENDED = frozenset({"busy", "no-answer", "failed", "canceled", "completed"})
TOLD_AGAIN = "#rc=5&rp=all"
"""Has the carrier tell us again, up to five times, when we cannot take it."""


@dataclass(frozen=True, slots=True)
class Admission:
    """How a call that was rung takes its place in the conference called ``room``."""

    room: str
    muted: bool
    coaches: str


class Rooms:
    """Implements what the desk may do with a caller, and takes what the carrier reports about it."""

    def __init__(
        self,
        redis: Redis,
        attendant: Attendant,
        calls: CarrierCalls,
        rooms: CarrierRooms,
        targets: Targets,
        pass_on: PassOn,
        public_url: str,
        alert: Alert,
        now: Callable[[], float] = time.time,
        copies: SqlCopies | None = None,
    ) -> None:
        self._shelf = RoomShelf(redis, copies)
        self._attendant = attendant
        self._transfers = attendant.shelf
        self._calls = calls
        self._rooms = rooms
        self._targets = targets
        self._onwards = Onwards(attendant, calls, targets, pass_on, public_url, alert, now, self._take)
        self._public_url = public_url
        self._alert = alert
        self._now = now

    # --- what the carrier tells ---

    def entered(self, transfer_id: str, sid: str, conference: str) -> None:
        """The call ``sid`` came into the room of a transfer; that may open it."""
        if self._shelf.room(transfer_id) is None:
            handover, account = self._transfers.handover(transfer_id), self._transfers.routing(transfer_id)
            room = opening(handover, account, sid, conference, self._now()) if handover and sid else None
            if room is not None:
                self._shelf.open(room, self._now())
                self._tell(room)
        self._take(transfer_id, Entered(self._now(), sid))

    def left(self, transfer_id: str, sid: str) -> None:
        """The call ``sid`` went out of the room."""
        self._take(transfer_id, Left(self._now(), sid))

    def ended(self, transfer_id: str) -> None:
        """The room is closed."""
        self._take(transfer_id, RoomEnded(self._now()))

    def answered(self, transfer_id: str, number: int, sid: str) -> Admission | None:
        """The phone of person ``number`` was picked up; None when nobody wants it any more."""
        self._take(transfer_id, Ringing(self._now(), number, sid))
        room, handover = self._shelf.room(transfer_id), self._transfers.handover(transfer_id)
        if room is None or handover is None or room.phase != "open" or not 0 < number < len(room.people):
            return None
        person = room.people[number]
        if person.gone or person.sid != sid:
            return None
        coached = coached_by(room) if person.role == "coach" else None
        muted = person.muted or person.role == "listener" or (person.role == "coach" and coached is None)
        return Admission(handover.room, muted, room.people[coached].sid if coached is not None else "")

    def leg_ended(self, transfer_id: str, number: int, status: str, sid: str) -> None:
        """The carrier's word about a phone that we rang, in any order."""
        if status in ENDED:
            self._take(transfer_id, RingEnded(self._now(), number, sid))
        elif sid:
            self._take(transfer_id, Ringing(self._now(), number, sid))

    def look_after(self) -> None:
        """Mend what was lost with a process or a message. To be called every few seconds by somebody."""
        for transfer_id in self._shelf.opened():
            try:
                self._take(transfer_id, TimePassed(self._now()))
            except OutsideError as error:
                log.warning("room of transfer %s: %s", transfer_id, error)
            room = self._shelf.room(transfer_id)
            if room is not None:
                self._free_agents(room)
            if room is None or (room.phase == "over" and room.done >= room.revision):
                self._shelf.close(transfer_id)

    # --- what people want ---

    def shown(self, call_id: str) -> Mapping[str, Any] | None:
        """The room that a call is in, or was in last, as JSON-able data; or that of the transfer which is called so."""
        room = self._room(call_id)
        return shown(room) if room else None

    def _room(self, call_id: str, by: str = "") -> Room | None:
        """Of the people who are called back after one call, the one whom ``by`` has."""
        room = self._shelf.room(call_id) or self._shelf.of_call(call_id)
        if room is None or not by or room.of(by) is not None:
            return room
        others = map(self._shelf.room, self._transfers.of_call(call_id))
        return next((one for one in others if one and one.phase == "open" and one.of(by) is not None), room)

    def do(self, call_id: str, do: str, *, by: str = "", to: str = "", note: str = "") -> Mapping[str, Any]:
        """Do what an agent or a supervisor wants with a caller; returns the room as it is then.

        ``by`` is who wants it (without: the first agent in the room), ``to`` whom it is about, ``note`` what the next
        agent should know.

        Raises:
            RefusedError: it cannot be done; the message says why.
            OutsideError: it is noted but could not be done yet; it is tried again.
        """
        by = self._targets.agent(by).id if by else ""
        room = self._room(call_id, by)
        if room is None:
            raise RefusedError("No agent has this caller.")
        by = by or _first_agent(room)
        if do == "transfer":
            self._onwards.transfer(room, by, to, note)
        else:
            names = tuple(agent.id for agent in self._targets.named(to)) if do == "consult" else ()
            about = to if to == "caller" or not to or do == "consult" else self._targets.agent(to).id
            self._take(room.transfer, Asked(self._now(), do, by, about, names))
        return shown(self._shelf.room(room.transfer) or room)

    # --- doing it ---

    def _take(self, transfer_id: str, event: Input) -> None:
        changed = self._shelf.change(transfer_id, lambda room: advance(room, event)[0])
        if changed is None:
            return
        before, after = changed
        if after != before:
            self._free_agents(after)
            self._tell(after)
        commands = advance(before, event)[1]
        for command in commands:
            self._do(after, command)
        if commands:
            # Commands without a revision of their own are all there is to do, done again.
            known = before.revision if after.revision != before.revision else 0
            carried = Carried(self._now(), after.revision, known)
            self._shelf.change(transfer_id, lambda room: advance(room, carried)[0])

    def _tell(self, room: Room) -> None:
        agents = sorted({one.who for one in room.people[1:] if not one.who.startswith("+")})
        self._alert("desk", {"call": room.call, "room": room.transfer, "agents": agents})

    def _free_agents(self, room: Room) -> None:
        """Once more at any later time: a process may die before all are told of."""
        for person in room.people[2:]:
            if person.gone and room.of(person.who) is None:
                self._attendant.disengage(person.who, _claim(room))

    def _do(self, room: Room, command: Command) -> None:
        match command:
            case Adjust(sid, held, muted, coaches, ends):
                hold_url = f"{self._public_url}/voice/hold"
                self._rooms.adjust(
                    room.conference, sid, held=held, hold_url=hold_url, muted=muted, coaches=coaches, ends=ends
                )
            case Ring(number, who):
                self._ring(room, number, who)
            case EndLeg(_, sid):
                if sid:
                    self._calls.hang_up(sid)
            case BringCallerBack():
                self._bring_back(room)
            case Record(sid):
                self._record(room, sid)
            case Pause(sid):
                self._rooms.steer_recording(room.caller.sid, sid, "paused")
            case Stop(sid):
                self._rooms.steer_recording(room.caller.sid, sid, "stopped")
            case _:
                assert_never(command)

    def _ring(self, room: Room, number: int, who: str) -> None:
        handover = self._transfers.handover(room.transfer)
        may_be_busy = not who.startswith("+")  # a number may have many people behind it
        if handover is None or (may_be_busy and not self._attendant.engage(who, _claim(room), TALK_S)):
            self._take(room.transfer, RingEnded(self._now(), number))
            return
        where = f"{quote(room.transfer, safe='')}/{number}"
        note = room.people[number].note if number < len(room.people) else ""
        handover = replace(handover, brief=f"{note} {handover.brief}".strip())
        context = context_of(handover, self._transfers.routing(room.transfer), self._now())
        try:
            sid = self._calls.ring(
                to=self._targets.agent(who).address,
                caller_id=handover.line,
                url=f"{self._public_url}/agent/enter/{where}",
                status_url=f"{self._public_url}/agent/guest/{where}",
                ring_s=RING_S,
                parameters=parameters(context),
            )
        except (OutsideError, RefusedError) as error:
            log.warning("room of transfer %s: %s cannot be rung: %s", room.transfer, who, error)
            self._take(room.transfer, RingEnded(self._now(), number))
        else:
            self._take(room.transfer, Ringing(self._now(), number, sid))

    def _record(self, room: Room, sid: str) -> None:
        if sid:
            self._rooms.steer_recording(room.caller.sid, sid, "in-progress")
        else:
            told_url = f"{self._public_url}/agent/recording/{quote(room.call, safe='')}{TOLD_AGAIN}"
            self._take(room.transfer, Recording(self._now(), self._rooms.record(room.caller.sid, told_url)))

    def _bring_back(self, room: Room) -> None:
        """Back to the flow, unless the carrier has sent the caller there already: who talks is not torn away."""
        handover = self._transfers.handover(room.transfer)
        if handover is not None and self._rooms.is_inside(room.conference, room.caller.sid):
            back = f"/voice/turn/{quote(room.call, safe='')}/{handover.turn}"
            nobody = f"/agent/called-nobody/{quote(room.transfer, safe='')}"  # who was called back is in no flow
            self._calls.redirect(room.caller.sid, f"{self._public_url}{nobody if handover.callback else back}")
        else:
            self._take(room.transfer, RoomEnded(self._now()))


def _claim(room: Room) -> str:
    """Under this name agents are kept from being rung for somebody else."""
    return f"room {room.transfer}"


def _first_agent(room: Room) -> str:
    return next((room.people[number].who for number in room.partners), "")
