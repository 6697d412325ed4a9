"""What people in a room may ask for, and when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivr.agents.controls.inputs import Asked
from ivr.agents.controls.state import CALLER, Person, Room


class RefusedError(Exception):
    """It cannot be done as things are; the message says why, and what can be."""


def ask(room: Room, asked: Asked) -> Room:
    """The room as ``asked`` wants it; what is so already stays so.

    Raises:
        RefusedError: when it cannot be done.
    """
    if room.phase != "open":
        raise RefusedError("The caller is not with an agent any more.")
    return WORDS[asked.do](room, asked)


def _hold(room: Room, asked: Asked) -> Room:
    """The caller hears music."""
    me = _inside(room, asked.by)
    if room.caller.held:
        return room
    return replace(room.change(CALLER, held=True), holder=me)


def _resume(room: Room, asked: Asked) -> Room:
    """The caller is taken back."""
    _inside(room, asked.by)
    guest = room.guest
    if room.caller.held and guest is not None and not room.people[guest].held:
        raise RefusedError(f"You are consulting {room.people[guest].who}: merge, swap, or hang up on them first.")
    return replace(room.change(CALLER, held=False), holder=None)


def _mute(room: Room, asked: Asked) -> Room:
    return room.change(_about(room, asked), muted=True)


def _unmute(room: Room, asked: Asked) -> Room:
    number = _about(room, asked)
    if room.people[number].role == "listener":
        raise RefusedError("Who listens in is not heard; use whisper or join.")
    return room.change(number, muted=False)


def _consult(room: Room, asked: Asked) -> Room:
    """Somebody else is rung while the caller hears music."""
    me, guest = _inside(room, asked.by), room.guest
    if guest is not None:
        if room.people[guest].who in asked.names:
            return room
        raise RefusedError(f"You are consulting {room.people[guest].who} already: hang up on them first.")
    names = tuple(name for name in asked.names if room.of(name) is None)
    if not names:
        raise RefusedError(f"There is nobody to ring for {asked.to!r}.")
    person = Person(names[0], "guest", rest=names[1:], since_s=asked.at_s, note=asked.note)
    held = room.change(CALLER, held=True)
    return replace(held, holder=me, consulting=len(room.people), people=(*held.people, person))


def _merge(room: Room, asked: Asked) -> Room:
    """All talk together."""
    _inside(room, asked.by)
    guest = room.guest
    if guest is None:
        if len(room.partners) > 1 and not room.caller.held:
            return room  # a repeat
        raise RefusedError("There is nobody to merge with: consult somebody first.")
    if not room.people[guest].inside:
        raise RefusedError(f"{room.people[guest].who} has not answered yet.")
    merged = room.change(guest, role="agent", held=False).change(CALLER, held=False)
    return replace(merged, holder=None, consulting=None)


def _swap(room: Room, asked: Asked) -> Room:
    """The other one hears music: the caller or who is consulted."""
    me, guest = _inside(room, asked.by), room.guest
    if guest is None or not room.people[guest].inside:
        raise RefusedError("There is nobody to swap with: consult somebody first, and wait until they answer.")
    if me == guest:
        raise RefusedError("Only who consults can swap.")
    to_guest = not room.caller.held
    swapped = room.change(CALLER, held=to_guest).change(guest, held=not to_guest)
    return replace(swapped, holder=me if to_guest else None)


def _leave(room: Room, asked: Asked) -> Room:
    """The agent goes, the caller stays with somebody."""
    me = room.of(asked.by)
    if me is None and any(one.who == asked.by for one in room.people):
        return room  # a repeat
    me = _inside(room, asked.by)
    if not any(other != me for other in (*room.partners, *room.expected)):
        raise RefusedError("Nobody would be with the caller: transfer the call, consult somebody, or hang up.")
    return room.change(me, place="ending", since_s=asked.at_s)


def _hang_up(room: Room, asked: Asked) -> Room:
    """A leg ends: one's own, or that of ``to``; for the caller that is the end of the call."""
    who = asked.to or asked.by
    number = room.of(who)
    if number is None:
        if any(one.who == who for one in room.people):
            return room  # a repeat
        raise RefusedError(f"{who} is not in the room.")
    if who != asked.by:
        _inside(room, asked.by)
    return room.change(number, place="ending", since_s=asked.at_s, rest=())


def _record(room: Room, asked: Asked) -> Room:
    _inside(room, asked.by)
    return replace(room, recording="on")


def _pause(room: Room, asked: Asked) -> Room:
    _inside(room, asked.by)
    if room.recording == "off":
        raise RefusedError("Nothing is recorded.")
    return replace(room, recording="paused")


def _listen(room: Room, asked: Asked) -> Room:
    """A supervisor hears everybody and is heard by nobody."""
    return _supervise(room, asked, role="listener", muted=True)


def _whisper(room: Room, asked: Asked) -> Room:
    """A supervisor is heard by the agent alone."""
    coached = coached_by(room)
    if coached is None:
        raise RefusedError("There is no agent to whisper to.")
    if room.people[coached].held:
        raise RefusedError(f"{room.people[coached].who} is on hold and would not hear you.")
    return _supervise(room, asked, role="coach", muted=False)


def _join(room: Room, asked: Asked) -> Room:
    """A supervisor talks with everybody."""
    return _supervise(room, asked, role="agent", muted=False)


def _supervise(room: Room, asked: Asked, *, role: str, muted: bool) -> Room:
    me = room.of(asked.by)
    if me is None:
        person = Person(asked.by, role, muted=muted, since_s=asked.at_s)
        return replace(room, people=(*room.people, person))
    mine = room.people[me]
    if mine.role == "guest" or (mine.role == "agent" and (me == 1 or role != "agent") and len(room.partners) < 2):
        raise RefusedError("You are talking with the caller: somebody else must be there before you step back.")
    return room.change(me, role=role, muted=muted)


def coached_by(room: Room) -> int | None:
    """Whom coaches are heard by: the agent who is longest in the room."""
    return room.number(lambda one: one.role == "agent" and one.inside)


def _inside(room: Room, who: str) -> int:
    number = room.of(who)
    if number is None or not room.people[number].inside or not room.people[number].talks:
        raise RefusedError(f"{who or 'You'}: not in the room with this caller.")
    return number


def _about(room: Room, asked: Asked) -> int:
    """Whom a muting is about: ``to``, or who asks."""
    number = room.of(asked.to or asked.by)
    if number is None or not room.people[number].inside:
        raise RefusedError(f"{asked.to or asked.by} is not in the room.")
    return number


WORDS: Mapping[str, Callable[[Room, Asked], Room]] = {
    "hold": _hold,
    "resume": _resume,
    "mute": _mute,
    "unmute": _unmute,
    "consult": _consult,
    "merge": _merge,
    "swap": _swap,
    "leave": _leave,
    "hang up": _hang_up,
    "record": _record,
    "pause": _pause,
    "listen": _listen,
    "whisper": _whisper,
    "join": _join,
}
"""What can be asked; ``transfer`` besides, which ends the room (see ``ivr.agents.controls.rooms``)."""
