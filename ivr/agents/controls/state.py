"""A caller's room as a value: who is in it and how they take part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

CALLER = 0
"""The caller's number; the agent who accepted is number 1."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room, on the way to it, or gone. ``who`` is ``caller``, an agent's id or a telephone number.

    ``role`` is caller, agent, guest (being consulted), listener or coach. ``place`` is ringing, in, ending (to be hung
    up on) or gone. ``rest`` are those to ring when this one does not come, ``note`` what whoever wants
    them there adds to what they are told. Who is gone stays in the list: late news
    about their call must find them gone.
    """

    who: str
    role: str
    place: str = "ringing"
    sid: str = ""
    held: bool = False
    muted: bool = False
    rest: tuple[str, ...] = ()
    since_s: float = 0.0
    note: str = ""

    @property
    def inside(self) -> bool:
        return self.place == "in"

    @property
    def gone(self) -> bool:
        """Gone, or as good as."""
        return self.place in {"ending", "gone"}

    @property
    def talks(self) -> bool:
        """Somebody for the caller to talk to: neither the caller nor one who only listens or coaches."""
        return self.role in {"agent", "guest"}


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a call since an agent accepted it in ``transfer``.

    ``conference`` is the carrier's name for it. ``phase`` is open, returning (the caller is on the way back to the
    flow) or over. ``holder`` is who put the caller on hold, ``consulting`` the guest for whose sake. ``recording`` is
    off, on or paused. ``revision`` counts what was to be done, ``done`` what has been.
    """

    call: str
    transfer: str
    conference: str
    people: tuple[Person, ...]
    phase: str = "open"
    holder: int | None = None
    consulting: int | None = None
    recording: str = "off"
    recording_sid: str = ""
    revision: int = 0
    done: int = 0
    since_s: float = 0.0

    @property
    def caller(self) -> Person:
        return self.people[CALLER]

    @property
    def guest(self) -> int | None:
        """The number of who is being consulted."""
        return self.number(lambda one: one.role == "guest" and not one.gone)

    @property
    def partners(self) -> tuple[int, ...]:
        """Numbers of those in the room for the caller to talk to."""
        return tuple(number for number, one in enumerate(self.people) if one.talks and one.inside)

    @property
    def expected(self) -> tuple[int, ...]:
        """Numbers of those for the caller to talk to whose phone rings."""
        return tuple(number for number, one in enumerate(self.people) if one.talks and one.place == "ringing")

    def number(self, wanted: Callable[[Person], bool]) -> int | None:
        """The number of the first person who is ``wanted``."""
        return next((number for number, one in enumerate(self.people) if wanted(one)), None)

    def of(self, who: str) -> int | None:
        """The number of ``who`` while they are in the room or on the way."""
        return self.number(lambda one: one.who == who and not one.gone)

    def with_sid(self, sid: str) -> int | None:
        return self.number(lambda one: bool(sid) and one.sid == sid)

    def change(self, number: int, **values: Any) -> Room:
        """The room with one person changed."""
        changed = replace(self.people[number], **values)
        return replace(self, people=(*self.people[:number], changed, *self.people[number + 1 :]))

    def alive(self) -> Iterator[tuple[int, Person]]:
        """Everybody but the caller who is not gone."""
        return ((number, one) for number, one in enumerate(self.people) if number != CALLER and not one.gone)


def opened(
    call: str, transfer: str, conference: str, agent: str, agent_sid: str, at_s: float, caller_sid: str = ""
) -> Room:
    """The room as ``agent`` comes in to the caller, whose call is ``call``; they were called back in ``caller_sid``."""
    caller = Person("caller", "caller", "in", caller_sid or call, since_s=at_s)
    return Room(
        call, transfer, conference, (caller, Person(agent, "agent", "in", agent_sid, since_s=at_s)), since_s=at_s
    )


def room_to_json(room: Room) -> dict[str, Any]:
    """The room as JSON-able data."""
    return asdict(room)


def room_from_json(data: dict[str, Any]) -> Room:
    """The inverse of :func:`room_to_json`."""
    people = tuple(Person(**{**one, "rest": tuple(one["rest"])}) for one in data["people"])
    return Room(**{**data, "people": people})
