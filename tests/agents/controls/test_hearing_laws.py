"""Who hears whom, whatever people ask for and telephones do: held against a carrier that mixes as the carrier does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ivr.agents.controls.inputs import (
    Asked,
    Carried,
    Command,
    Entered,
    Input,
    Left,
    Record,
    Recording,
    Ringing,
    RoomEnded,
    TimePassed,
)
from ivr.agents.controls.state import CALLER as CALLER_NUMBER
from ivr.agents.controls.state import Person, Room
from tests.agents.controls.test_room_laws import BEGINNINGS, CALLER, Carrier, after, asked, start

MOST_STEPS = 6
SELDOM = 15
"""Callers hang up in one of so many steps: stories that are over have nothing to tell."""
QUIET_ROUNDS = 12
"""So often time passes at the end: longer than anything is tried again."""
ROUND_S = 60.0


def _watched(do: str, number: int) -> tuple[Input, ...]:
    sid = f"CA{number}"
    return Asked(0.0, do, "boss", "", ()), Ringing(0.0, number, sid), Entered(0.0, sid)


TALKS = BEGINNINGS[2]
BEGUN = (*BEGINNINGS, _watched("listen", 2), _watched("whisper", 2), (*TALKS, *_watched("listen", 3)))
BEGUN = (*BEGUN, (*TALKS, *_watched("whisper", 3)), (*_watched("whisper", 2), Asked(0.0, "hold", "ann")))


@dataclass
class Story:
    """A room, the carrier's room, and the caller's telephone."""

    room: Room
    carrier: Carrier
    hung_up: bool = False

    def happens(self, event: Input, *, lost: bool = False) -> None:
        """``event`` happens on the telephones and is told; what is to be done is done, or ``lost`` with a process."""
        before = set(self.carrier.inside)
        self.carrier.undergo(event)
        if event == Left(0.0, CALLER):
            self.hung_up = True
            self.carrier.inside.clear()
        self.told(event, lost=lost)
        for number, sid in list(self.carrier.ringing.items()):
            self.told(Ringing(0.0, number, sid))
        for sid in sorted(before - set(self.carrier.inside)):
            self.told(Left(0.0, sid))

    def told(self, event: Input, *, lost: bool = False) -> None:
        before, known = set(self.carrier.inside), self.room.revision
        self.room, commands = after(self.room, event)
        if lost or not commands:
            return
        carried = Carried(0.0, self.room.revision, known if self.room.revision != known else 0)
        self._carried_out(commands)
        self.room, _ = after(self.room, carried)
        for sid in sorted(before - set(self.carrier.inside)):
            self.told(Left(0.0, sid))

    def _carried_out(self, commands: tuple[Command, ...]) -> None:
        self.carrier.carry_out(commands)
        if Record("") in commands:  # the carrier answers at once with the recording's id
            self.told(Recording(0.0, "RE1"))
        if self.hung_up:
            self.carrier.caller_in_flow = False

    def hears(self, who: str) -> set[str]:
        """Whose voices ``who`` hears; nobody's while on hold with music."""
        parts = self.carrier.inside
        if who not in parts or parts[who].held:
            return set()
        talking = ((sid, part) for sid, part in parts.items() if sid != who and not part.held and not part.muted)
        return {sid for sid, part in talking if part.coaches in {"", who}}

    def inside(self) -> Iterator[Person]:
        return (person for person in self.room.people if person.sid in self.carrier.inside)


@st.composite
def stories(draw: st.DrawFn, *, losing: bool = False) -> Story:
    """Some time into a story; with ``losing``, processes die after writing down what is to be done."""
    story = Story(start(), Carrier())
    for event in draw(st.sampled_from(BEGUN)):
        story.happens(event)
    for _ in range(draw(st.integers(0, MOST_STEPS))):
        hangs_up = CALLER in story.carrier.inside and draw(st.integers(1, SELDOM)) == SELDOM
        ways = st.just(Left(0.0, CALLER)) if hangs_up else asked() | st.sampled_from(story.carrier.possible())
        event = draw(ways)
        story.happens(event, lost=losing and draw(st.booleans()))
    return story


