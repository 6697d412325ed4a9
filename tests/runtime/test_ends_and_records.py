"""However a call ends it is on record, and can be run again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flows import FlowBook, step
from ivr.flows.actions import HangUp, Listen, Transfer
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard, HungUp, Pressed, Recorded, Reply, Silence, Started
from ivr.ports import Session
from ivr.sessions import MemorySessions
from ivr.sessions.writing import session_to_text
from tests.conftest import CALL_ID, MONDAY_NOON
from tests.runtime.office import Canned, Office

EVENTS: list[Event] = [
    Pressed(MONDAY_NOON, "1"), Pressed(MONDAY_NOON, "94107"), Pressed(MONDAY_NOON, "3"), Pressed(MONDAY_NOON, "0"),
    Silence(MONDAY_NOON), Heard(MONDAY_NOON, "goodbye"), Heard(MONDAY_NOON, "text me"),
    Recorded(MONDAY_NOON, "RE1", 0.0, "silence"), Recorded(MONDAY_NOON, "RE1", 3.0, "key"),
]  # fmt: skip


@settings(max_examples=60)
@given(events=st.lists(st.sampled_from(EVENTS), max_size=8))
def test_wherever_the_caller_hangs_up_the_call_is_recorded_and_can_be_run_again(
    shop: FlowBook, events: list[Event]
) -> None:
    office = Office(shop, MemorySessions(), {"sms": Canned({"sid": "SM1"})})
    session = office.rings()
    for event in events:
        session = office.turn(session.turn, event)
    office.runtime.hang_up(CALL_ID)
    office.runtime.hang_up(CALL_ID)
    call, kept = office.records.saved[CALL_ID]
    assert call.ended
    assert call.outcome
    assert office.sessions.live() == []
    again = Call(CALL_ID)
    for event in kept:
        again, _ = step(again, event, shop)
    assert session_to_text(Session(again, 1, ())) == session_to_text(Session(call, 1, ()))


def test_hanging_up_while_leaving_a_message_counts_as_leaving_one(office: Office) -> None:
    office.rings()
    office.turn(1, Pressed(MONDAY_NOON, "3"))
    office.runtime.hang_up(CALL_ID)
    assert office.records.saved[CALL_ID][0].outcome == "left a message"


def test_a_call_is_on_record_as_soon_as_it_began(office: Office) -> None:
    office.rings()
    call, events = office.records.saved[CALL_ID]
    assert not call.ended
    assert [type(event) for event in events] == [Started]


def test_after_the_end_every_delivery_gets_the_last_words(office: Office) -> None:
    office.rings()
    last = office.turn(1, Pressed(MONDAY_NOON, "9"))
    assert last.actions[-1] == HangUp()
    for turn, event in ((1, Pressed(MONDAY_NOON, "9")), (2, Silence(MONDAY_NOON)), (2, HungUp(MONDAY_NOON))):
        assert office.turn(turn, event).actions == last.actions
    office.runtime.hang_up(CALL_ID)
    assert office.records.saved[CALL_ID][0].outcome == "finished"


def test_pages_are_told_of_every_step(office: Office) -> None:
    office.rings()
    office.turn(1, Pressed(MONDAY_NOON, "1"))
    office.runtime.hang_up(CALL_ID)
    told = [(alert.get("state", ""), alert.get("turn", 0)) for alert in office.alerts]
    assert told == [("started", 0), ("", 1), ("", 2), ("ended", 0)]


def test_what_the_caller_has_heard_never_goes_back(office: Office) -> None:
    office.rings()
    office.runtime.spoken(CALL_ID, 1)
    office.runtime.spoken(CALL_ID, 0)
    assert office.stored.spoken == 1
    assert office.stored.turn == 1


def test_an_event_that_answers_nothing_leaves_standing_what_was_asked(office: Office) -> None:
    office.rings()
    transfer = office.turn(1, Pressed(MONDAY_NOON, "4"))
    assert isinstance(transfer.actions[-1], Transfer)
    after = office.turn(2, Pressed(MONDAY_NOON, "5"))
    assert (after.turn, after.actions) == (3, transfer.actions)


def test_what_happened_may_depend_on_what_was_asked(office: Office) -> None:
    office.rings()
    asked: list[int] = []

    def event(session: Session) -> Event:
        asked.append(session.turn)
        assert isinstance(session.actions[-1], Listen)
        return Pressed(MONDAY_NOON, "1")

    session = office.runtime.handle(CALL_ID, 1, event)
    assert session is not None
    assert (session.turn, asked) == (2, [1])
    office.runtime.handle(CALL_ID, 1, event)
    assert asked == [1]


def test_a_reply_is_stored_with_what_the_service_said(desk: Office) -> None:
    desk.rings()
    desk.turn(1, Pressed(MONDAY_NOON, "1"))
    replies = [event for event in desk.sessions.events(CALL_ID) if isinstance(event, Reply)]
    assert [(reply.service, reply.ok, reply.data) for reply in replies] == [
        ("http", True, {"text": "on its way"}),
        ("sms", True, {}),
    ]
