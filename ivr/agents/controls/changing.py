"""What is to be done to bring the carrier's room from one state to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.agents.controls.asking import coached_by
from ivr.agents.controls.inputs import Adjust, BringCallerBack, Command, EndLeg, Pause, Record, Ring, Stop
from ivr.agents.controls.state import CALLER, Person, Room

FIRST_AGENT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """How a call takes part in a room."""

    held: bool
    muted: bool
    coaches: str
    ends: bool


def changes(before: Room, room: Room) -> tuple[Command, ...]:
    """What leads from ``before`` to ``room``."""
    return (
        *_adjustments(_parts(before), room),
        *_recording(before, room),
        *_rings(before, room),
        *_endings(before, room),
        *((BringCallerBack(),) if _is_stranded(before, room) else ()),
    )


def _is_stranded(before: Room, room: Room) -> bool:
    """Whether nobody brings the caller back but we: no call with which the room ends has just gone.

    The carrier does that at once, and to call the caller away again then would tear them out of the flow.
    """
    ended = any(part.ends for sid, part in _parts(before).items() if sid != before.caller.sid)
    return room.phase == "returning" and before.phase == "open" and not ended


def everything(room: Room) -> tuple[Command, ...]:
    """All that can be done again without harm, when it is not known what has been done."""
    adjusted = [Adjust(sid, part.held, part.muted, part.coaches, part.ends) for sid, part in _parts(room).items()]
    endings = [EndLeg(number, one.sid) for number, one in enumerate(room.people) if one.place == "ending"]
    return (*_in_order(adjusted), *_recording(None, room), *endings)


def _adjustments(old: dict[str, Part], room: Room) -> list[Adjust]:
    found = []
    for sid, part in _parts(room).items():
        was = old.get(sid) or Part(False, False, "", False)
        if part != was:
            found.append(
                Adjust(
                    sid,
                    None if part.held == was.held else part.held,
                    None if part.muted == was.muted else part.muted,
                    None if part.coaches == was.coaches else part.coaches,
                    None if part.ends == was.ends else part.ends,
                )
            )
    return _in_order(found)


def _in_order(adjusted: list[Adjust]) -> list[Adjust]:
    """First who comes off hold and who may go without ending the room."""
    return sorted(adjusted, key=lambda one: (bool(one.ends), bool(one.held)))


def _parts(room: Room) -> dict[str, Part]:
    """How everybody in the room takes part, by their call."""
    if room.phase != "open":
        return {}
    return {one.sid: _part(room, number, one) for number, one in enumerate(room.people) if one.inside}


def _part(room: Room, number: int, person: Person) -> Part:
    coached = coached_by(room) if person.role == "coach" else None
    # A coach without anybody to coach must not be heard by the caller.
    muted = person.muted or person.role == "listener" or (person.role == "coach" and coached is None)
    last = number == CALLER or (room.partners == (number,) and not room.expected)
    return Part(person.held, muted, room.people[coached].sid if coached is not None else "", last)


def _recording(before: Room | None, room: Room) -> Iterator[Command]:
    same = before is not None and (before.recording, before.phase) == (room.recording, room.phase)
    learned = before is not None and before.recording_sid != room.recording_sid
    if room.phase != "open":
        if room.recording_sid and (not same or learned):
            yield Stop(room.recording_sid)
    elif room.recording == "on" and not same:
        yield Record(room.recording_sid)
    elif room.recording == "paused" and room.recording_sid and (not same or learned):
        yield Pause(room.recording_sid)


def _rings(before: Room, room: Room) -> Iterator[Ring]:
    for number, one in room.alive():
        if number >= len(before.people) and one.place == "ringing":
            yield Ring(number, one.who)


def _endings(before: Room, room: Room) -> Iterator[EndLeg]:
    for number, one in enumerate(room.people):
        was = before.people[number] if number < len(before.people) else one
        if one.place == "ending" and (was.place != "ending" or was.sid != one.sid):
            yield EndLeg(number, one.sid)
