"""Turns happen once: whatever is delivered again, late, or twice at the same time, the caller hears one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ivr.flows.events import HungUp, Pressed, Silence
from tests.conftest import CALL_ID, LINE, MONDAY_NOON
from tests.runtime.office import Office, said


def test_a_repeated_delivery_gets_the_same_answer_and_changes_nothing(office: Office) -> None:
    office.rings()
    first = office.turn(1, Pressed(MONDAY_NOON, "1"))
    again = office.turn(1, Pressed(MONDAY_NOON, "1"))
    assert (first.turn, again.turn) == (2, 2)
    assert again.actions == first.actions
    assert said(again) == ["What is your ZIP code or city?"]
    assert len(office.sessions.events(CALL_ID)) == 2


def test_a_late_delivery_gets_what_was_answered_then(office: Office) -> None:
    office.rings()
    first = office.turn(1, Pressed(MONDAY_NOON, "1"))
    second = office.turn(2, Pressed(MONDAY_NOON, "94107"))
    late = office.turn(1, Silence(MONDAY_NOON))
    assert (late.turn, late.actions) == (2, first.actions)
    assert office.stored == second
    assert len(office.sessions.events(CALL_ID)) == 3


def test_a_delivery_from_long_ago_gets_the_latest_answer(office: Office) -> None:
    office.rings()
    for turn in range(1, 20):
        office.turn(turn, Pressed(MONDAY_NOON, "*"))
    ancient = office.turn(1, Pressed(MONDAY_NOON, "9"))
    assert (ancient.turn, ancient.actions) == (20, office.stored.actions)
    assert not office.stored.call.ended


def test_a_delivery_from_the_future_changes_nothing(office: Office) -> None:
    began = office.rings()
    assert office.turn(7, Pressed(MONDAY_NOON, "9")).actions == began.actions
    assert office.stored.turn == 1


def test_ringing_again_gives_the_call_that_is_there(office: Office) -> None:
    first = office.rings()
    office.turn(1, Pressed(MONDAY_NOON, "1"))
    again = office.runtime.start(CALL_ID, "+19995550100", "+19995550199", mode="stream")
    assert again == office.stored
    assert (again.call.line, again.notes) == (LINE, first.notes)
    assert sum(alert.get("state") == "started" for alert in office.alerts) == 1


def test_a_call_nobody_knows_is_nobodys(office: Office) -> None:
    assert office.runtime.get(CALL_ID) is None
    assert office.runtime.handle(CALL_ID, 1, Silence(MONDAY_NOON)) is None
    assert office.runtime.carry_on(CALL_ID) is None
    assert office.runtime.note(CALL_ID, mode="keys") is None
    office.runtime.spoken(CALL_ID, 3)
    office.runtime.hang_up(CALL_ID)
    assert office.records.saved == {}
    assert office.sessions.live() == []


def at_once(count: int, do: Callable[[int], object]) -> list[object]:
    """What ``do`` gives in each of ``count`` threads that start together."""
    gate, results = threading.Barrier(count), [None] * count

    def run(index: int) -> None:
        gate.wait(timeout=10)
        results[index] = do(index)  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return list(results)


def test_deliveries_at_the_same_time_make_one_step(office: Office) -> None:
    office.rings()
    keys = ["1", "2", "3", "4", "9", "*", "7", "0"]
    found = at_once(8, lambda index: office.turn(1, Pressed(MONDAY_NOON, keys[index])))
    assert len(office.sessions.events(CALL_ID)) == 2
    assert office.stored.turn == 2
    assert all(session == found[0] for session in found)


def test_ringing_twice_at_the_same_time_makes_one_call(office: Office) -> None:
    found = at_once(8, lambda index: office.rings())
    assert len(office.sessions.events(CALL_ID)) == 1
    assert all(session == found[0] for session in found)
    assert sum(alert.get("state") == "started" for alert in office.alerts) == 1


def test_notes_taken_at_the_same_time_are_all_kept(office: Office) -> None:
    office.rings()
    at_once(4, lambda index: office.runtime.note(CALL_ID, **{f"n{index}": str(index)}))
    assert dict(office.stored.notes) == {"mode": "keys", "n0": "0", "n1": "1", "n2": "2", "n3": "3"}
    assert office.stored.turn == 1


def test_hanging_up_while_an_answer_arrives_ends_the_call_once(office: Office) -> None:
    office.rings()
    at_once(
        6,
        lambda index: (
            office.runtime.hang_up(CALL_ID)
            if index % 2
            else office.runtime.handle(CALL_ID, 1, Pressed(MONDAY_NOON, "9"))
        ),
    )
    events = office.sessions.events(CALL_ID)
    assert office.stored.call.ended
    assert sum(isinstance(event, HungUp) for event in events) <= 1
    assert office.sessions.live() == []
    assert office.records.saved[CALL_ID][0].ended
