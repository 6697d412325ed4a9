"""What becomes of a caller's room: the rules as a pure machine.

``advance(room, input) -> (room, commands)``. Whatever is repeated, late or out of order changes nothing. A caller is
with somebody, hears music, or is on the way back to the flow; who is in the room without the caller is let go.

``open`` -> ``returning`` (nobody is left for the caller) -> ``over``; a caller who leaves ends it anywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from ivr.agents.controls.asking import ask
from ivr.agents.controls.changing import changes, everything
from ivr.agents.controls.inputs import (
    Asked,
    BringCallerBack,
    Carried,
    Command,
    Entered,
    Input,
    Left,
    Recording,
    RingEnded,
    Ringing,
    RoomEnded,
    TimePassed,
)
from ivr.agents.controls.state import CALLER, Room

RING_S = 25.0
"""How long the carrier rings a phone."""
LOST_S = 20.0
"""After this long beyond ringing, or with no call known at all, nothing will be heard of a phone any more."""
AGAIN_S = 5.0
"""What was to be done and is not known to be done after this long is done again."""

Move: TypeAlias = tuple[Room, tuple[Command, ...]]


def advance(room: Room, event: Input) -> Move:
    """What ``event`` makes of the room, and what is to be done about it.

    Raises:
        RefusedError: what a person asked for cannot be done; nothing has changed.
    """
    match event:
        case Carried(_, revision, after):
            # Of what came before nobody has told: it may be lost, and is done again with all the rest.
            return (replace(room, done=max(room.done, revision)) if after <= room.done else room), ()
        case TimePassed(at_s):
            return _after(room, at_s)
        case _:
            return _settled(room, _happened(room, event), event.at_s)


def _happened(room: Room, event: Asked | Ringing | Entered | Left | RingEnded | RoomEnded | Recording) -> Room:
    match event:
        case Asked():
            return ask(room, event)
        case Ringing(_, number, sid):
            return _ringing(room, number, sid)
        case Entered(at_s, sid):
            return _entered(room, sid, at_s)
        case Left(at_s, sid):
            return _left(room, sid, at_s)
        case RingEnded(at_s, number, sid):
            return _ring_ended(room, number, sid, at_s)
        case RoomEnded(at_s):
            return room if room.phase == "over" else room.change(CALLER, place="gone", since_s=at_s)
        case Recording(_, sid):
            return room if room.recording_sid else replace(room, recording_sid=sid)
        case _:
            assert_never(event)


def _ringing(room: Room, number: int, sid: str) -> Room:
    """The call of a person is known; of one not wanted any more it is ended."""
    if not 0 < number < len(room.people) or room.people[number].sid:
        return room
    return room.change(number, sid=sid)


def _entered(room: Room, sid: str, at_s: float) -> Room:
    number = room.with_sid(sid)
    if number is None or room.people[number].place != "ringing":
        return room
    return room.change(number, place="in", since_s=at_s, rest=())


def _left(room: Room, sid: str, at_s: float) -> Room:
    number = room.with_sid(sid)
    if number is None or room.people[number].place == "gone":
        return room
    return room.change(number, place="gone", since_s=at_s)


def _ring_ended(room: Room, number: int, sid: str, at_s: float) -> Room:
    """A phone rings no more, or a talk is over. Who did not come is followed by the next of the same queue."""
    if not 0 < number < len(room.people) or room.people[number].place == "gone":
        return room
    person = room.people[number]
    gone = room.change(number, place="gone", sid=person.sid or sid, since_s=at_s)
    rest = tuple(name for name in person.rest if room.of(name) is None)
    if person.place != "ringing" or not rest or room.phase != "open":
        return gone
    following = replace(person, who=rest[0], rest=rest[1:], sid="", since_s=at_s)
    return replace(gone, people=(*gone.people, following))


def _after(room: Room, at_s: float) -> Move:
    """Time has passed: who was never heard of is given up, and what is not known to be done is done again."""
    late = room
    for number, person in room.alive():
        patience_s = LOST_S + (RING_S if person.sid else 0.0)
        if person.place == "ringing" and at_s >= person.since_s + patience_s:
            late = late.change(number, place="ending", since_s=at_s)
    if late is not room:
        return _settled(room, late, at_s)
    if room.phase == "returning" and at_s >= room.since_s + AGAIN_S:
        return replace(room, since_s=at_s), (BringCallerBack(),)
    if room.done < room.revision and at_s >= room.since_s + AGAIN_S:
        return replace(room, since_s=at_s), everything(room)
    return room, ()


# --- what follows by itself -----------------------------------------------------------------------------------------


def _settled(before: Room, room: Room, at_s: float) -> Move:
    """Nobody is left alone or forgotten, whatever has happened; and what is to be done to get there."""
    room = _phase(room)
    if room.phase == "open":
        room = _heard(_consulted(room))
    else:
        for number, _ in list(room.alive()):
            room = room.change(number, place="ending", since_s=at_s)
    commands = changes(before, room)
    if commands:
        room = replace(room, revision=room.revision + 1, since_s=at_s)
    return room, commands


def _phase(room: Room) -> Room:
    if room.caller.gone or room.phase == "over":
        return replace(room, phase="over")
    if room.phase == "open" and not room.partners and not room.expected:
        return replace(room, phase="returning")
    return room


def _consulted(room: Room) -> Room:
    """A consulting ends when who was consulted is gone, or alone with the caller."""
    guest = room.guest
    if room.consulting is None:
        return room
    if guest is None:  # the caller comes back to who consulted
        return replace(room.change(CALLER, held=False), consulting=None, holder=None)
    if room.people[guest].inside and room.partners == (guest,):
        alone = room.change(guest, role="agent", held=False).change(CALLER, held=False)
        return replace(alone, consulting=None, holder=None)
    return replace(room, consulting=guest)


def _heard(room: Room) -> Room:
    """A caller is on hold while who holds is there, or while nobody is there yet; of the others only a guest is."""
    for number in room.partners:
        if number != room.consulting and room.people[number].held:
            room = room.change(number, held=False)
    if not room.partners:  # who was with the caller has gone before the other answered
        return replace(room.change(CALLER, held=True), holder=None)
    holder_there = room.holder is not None and room.people[room.holder].inside
    if room.caller.held and not holder_there:
        room = replace(room.change(CALLER, held=False), holder=None)
    return room
