"""What becomes of the caller when people in the room come, go and ask for things."""

from __future__ import annotations

import pytest

from ivr.agents.controls.asking import RefusedError
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
    Recording,
    RingEnded,
    Ringing,
    Stop,
    TimePassed,
)
from ivr.agents.controls.room import AGAIN_S, advance
from ivr.agents.controls.state import Room, opened

CALLER, ANN, BOB = "CA0", "CA1", "CA2"


def ask(do: str, by: str = "ann", to: str = "", *names: str) -> Asked:
    return Asked(0.0, do, by, to, names)


def play(*events: Input) -> tuple[Room, tuple[Command, ...]]:
    """Ann is with the caller, then ``events`` happen; the room, and the commands of the last one."""
    room = opened(CALLER, "CA0-3", "CF1", "ann", ANN, 0.0)
    commands: tuple[Command, ...] = ()
    for event in events:
        room, commands = advance(room, event)
    return room, commands


RINGS = (ask("consult", "ann", "agent bob", "bob"), Ringing(0.0, 2, BOB))
TALKS = (*RINGS, Entered(0.0, BOB))


def test_a_caller_comes_back_to_the_first_agent_when_who_was_consulted_does_not_answer() -> None:
    room, commands = play(*RINGS, RingEnded(0.0, 2, BOB))
    assert not room.caller.held
    assert commands == (Adjust(CALLER, held=False), Adjust(ANN, ends=True))


def test_a_queue_is_consulted_one_after_the_other() -> None:
    asked = ask("consult", "ann", "queue support", "bob", "cyd")
    room, _ = play(asked, Ringing(0.0, 2, BOB), RingEnded(0.0, 2))
    assert room.people[3].who == "cyd"
    assert room.caller.held


def test_an_agent_may_go_while_the_other_phone_rings_and_the_caller_hears_music() -> None:
    room, _ = play(*RINGS, ask("leave"))
    assert room.phase == "open"
    assert room.caller.held
    room, commands = play(*RINGS, ask("leave"), RingEnded(0.0, 2, BOB))
    assert room.phase == "returning"
    assert BringCallerBack() in commands
    room, commands = play(*RINGS, ask("leave"), Entered(0.0, BOB))
    assert not room.caller.held
    assert commands[-1] == Adjust(BOB, ends=True)


def test_who_consults_and_loses_the_line_leaves_the_caller_with_who_was_consulted() -> None:
    room, commands = play(*TALKS, Left(0.0, ANN))
    assert not room.caller.held
    assert commands == (Adjust(CALLER, held=False), Adjust(BOB, ends=True))


def test_who_is_put_aside_by_a_swap_is_taken_back_when_the_other_goes() -> None:
    room, _ = play(*TALKS, ask("swap"), Left(0.0, ANN))
    assert not room.people[2].held
    assert not room.caller.held


def test_the_last_agent_takes_the_room_along_and_the_caller_is_not_called_away_twice() -> None:
    room, commands = play(Left(0.0, ANN))
    assert room.phase == "returning"
    assert commands == ()
    assert advance(room, TimePassed(AGAIN_S))[1] == (BringCallerBack(),)


def test_before_the_agent_leaves_the_room_is_made_to_go_on() -> None:
    _, commands = play(*TALKS, ask("merge"), ask("leave"))
    assert commands == (Adjust(BOB, ends=True), EndLeg(1, ANN))
    assert not any(one.ends for one in everything(play(*TALKS)[0]) if isinstance(one, Adjust) and one.sid != CALLER)


def test_a_caller_on_hold_is_taken_back_when_who_held_them_is_gone() -> None:
    room, commands = play(*TALKS, ask("merge"), ask("hold"), Left(0.0, ANN))
    assert not room.caller.held
    assert Adjust(CALLER, held=False) in commands


def test_nobody_can_leave_a_caller_alone() -> None:
    with pytest.raises(RefusedError, match="Nobody would be with the caller"):
        play(ask("leave"))


def test_a_coach_whom_no_agent_is_left_to_hear_is_not_heard_by_the_caller() -> None:
    coach = (ask("whisper", "boss"), Ringing(0.0, 2, BOB), Entered(0.0, BOB))
    room, _ = play(*coach)
    assert Adjust(BOB, held=False, muted=False, coaches=ANN, ends=False) in everything(room)
    expected = (*coach, ask("consult", "ann", "+15035550199", "+15035550199"), Left(0.0, ANN))
    room, commands = play(*expected)
    assert room.phase == "open"
    assert Adjust(BOB, muted=True, coaches="") in commands


def test_recording_ends_when_the_caller_is_not_with_an_agent_any_more() -> None:
    _, commands = play(ask("record"), Recording(0.0, "RE1"), ask("pause"), Left(0.0, ANN))
    assert Stop("RE1") in commands


def test_who_answers_too_late_is_hung_up_on() -> None:
    cancelled = (ask("consult", "ann", "agent bob", "bob"), ask("hang up", "ann", "bob"))
    room, commands = play(*cancelled, Ringing(0.0, 2, BOB))
    assert commands == (EndLeg(2, BOB),)
    assert advance(room, Entered(0.0, BOB))[0] == room