@given(stories())
def test_the_caller_is_in_exactly_one_place(story: Story) -> None:
    is_over = story.hung_up or CALLER in story.carrier.ended  # the agent may hang up, too
    assert [CALLER in story.carrier.inside, story.carrier.caller_in_flow, is_over].count(True) == 1
    assert story.room.people[CALLER_NUMBER].sid == CALLER
    assert (story.room.phase == "open") == (CALLER in story.carrier.inside)


@given(stories())
def test_the_caller_hears_music_or_somebody_unless_whoever_is_there_has_muted_themselves(story: Story) -> None:
    if CALLER not in story.carrier.inside or story.carrier.inside[CALLER].held:
        return
    partners = [one for one in story.inside() if one.talks and not story.carrier.inside[one.sid].held]
    assert partners, "somebody to talk to, who is not on hold"
    assert story.hears(CALLER) or all(one.muted for one in partners)


@given(stories())
def test_who_only_listens_is_heard_by_nobody_and_a_coach_by_one_agent(story: Story) -> None:
    roles = {one.sid: one.role for one in story.inside()}
    listeners = {sid for sid, role in roles.items() if role == "listener"}
    coaches = {sid for sid, role in roles.items() if role == "coach"}
    for sid, role in roles.items():
        assert not story.hears(sid) & listeners
        assert role == "agent" or not story.hears(sid) & coaches
    assert not story.hears(CALLER) & coaches
    for coach in coaches:
        assert sum(1 for sid in roles if coach in story.hears(sid)) <= 1


@given(stories())
def test_a_caller_on_hold_hears_nobody_and_nobody_hears_them(story: Story) -> None:
    if CALLER in story.carrier.inside and story.carrier.inside[CALLER].held:
        assert story.hears(CALLER) == set()
        assert all(CALLER not in story.hears(one.sid) for one in story.inside())


@given(stories())
def test_nobody_is_in_the_room_or_rung_twice(story: Story) -> None:
    alive = [person.who for person in story.room.people if not person.gone]
    assert len(alive) == len(set(alive))


@given(stories())
def test_whoever_supervises_hears_what_the_caller_says(story: Story) -> None:
    watching = [one for one in story.inside() if one.role in {"listener", "coach"} and not one.held]
    part = story.carrier.inside.get(CALLER)
    if part and not part.held and not part.muted:
        assert all(CALLER in story.hears(one.sid) for one in watching)


@given(stories())
def test_when_the_caller_is_gone_nobody_is_left_and_nothing_is_recorded(story: Story) -> None:
    if CALLER in story.carrier.inside:
        story.happens(Left(0.0, CALLER))
    story.told(RoomEnded(0.0))
    assert not story.carrier.inside
    assert not story.carrier.ringing
    assert story.carrier.recording == "off"
    assert story.room.phase == "over"


@given(stories(losing=True))
def test_what_was_lost_with_a_process_is_made_good_when_time_passes(story: Story) -> None:
    for times in range(1, QUIET_ROUNDS + 1):
        story.told(TimePassed(times * ROUND_S))
    if story.room.phase == "open":
        believed = {one.sid: one.held for one in story.room.people if one.inside}
        assert {sid: part.held for sid, part in story.carrier.inside.items()} == believed
        assert all(one.place != "ringing" for one in story.room.people)
    else:
        assert CALLER not in story.carrier.inside
        assert not story.carrier.inside


def test_the_stories_begin_with_every_way_of_taking_part() -> None:
    """A law that is never tried holds always."""
    seen: set[str] = set()
    for begun in BEGUN:
        story = Story(start(), Carrier())
        for event in begun:
            story.happens(event)
        seen.update(f"{one.role}{' held' if one.held else ''}" for one in story.inside())
    assert {"caller", "caller held", "agent", "guest", "guest held", "listener", "coach"} <= seen
