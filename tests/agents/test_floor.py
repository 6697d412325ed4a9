"""Who is rung when, who waits where, and what callers are told: the stories behind the laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agents.floor import Floor, advance
from ivr.agents.floor.announcing import ENGLISH, LEAST_GAP_S, Said, announce, rounded_up
from ivr.agents.floor.commands import CallBack, Command, Exit, RingAgent, StopRinging, Tell
from ivr.agents.floor.events import (
    Accepted,
    AgentIs,
    AgentSet,
    CallbackAnswered,
    CallbackAsked,
    CallbackFailed,
    Declined,
    Dropped,
    Ended,
    Event,
    Joined,
    Left,
    Missed,
    QueueHours,
    QueueSet,
    RingHeard,
    TimePassed,
)
from ivr.agents.floor.people import MISSED_CALLS
from ivr.agents.floor.rules import Need, Overflow, Queue
from ivr.agents.floor.wait import Standing, standing

ANN = AgentSet(0, "ann", {"sales": 3})
CLEO = AgentSet(0, "cleo", {"support": 1})
BOB = AgentSet(0, "bob", {"sales": 1})


def floor_of(*queues: Queue, agents: tuple[AgentSet, ...] = (ANN, BOB)) -> Floor:
    floor = Floor()
    run(floor, *(QueueSet(0, queue) for queue in queues), *agents)
    run(floor, *(AgentIs(number, agent.agent, "available") for number, agent in enumerate(agents)))
    return floor


def run(floor: Floor, *events: Event) -> list[Command]:
    """The commands of the last event."""
    commands: list[Command] = []
    for event in events:
        commands = advance(floor, event)
    return commands


def rung(commands: list[Command]) -> list[tuple[str, str]]:
    return [(one.agent, one.place) for one in commands if isinstance(one, RingAgent)]


def talk(floor: Floor, at_s: float, place: str, queue: str) -> None:
    """A caller who is taken at once."""
    run(floor, Joined(at_s, place, queue))
    run(floor, Accepted(at_s, ring_of(floor, place)))


def ring_of(floor: Floor, place: str) -> int:
    return floor.places[place].ring


def test_the_longest_idle_agent_is_rung_or_the_best() -> None:
    idle = floor_of(Queue("sales", Need((("sales", 1),))), agents=(BOB, ANN))
    assert rung(run(idle, Joined(5, "p", "sales"))) == [("bob", "p")]
    best = floor_of(Queue("sales", Need((("sales", 1),)), best_skilled=True), agents=(BOB, ANN))
    assert rung(run(best, Joined(5, "p", "sales"))) == [("ann", "p")]


def test_a_level_that_nobody_free_has_is_waited_for_until_overflow_asks_less() -> None:
    overflow = Overflow(need=Need((("sales", 1),)), after_s=60)
    floor = floor_of(Queue("sales", Need((("sales", 2),)), overflow=(overflow,)))
    run(floor, AgentIs(5, "ann", "break", "lunch"))
    assert run(floor, Joined(10, "p", "sales"), TimePassed(69)) == []
    assert rung(run(floor, TimePassed(70))) == [("bob", "p")]


def test_who_overflows_stands_among_the_others_by_age() -> None:
    sales = Queue("sales", Need((("sales", 1),)), overflow=(Overflow("support", after_s=60),))
    floor = floor_of(sales, Queue("support", Need((("support", 1),))), agents=(ANN, CLEO))
    talk(floor, 5, "a", "sales")
    talk(floor, 7, "b", "support")
    run(floor, Joined(10, "old", "sales"), Joined(20, "new", "support"), TimePassed(90))
    assert rung(run(floor, Ended(91, "b"))) == [("cleo", "old")]


def test_too_many_waiting_are_taken_elsewhere_the_oldest_first() -> None:
    sales = Queue("sales", Need((("sales", 1),)), overflow=(Overflow("support", over_waiting=2),))
    floor = floor_of(
        sales, Queue("support", Need((("support", 1),))), agents=(ANN, AgentSet(0, "cleo", {"support": 1}))
    )
    run(floor, AgentIs(5, "ann", "break"), Joined(10, "a", "sales"), Joined(11, "b", "sales"))
    assert rung(run(floor, Joined(12, "c", "sales"))) == [("cleo", "a")]


def test_missed_rings_go_to_the_next_agent_and_park_the_one_who_misses() -> None:
    floor = floor_of(Queue("sales", missed_rings=2))
    run(floor, Joined(5, "p", "sales"))
    assert rung(run(floor, Missed(10, ring_of(floor, "p")))) == [("bob", "p")]
    assert rung(run(floor, Missed(15, ring_of(floor, "p")))) == [("ann", "p")]
    commands = run(floor, Missed(20, ring_of(floor, "p")))
    assert Tell("ann", MISSED_CALLS) in commands
    assert rung(commands) == [("bob", "p")]
    assert (floor.agents["ann"].state, floor.agents["ann"].reason) == ("break", MISSED_CALLS)
    assert run(floor, Missed(25, ring_of(floor, "p")))[-2:] == [Exit("p", "nobody"), Tell("bob", MISSED_CALLS)]


def test_a_ring_whose_end_is_never_told_is_missed_by_time() -> None:
    floor = floor_of(Queue("sales", ring_s=20))
    run(floor, Joined(5, "p", "sales"))
    first = ring_of(floor, "p")
    run(floor, RingHeard(6, first))
    assert run(floor, TimePassed(30)) == []
    assert run(floor, TimePassed(36)) == [StopRinging(first, "ann", "p"), RingAgent(first + 1, "bob", "p")]


def test_who_was_declined_by_everybody_goes_back_to_the_flow() -> None:
    floor = floor_of(Queue("sales"))
    run(floor, Joined(5, "p", "sales"))
    assert rung(run(floor, Declined(6, ring_of(floor, "p")))) == [("bob", "p")]
    assert run(floor, Declined(7, ring_of(floor, "p"))) == [Exit("p", "declined")]


def test_of_two_accepts_one_wins() -> None:
    floor = floor_of(Queue("sales"))
    run(floor, Joined(5, "p", "sales"))
    late = ring_of(floor, "p")
    run(floor, TimePassed(16))
    run(floor, Accepted(17, ring_of(floor, "p")), Accepted(17, late))
    assert (floor.places["p"].state, floor.places["p"].agent) == ("talking", "bob")


def test_callers_are_turned_away_with_a_reason() -> None:
    floor = floor_of(Queue("sales", max_waiting=1, max_wait_s=60), agents=(ANN,))
    talk(floor, 1, "talk", "sales")
    run(floor, Joined(10, "p", "sales"))
    assert run(floor, Joined(11, "q", "sales")) == [Exit("q", "full")]
    assert run(floor, Joined(12, "q", "sales")) == [Exit("q", "full")]
    assert run(floor, TimePassed(70)) == [Exit("p", "waited")]
    assert run(floor, QueueHours(71, "sales", False, True), Joined(72, "r", "sales")) == [Exit("r", "closed")]
    assert run(floor, Joined(73, "s", "elsewhere")) == [Exit("s", "failed")]


def test_wrap_up_and_a_wanted_break_come_after_the_call() -> None:
    floor = floor_of(Queue("sales", wrap_up_s=30), agents=(ANN,))
    talk(floor, 1, "a", "sales")
    run(floor, Joined(3, "b", "sales"))
    assert run(floor, Ended(10, "a")) == []
    assert rung(run(floor, TimePassed(40))) == [("ann", "b")]
    run(floor, Accepted(41, ring_of(floor, "b")), AgentIs(42, "ann", "break", "lunch"), Ended(50, "b"))
    assert (floor.agents["ann"].state, floor.agents["ann"].reason) == ("break", "lunch")


def test_a_callback_is_called_in_its_turn_by_an_agent_who_is_there() -> None:
    floor = floor_of(Queue("sales"), agents=(ANN,))
    talk(floor, 1, "a", "sales")
    run(floor, Joined(3, "b", "sales", "+1"))
    run(floor, CallbackAsked(4, "b", "sales", "+1", 3), Left(5, "b"), Joined(6, "c", "sales"))
    assert rung(run(floor, Ended(10, "a"))) == [("ann", "b")]
    assert run(floor, Accepted(12, ring_of(floor, "b"))) == [CallBack("b", "ann", 1)]
    run(floor, CallbackAnswered(20, "b"))
    assert (floor.places["b"].state, floor.places["c"].state) == ("talking", "waiting")


def test_a_callback_that_fails_is_tried_again_and_given_up_in_the_end() -> None:
    rules = Queue("sales", callback_first="caller", callback_attempts=2, callback_again_s=300)
    floor = floor_of(rules, agents=(ANN,))
    assert run(floor, Joined(1, "w", "sales", "+1", is_callback=True)) == [CallBack("w", "ann", 1)]
    assert run(floor, CallbackFailed(10, "w"), TimePassed(309)) == []
    assert run(floor, TimePassed(310)) == [CallBack("w", "ann", 2)]
    assert run(floor, CallbackFailed(320, "w")) == [Exit("w", "given up")]


def test_nobody_is_called_back_in_quiet_hours() -> None:
    floor = floor_of(Queue("sales"), agents=(ANN,))
    assert run(floor, QueueHours(1, "sales", True, False), Joined(2, "w", "sales", "+1", is_callback=True)) == []
    assert rung(run(floor, QueueHours(3, "sales", True, True))) == [("ann", "w")]


def test_of_two_callbacks_to_be_tried_again_at_one_moment_the_older_is_called_first() -> None:
    rules = Queue("sales", callback_first="caller", callback_attempts=2, callback_again_s=300)
    floor = floor_of(rules)
    joined = (Joined(1, "z", "sales", "+1", is_callback=True), Joined(2, "a", "sales", "+2", is_callback=True))
    run(floor, *joined, CallbackFailed(10, "a"), CallbackFailed(10, "z"), AgentIs(20, "bob", "break"))
    assert run(floor, TimePassed(310)) == [CallBack("z", "ann", 2)]


def test_who_loses_the_agent_when_nobody_is_left_to_ring_goes_back_to_the_flow_once() -> None:
    floor = floor_of(Queue("sales", max_wait_s=60), agents=(ANN,))
    talk(floor, 5, "p", "sales")
    run(floor, AgentIs(6, "ann", "offline"))
    assert [one for one in run(floor, Dropped(90, "p")) if isinstance(one, Exit)] == [Exit("p", "nobody")]
    assert run(floor, Dropped(91, "p"), Ended(92, "p"), TimePassed(500)) == []


def test_who_rings_again_has_the_place_of_their_callback() -> None:
    floor = floor_of(Queue("sales"), agents=(ANN,))
    talk(floor, 1, "a", "sales")
    run(floor, Joined(3, "w", "sales", "+1", is_callback=True), Joined(4, "b", "sales"), Joined(5, "c", "sales", "+1"))
    assert "w" not in floor.places
    assert rung(run(floor, Ended(10, "a"))) == [("ann", "c")]


def test_the_wait_is_predicted_from_the_line_and_the_calls_so_far() -> None:
    floor = floor_of(Queue("sales"), agents=(ANN, BOB))
    for number in range(1, 7):
        talk(floor, number * 100, f"p{number}", "sales")
        run(floor, Ended(number * 100 + 80, f"p{number}"))
    for number in range(4):
        run(floor, Joined(1000, f"q{number}", "sales"))
    stands = standing(floor, "q3")
    assert stands is not None
    assert stands.position == 2
    assert stands.wait_s == pytest.approx(80.0)
    assert standing(floor, "nobody") is None


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(1, 4000), st.integers(1, 30)), max_size=30))
def test_no_wait_is_said_too_short_too_often_or_longer_without_saying_so(heard: list[tuple[float, float, int]]) -> None:
    said: Said | None = None
    now_s = 0.0
    for later_s, wait_s, position in heard:
        now_s += later_s
        spoken = announce(said, now_s, Standing(position, wait_s))
        if spoken is None:
            continue
        sentence, after = spoken
        assert after.minutes * 60 >= min(wait_s, 1800)
        if said is not None:
            assert now_s - said.at_s >= LEAST_GAP_S
            assert (ENGLISH.longer in sentence) or after.minutes <= said.minutes
        said = after
    assert rounded_up(None) == 0
