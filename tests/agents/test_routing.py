"""The rules of a transfer: whatever happens in whatever order, the caller ends up with one agent or in the flow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.agents.inputs import (
    Accepted,
    BringCallerBack,
    CallerBack,
    CallerLeft,
    CallerWaits,
    Command,
    Declined,
    Done,
    EndLeg,
    Input,
    Joined,
    LegAnswered,
    LegEnded,
    LegRinging,
    RingAgent,
    TimePassed,
)
from ivr.agents.routing import Routing, advance, routing_from_json, routing_to_json

TWO = Routing(("ann", "bob"))


def run(routing: Routing, *events: Input) -> tuple[Routing, list[Command]]:
    """The transfer after ``events``, and every command given on the way."""
    commands: list[Command] = []
    for event in events:
        routing, more = advance(routing, event)
        commands += more
    return routing, commands


def test_agents_are_rung_one_after_the_other_until_one_accepts() -> None:
    routing, commands = run(
        TWO,
        CallerWaits(1),
        LegRinging(1, 1, "CA1"),
        LegEnded(20, 1, "no-answer"),
        LegRinging(20, 2, "CA2"),
        LegAnswered(22, 2, "CA2"),
        Accepted(25, 2),
        Joined(26, 2),
    )
    assert commands == [RingAgent("ann", 1), RingAgent("bob", 2)]
    assert (routing.phase, routing.agent, routing.reason) == ("connected", "bob", "")


def test_the_most_telling_reason_is_given_when_several_agents_fail() -> None:
    for statuses, reason in [
        (("failed", "busy"), "busy"),
        (("busy", "no-answer"), "no answer"),
        (("no-answer", "completed"), "declined"),
        (("failed", "failed"), "failed"),
    ]:
        routing, commands = run(TWO, CallerWaits(1), LegEnded(2, 1, statuses[0]), LegEnded(3, 2, statuses[1]))
        assert routing.reason == reason
        assert commands[-1] == BringCallerBack(reason)


def test_a_caller_for_whom_nobody_is_there_comes_back_at_once() -> None:
    routing, commands = run(Routing(()), CallerWaits(1))
    assert commands == [BringCallerBack("no answer")]
    assert routing.phase == "returning"


def test_a_late_end_of_the_first_leg_does_not_stop_the_second() -> None:
    before, _ = run(TWO, CallerWaits(1), Declined(2, 1))
    after, commands = run(before, LegEnded(3, 1, "completed"), LegEnded(4, 1, "busy"), Accepted(5, 1))
    assert after == before
    assert commands == []


def test_of_two_accepts_one_wins() -> None:
    routing, _ = run(TWO, CallerWaits(1), Accepted(2, 1), Accepted(3, 1), Accepted(3, 2))
    assert routing.agent == "ann"
    assert not routing.has_accepted(2)


def test_an_agent_who_accepts_and_hangs_up_before_joining_does_not_strand_the_caller() -> None:
    routing, commands = run(TWO, CallerWaits(1), Accepted(2, 1), LegEnded(3, 1, "completed"))
    assert commands[-1] == RingAgent("bob", 2)
    assert routing.agent == ""


def test_a_long_talk_whose_join_was_never_told_still_counts_as_a_talk() -> None:
    routing, commands = run(TWO, CallerWaits(1), Accepted(2, 1), LegEnded(200, 1, "completed"))
    assert (routing.phase, routing.agent) == ("over", "ann")
    assert commands[-1] == Done()


def test_a_caller_who_hangs_up_stops_the_ringing() -> None:
    routing, commands = run(TWO, CallerWaits(1), LegRinging(1, 1, "CA1"), CallerLeft(2))
    assert commands[-2:] == [EndLeg(1, "CA1"), Done()]
    assert (routing.agent, routing.reason) == ("", "")


def test_a_leg_that_begins_to_ring_after_the_caller_left_is_ended() -> None:
    _, commands = run(TWO, CallerWaits(1), CallerLeft(2), LegRinging(3, 1, "CA1"), LegRinging(4, 1, "CA1"))
    assert commands == [RingAgent("ann", 1), EndLeg(1, ""), Done(), EndLeg(1, "CA1")]


def test_a_ring_lost_with_its_process_is_tried_once_more() -> None:
    routing, commands = run(TWO, CallerWaits(1), TimePassed(5), TimePassed(12), TimePassed(30), TimePassed(50))
    assert [c.agent for c in commands if isinstance(c, RingAgent)] == ["ann", "ann", "bob", "bob"]
    _, commands = run(routing, TimePassed(70))
    assert commands[-1] == BringCallerBack("failed")


def test_a_leg_whose_end_is_never_told_is_given_up() -> None:
    _, commands = run(Routing(("ann",)), CallerWaits(1), LegRinging(1, 1, "CA1"), TimePassed(60), TimePassed(62))
    assert commands == [RingAgent("ann", 1), EndLeg(1, "CA1"), BringCallerBack("no answer")]


def test_a_caller_who_does_not_come_back_is_asked_again_but_not_all_the_time() -> None:
    _, commands = run(Routing(()), CallerWaits(1), TimePassed(2), TimePassed(7), TimePassed(8), CallerBack(9))
    assert commands == [BringCallerBack("no answer"), BringCallerBack("no answer"), Done()]


def test_a_caller_who_comes_into_the_room_when_all_is_over_is_not_left_there() -> None:
    _, commands = run(TWO, CallerWaits(1), CallerLeft(2), CallerWaits(3))
    assert commands[-1] == BringCallerBack("")


attempts = st.integers(0, 4)
sids = st.sampled_from(["CA1", "CA2", "CA3"])
statuses = st.sampled_from(["busy", "no-answer", "failed", "canceled", "completed", "in-progress", ""])


@st.composite
def inputs(draw: st.DrawFn) -> list[Input]:
    """Any inputs in any order, at times that mostly go forward."""
    at = st.floats(0, 300)
    one = st.one_of(
        st.builds(CallerWaits, at),
        st.builds(TimePassed, at),
        st.builds(LegRinging, at, attempts, sids),
        st.builds(LegAnswered, at, attempts, sids),
        st.builds(Accepted, at, attempts),
        st.builds(Joined, at, attempts),
        st.builds(Declined, at, attempts),
        st.builds(LegEnded, at, attempts, statuses),
        st.builds(CallerLeft, at),
        st.builds(CallerBack, at),
    )
    many: list[Input] = draw(st.lists(one, max_size=40))
    return sorted(many, key=lambda event: event.at_s) if draw(st.booleans()) else many


routings = st.builds(Routing, st.lists(st.sampled_from("abcd"), unique=True, max_size=4).map(tuple))


@given(routings, inputs())
def test_two_agents_are_never_rung_at_once(routing: Routing, events: list[Input]) -> None:
    ringing: set[int] = set()
    for event in events:
        if isinstance(event, Declined | LegEnded):
            ringing.discard(event.attempt)
        routing, commands = advance(routing, event)
        for command in commands:
            if isinstance(command, EndLeg):
                ringing.discard(command.attempt)
            if isinstance(command, RingAgent):
                ringing.add(command.attempt)
        assert len(ringing) <= 1


@given(routings, inputs())
def test_nobody_is_both_connected_and_given_up(routing: Routing, events: list[Input]) -> None:
    for event in events:
        routing, _ = advance(routing, event)
        assert not (routing.agent and routing.reason)
        assert bool(routing.agent) or routing.phase not in {"accepted", "connected"}


@given(routings, inputs())
def test_a_transfer_that_is_over_stays_as_it_ended(routing: Routing, events: list[Input]) -> None:
    done = 0
    for event in events:
        before = routing
        routing, commands = advance(routing, event)
        done += commands.count(Done())
        if before.phase == "over":
            assert (routing.phase, routing.agent, routing.reason) == ("over", before.agent, before.reason)
            assert not any(isinstance(c, RingAgent) for c in commands)
            assert not any(isinstance(c, BringCallerBack) for c in commands) or isinstance(event, CallerWaits)
    assert done == (routing.phase == "over")


@given(routings, inputs(), statuses)
def test_a_waiting_caller_meets_an_end_however_the_phones_fail(
    routing: Routing, events: list[Input], status: str
) -> None:
    for event in events:
        routing, _ = advance(routing, event)
    at_s = 1000.0
    routing, commands = advance(routing, CallerWaits(at_s))
    for _ in range(2 * len(routing.candidates) + 2):
        at_s += 100
        routing, commands = advance(routing, LegEnded(at_s, routing.attempt, status))
        routing, more = advance(routing, TimePassed(at_s))
        if any(isinstance(command, BringCallerBack) for command in (*commands, *more)):
            routing, _ = advance(routing, CallerLeft(at_s))
    assert routing.phase == "over"


@given(routings, inputs())
def test_time_alone_brings_a_caller_back_when_every_message_is_lost(routing: Routing, events: list[Input]) -> None:
    for event in events:
        routing, _ = advance(routing, event)
    for hundreds in range(10, 30):
        routing, _ = advance(routing, CallerWaits(100.0 * hundreds))
    assert routing.phase in {"returning", "accepted", "connected", "over"}


@given(routings, inputs())
def test_a_doubled_message_changes_nothing(routing: Routing, events: list[Input]) -> None:
    for event in events:
        routing, _ = advance(routing, event)
        again, commands = advance(routing, event)
        if isinstance(event, CallerWaits | TimePassed):
            continue  # these say that time has passed: tested by themselves
        assert again == routing
        assert commands == ()


@given(routings, inputs())
def test_a_routing_survives_being_written_down(routing: Routing, events: list[Input]) -> None:
    routing, _ = run(routing, *events)
    assert routing_from_json(routing_to_json(routing)) == routing
