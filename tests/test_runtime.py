"""Turns happen once: whatever is delivered again, late, or twice at the same time, the caller hears one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis

from ivr.flows import FlowBook, step
from ivr.flows.actions import HangUp, Listen, Request, Say, Transfer
from ivr.flows.call import Call
from ivr.flows.events import Event, Heard, HungUp, Pressed, Recorded, Reply, Silence, Started
from ivr.ports import OutsideError, Service, Session, Sessions
from ivr.redis_server import RedisServer
from ivr.runtime import Runtime
from ivr.sessions import MemorySessions, RedisSessions
from ivr.sessions.writing import session_to_text
from tests.conftest import CALL_ID, CALLER, LINE, MONDAY_NOON, Kept, OneBook

SERVICES = """
lines: {"+15035550100": main}
web_services: [orders.example]
flows:
  main:
    - menu:
        ask: What can we do?
        options:
          order: {press: 1, go: order}
          text: {press: 2, go: text}
          for ever: {press: 3, go: for_ever}
  order:
    - say: Let me look.
    - http: {get: "https://orders.example/", save: status, failed: [{say: I cannot look it up.}, {hangup: Goodbye.}]}
    - say: "It is {status.text}."
    - go: text
  text:
    - sms: {text: Hello, failed: sorry}
    - hangup: Goodbye.
  sorry: [{hangup: No text.}]
  for_ever: [{http: {get: "https://orders.example/", failed: [{go: for_ever}]}}]
"""


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with redis_server.client() as client:
        client.flushall()
        yield client


@pytest.fixture(params=["memory", "redis"])
def sessions(request: pytest.FixtureRequest) -> Sessions:
    return MemorySessions() if request.param == "memory" else RedisSessions(request.getfixturevalue("redis"))


@dataclass
class Clock:
    """A second passes with every look."""

    now_s: float = MONDAY_NOON

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


@dataclass
class Canned:
    """A service that answers with what it is told to, and remembers what it was asked."""

    answer: Mapping[str, Any] | Exception = field(default_factory=dict)
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(args)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Office:
    """A runtime and what it leaves behind."""

    book: FlowBook
    sessions: Sessions
    services: dict[str, Service] = field(default_factory=dict)
    records: Kept = field(default_factory=Kept)
    alerts: list[Mapping[str, Any]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        def alert(topic: str, data: Mapping[str, Any]) -> None:
            assert topic == "calls"
            self.alerts.append(data)

        self.runtime = Runtime(self.sessions, self.records, OneBook(self.book), alert, self.clock, self.services)

    def rings(self) -> Session:
        return self.runtime.start(CALL_ID, LINE, CALLER, mode="keys")

    def turn(self, turn: int, event: Event) -> Session:
        session = self.runtime.handle(CALL_ID, turn, event)
        assert session is not None
        return session

    @property
    def stored(self) -> Session:
        session = self.runtime.get(CALL_ID)
        assert session is not None
        return session


def said(session: Session) -> list[str]:
    return [action.text for action in session.actions if isinstance(action, Say)]


@pytest.fixture
def office(shop: FlowBook, sessions: Sessions) -> Office:
    return Office(shop, sessions)


# --- repeats, late ones and races -------------------------------------------------------------------------------------


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


# --- services ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(make_book: Callable[[str], FlowBook], sessions: Sessions) -> Office:
    return Office(make_book(SERVICES), sessions, {"http": Canned({"text": "on its way"}), "sms": Canned()})


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


# --- the end ----------------------------------------------------------------------------------------------------------

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
