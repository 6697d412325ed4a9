"""What a service does to a call: its answer is used, its failure is an exit, and it is asked once."""

from __future__ import annotations

import pytest

from ivr.flows import step
from ivr.flows.actions import HangUp, Request
from ivr.flows.events import Pressed
from ivr.ports import OutsideError, Session
from tests.conftest import CALL_ID, MONDAY_NOON
from tests.runtime.office import Canned, Office, said


def test_what_is_to_be_said_before_a_service_is_asked_is_still_said(desk: Office) -> None:
    desk.rings()
    session = desk.turn(1, Pressed(MONDAY_NOON, "1"))
    assert said(session) == ["Let me look.", "It is on its way.", "Goodbye."]
    assert session.actions[-1] == HangUp()
    assert session.call.outcome == "finished"
    assert [type(event).__name__ for event in desk.sessions.events(CALL_ID)] == ["Started", "Pressed", "Reply", "Reply"]


def test_a_service_that_fails_is_an_exit_of_the_flow(desk: Office) -> None:
    desk.services["http"] = Canned(OutsideError("no answer from orders.example", retry=True))
    desk.rings()
    assert said(desk.turn(1, Pressed(MONDAY_NOON, "1"))) == ["Let me look.", "I cannot look it up.", "Goodbye."]


def test_a_service_that_breaks_is_an_exit_of_the_flow_too(desk: Office, caplog: pytest.LogCaptureFixture) -> None:
    desk.services["sms"] = Canned(KeyError("to"))
    desk.rings()
    assert said(desk.turn(1, Pressed(MONDAY_NOON, "2"))) == ["No text."]
    assert "service sms broke" in caplog.text


def test_a_service_nobody_has_is_an_exit_of_the_flow(desk: Office) -> None:
    del desk.services["sms"]
    desk.rings()
    assert said(desk.turn(1, Pressed(MONDAY_NOON, "2"))) == ["No text."]


def test_a_service_that_always_fails_does_not_keep_the_caller_for_ever(desk: Office) -> None:
    failing = Canned(OutsideError("no", retry=True))
    desk.services["http"] = failing
    desk.rings()
    session = desk.turn(1, Pressed(MONDAY_NOON, "3"))
    assert session.call.outcome == "lost"
    assert isinstance(session.actions[-1], HangUp)
    assert len(failing.asked) <= 25


def test_a_repeat_of_a_turn_with_a_service_does_not_ask_it_again(desk: Office) -> None:
    texts = Canned()
    desk.services["sms"] = texts
    desk.rings()
    first = desk.turn(1, Pressed(MONDAY_NOON, "2"))
    again = desk.turn(1, Pressed(MONDAY_NOON, "2"))
    assert len(texts.asked) == 1
    assert again.actions[-1] == first.actions[-1] == HangUp()


def test_a_service_whose_process_died_is_asked_again_when_the_call_goes_on(desk: Office) -> None:
    """The process dies after the turn was stored and before the service answered."""
    desk.rings()
    before, version = desk.sessions.load(CALL_ID) or pytest.fail("no call")
    event = Pressed(MONDAY_NOON, "2")
    call, actions = step(before.call, event, desk.book)
    assert isinstance(actions[-1], Request)
    assert desk.sessions.save(Session(call, 2, actions), version, [event])
    session = desk.runtime.carry_on(CALL_ID)
    assert session is not None
    assert said(session) == ["Goodbye."]
    assert desk.runtime.carry_on(CALL_ID) == desk.stored
