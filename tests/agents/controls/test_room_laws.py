"""Whatever happens in a room, in any order and any number of times: the caller is never forgotten, nor is a leg."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ivr.agents.controls.asking import WORDS, RefusedError
from ivr.agents.controls.changing import everything
from ivr.agents.controls.inputs import (
    Adjust,
    Asked,
    BringCallerBack,
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
from ivr.agents.controls.room import advance
from ivr.agents.controls.state import Room, opened, room_from_json, room_to_json

CALLER, ANN, CONFERENCE = "CA0", "CA1", "CF1"


@dataclass
class Part:
    """How a call takes part in the carrier's room."""

    held: bool = False
    muted: bool = False
    coaches: str = ""
    ends: bool = False


@dataclass
class Carrier:
    """What the carrier makes of the commands: who rings, who is in the room, who was hung up on."""

    inside: dict[str, Part] = field(default_factory=lambda: {CALLER: Part(ends=True), ANN: Part(ends=True)})
    ringing: dict[int, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    recording: str = "off"
    caller_in_flow: bool = False

    def carry_out(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            self._do(command)

    def _do(self, command: Command) -> None:
        match command:
            case Adjust(sid, held, muted, coaches, ends):
                part = self.inside.get(sid, Part())
                part.held = part.held if held is None else held
                part.muted = part.muted if muted is None else muted
                part.coaches = part.coaches if coaches is None else coaches
                part.ends = part.ends if ends is None else ends
            case Ring(number, _):
                self.ringing[number] = f"CA{number}"
            case EndLeg(number, sid):
                self.ringing.pop(number, None)
                self.ended.add(sid)
                self.goes(sid)
            case BringCallerBack():
                self.caller_in_flow = True
                self.goes(CALLER)
            case Record():
                self.recording = "on"
            case Pause():
                self.recording = "paused"
            case Stop():
                self.recording = "off"

    def possible(self) -> list[Input]:
        """What may happen on the telephones as they are: they are answered or not, and people hang up."""
        answers = [Entered(0.0, sid) for sid in self.ringing.values()]
        return [
            Recording(0.0, "RE1"),
            *answers,
            *answers,
            *(RingEnded(0.0, number, sid) for number, sid in self.ringing.items()),
            *(Left(0.0, sid) for sid in self.inside if sid != CALLER),
        ]

    def undergo(self, event: Input) -> None:
        """One of them happens."""
        match event:
            case RingEnded(_, number, _):
                self.ringing.pop(number, None)
            case Entered(_, sid):
                self.ringing = {number: one for number, one in self.ringing.items() if one != sid}
                self.inside[sid] = Part()
            case Left(_, sid):
                self.goes(sid)
            case _:
                pass

    def goes(self, sid: str) -> None:
        """A call leaves the room; with one that ends it, or the caller, everybody does."""
        part = self.inside.pop(sid, None)
        if part is not None and part.ends:
            self.inside.clear()
            self.caller_in_flow = self.caller_in_flow or sid != CALLER


BY = st.sampled_from(("ann", "ann", "ann", "ann", "bob", "+15035550199", "boss", "boss"))
OFTEN = ("consult", "consult", "consult", "merge", "swap", "leave", "hold", "whisper", "join")


def asked() -> st.SearchStrategy[Asked]:
    """Somebody wants something; mostly the agent, and mostly something that needs company."""
    names = st.sampled_from((("bob",), ("+15035550199",), ("bob", "+15035550199"), ("ann",)))
    to = st.sampled_from(("", "", "", "", "caller", "bob", "+15035550199"))
    return st.builds(Asked, st.just(0.0), st.sampled_from((*OFTEN, *sorted(WORDS))), BY, to, names)


NUMBERS = st.integers(1, 4)
SIDS = st.sampled_from(("CA2", "CA2", "CA3", "CA3", "CA4", "CA1", "CA0"))
NEWS = (
    st.builds(lambda number: Ringing(0.0, number, f"CA{number}"), NUMBERS)
    | st.builds(Entered, st.just(0.0), SIDS)
    | st.builds(Entered, st.just(0.0), SIDS)
    | st.builds(Left, st.just(0.0), SIDS)
    | st.builds(RingEnded, st.just(0.0), NUMBERS, st.just(""))
    | st.builds(Recording, st.just(0.0), st.just("RE1"))
    | st.builds(TimePassed, st.floats(0, 200))
)


def after(room: Room, event: Input) -> tuple[Room, tuple[Command, ...]]:
    try:
        return advance(room, event)
    except RefusedError:
        return room, ()


def _ask(do: str, by: str = "ann", names: tuple[str, ...] = ()) -> Asked:
    return Asked(0.0, do, by, "", names)


RINGS: tuple[Input, ...] = (_ask("consult", names=("bob",)), Ringing(0.0, 2, "CA2"))
TALKS = (*RINGS, Entered(0.0, "CA2"))
BEGINNINGS: tuple[tuple[Input, ...], ...] = (
    (),
    RINGS,
    TALKS,
    (*TALKS, _ask("swap")),
    (*TALKS, _ask("merge")),
    (_ask("whisper", "boss"), Ringing(0.0, 2, "CA2"), Entered(0.0, "CA2")),
)
"""Chance alone seldom gets far: stories begin in the middle."""


def story(most: int = 15) -> st.SearchStrategy[list[Input]]:
    """A beginning, and whatever happens then."""
    rest = st.lists(asked() | NEWS, max_size=most)
    return st.builds(lambda begun, then: [*begun, *then], st.sampled_from(BEGINNINGS), rest)


def start() -> Room:
    """Ann is with the caller."""
    return opened(CALLER, f"{CALLER}-3", CONFERENCE, "ann", ANN, 0.0)


@given(story())
def test_the_caller_is_with_somebody_hears_music_or_is_on_the_way_to_the_flow(events: list[Input]) -> None:
    room = start()
    for event in events:
        room, _ = after(room, event)
        if room.phase != "open":
            assert room.phase in {"returning", "over"}
            continue
        company = [room.people[number] for number in room.partners if not room.people[number].held]
        assert room.caller.held or company, "a caller who is not on hold has somebody to talk to"
        assert room.partners or room.expected, "somebody is there, or rung, for a caller on hold"


@given(story())
def test_no_leg_is_forgotten_when_the_caller_is_gone(events: list[Input]) -> None:
    room = start()
    hung_up: set[int] = set()
    for event in [*events, RoomEnded(0.0)]:
        room, commands = after(room, event)
        hung_up |= {command.number for command in commands if isinstance(command, EndLeg)}
    assert room.phase == "over"
    for number, person in enumerate(room.people[1:], start=1):
        assert person.place == "gone" or number in hung_up


@given(story(), asked() | NEWS)
def test_what_is_told_twice_counts_once(events: list[Input], event: Input) -> None:
    room = start()
    for one in events:
        room, _ = after(room, one)
    if isinstance(event, Asked) and event.do in {"swap", "hang up"}:
        return  # a second swap swaps back, and there may be two calls to hang up on
    once, _ = after(room, event)
    twice, commands = after(once, event)
    if isinstance(event, TimePassed):
        assert all(isinstance(one, BringCallerBack | Adjust | Record | Pause | Stop | EndLeg) for one in commands)
    else:
        assert twice == once
        assert not commands


@given(story())
def test_a_call_that_is_gone_never_comes_back(events: list[Input]) -> None:
    room = start()
    gone: set[int] = set()
    for event in events:
        room, _ = after(room, event)
        assert all(room.people[number].gone for number in gone)
        gone |= {number for number, person in enumerate(room.people) if person.gone}


@given(story())
def test_nobody_but_the_agent_can_hear_a_coach_and_nobody_a_listener(events: list[Input]) -> None:
    room = start()
    for event in events:
        room, _ = after(room, event)
        parts = {one.sid: one for one in everything(room) if isinstance(one, Adjust)}
        for person in room.people:
            if person.inside and room.phase == "open":
                part = parts[person.sid]
                assert person.role != "listener" or part.muted
                assert person.role != "coach" or part.muted or part.coaches not in {"", CALLER}


@given(st.sampled_from(BEGINNINGS), st.data())
def test_the_carriers_room_becomes_what_the_rules_say(begun: tuple[Input, ...], data: st.DataObject) -> None:
    """People ask and phones answer as phones do; the carrier's room is then what the rules believe it to be."""
    room, carrier = start(), Carrier()
    for step in range(len(begun) + data.draw(st.integers(1, 12))):
        was_inside = set(carrier.inside)
        event = begun[step] if step < len(begun) else data.draw(asked() | st.sampled_from(carrier.possible()))
        carrier.undergo(event)
        room, commands = after(room, event)
        carrier.carry_out(commands)
        for number, sid in carrier.ringing.items():
            room, _ = after(room, Ringing(0.0, number, sid))
        for sid in sorted(was_inside - set(carrier.inside)):
            room, commands = after(room, Left(0.0, sid))
            carrier.carry_out(commands)
        assert room.phase != "returning" or carrier.caller_in_flow
        if room.phase != "open":
            assert CALLER not in carrier.inside
            break
        believed = {person.sid: person.held for person in room.people if person.inside}
        assert {sid: part.held for sid, part in carrier.inside.items()} == believed
        assert set(carrier.ringing) == {number for number, one in room.alive() if one.place == "ringing"}
        if len(room.partners) == 1 and not room.expected:
            last = carrier.inside[room.people[room.partners[0]].sid]
            assert last.ends, "the carrier itself sends the caller on when the last agent goes"


@given(story())
def test_a_room_survives_being_written_down(events: list[Input]) -> None:
    room = start()
    for event in events:
        room, _ = after(room, event)
    assert room_from_json(room_to_json(room)) == room
