"""An errand is done at least once, is never forgotten, and what cannot be done is shown to people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.outbox import Delivery, Errand, Outbox, State
from ivr.outbox.errand import LONGEST_PAUSE_S, SPREAD, TRIES, pause_s
from ivr.outbox.store import LEASE_S, REMEMBERED_S
from ivr.ports import OutsideError
from ivr.records import Database
from tests.outbox.conftest import Clock


class Receiver:
    """Somebody outside: takes errands, or says why not."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.tried: list[str] = []
        self.error: Exception | None = None

    def __call__(self, errand: Errand) -> None:
        self.tried.append(errand.key)
        if self.error is not None:
            raise self.error
        self.taken.append(errand.key)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def delivery(outbox: Outbox, receiver: Receiver) -> Delivery:
    return Delivery(outbox, {"email": receiver, "sms": receiver})


@given(tries=st.integers(1, 10_000), key=st.text(max_size=80))
def test_a_pause_never_shrinks_with_tries_and_never_outgrows_its_bound(tries: int, key: str) -> None:
    pause, plain = pause_s(tries, key), pause_s(tries)
    assert plain * (1 - SPREAD) <= pause <= plain <= LONGEST_PAUSE_S
    assert pause <= pause_s(tries + 1, key)
    assert pause == pause_s(tries, key)


def test_what_nobody_takes_is_tried_for_more_than_a_day() -> None:
    assert sum(pause_s(tries, "any") for tries in range(1, TRIES)) > 86400


def test_an_errand_is_done_once_and_what_it_said_is_forgotten(delivery: Delivery, receiver: Receiver) -> None:
    errand = Errand("a-1", "email", {"to": "jo@northwind.example"}, "CA1")
    assert delivery.outbox.put(errand)
    assert not delivery.outbox.put(errand)
    assert delivery.run_due() == 1
    assert delivery.run_due() == 0
    assert not delivery.outbox.put(errand)
    assert receiver.taken == ["a-1"]
    kept = delivery.outbox.get("a-1")
    assert kept is not None
    assert (kept.state, kept.data) == (State.SENT, {})


def test_an_errand_belongs_to_the_transaction_of_its_cause(
    delivery: Delivery, receiver: Receiver, database: Database
) -> None:
    with database.session() as session:
        delivery.outbox.put(Errand("a-1", "email"), session)
        session.rollback()
    assert delivery.run_due() == 0
    with database.session() as session:
        delivery.outbox.put(Errand("a-2", "email"), session)
    delivery.run_due()
    assert receiver.taken == ["a-2"]


def test_what_fails_comes_again_later_and_then_parks_where_people_see_it(
    delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    receiver.error = OutsideError("mail.example does not answer", retry=True)
    delivery.outbox.put(Errand("a-1", "email"))
    for tries in range(1, TRIES + 1):
        delivery.run_due()
        delivery.run_due()
        assert len(receiver.tried) == tries
        clock.at_s += LONGEST_PAUSE_S
    [parked] = delivery.outbox.open(10)
    assert (parked.state, parked.reason) == (State.PARKED, "mail.example does not answer")
    assert delivery.outbox.counts().parked == 1
    receiver.error = None
    assert delivery.run_due() == 0
    assert delivery.outbox.retry("a-1")
    assert delivery.run_due() == 1
    assert delivery.outbox.open(10) == []


def test_a_refusal_and_a_mistake_of_ours_are_parked_at_once(delivery: Delivery, receiver: Receiver) -> None:
    for key, error in (("a-1", OutsideError("no such address", retry=False)), ("a-2", KeyError("to"))):
        receiver.error = error
        delivery.outbox.put(Errand(key, "email"))
        delivery.run_due()
    delivery.outbox.put(Errand("a-3", "pigeon"))
    delivery.run_due()
    reasons = {one.key: one.reason for one in delivery.outbox.open(10) if one.state is State.PARKED}
    assert reasons == {"a-1": "no such address", "a-2": "it broke: KeyError", "a-3": "nobody here sends pigeon"}


def test_a_server_that_is_down_is_asked_once_a_round_and_holds_up_nobody_else(outbox: Outbox, clock: Clock) -> None:
    down, works = Receiver(), Receiver()
    down.error = OutsideError("down", retry=True)
    delivery = Delivery(outbox, {"email": down, "sms": works})
    for number in range(5):
        delivery.outbox.put(Errand(f"mail-{number}", "email"))
        delivery.outbox.put(Errand(f"text-{number}", "sms"))
    assert delivery.run_due() == 5
    assert len(down.tried) == 1
    counts = outbox.counts()
    assert (counts.waiting, counts.parked) == (5, 0)
    clock.at_s += 30
    assert outbox.counts().oldest_s == 30
    down.error = None
    assert delivery.run_due() == 5
    assert sorted(set(down.taken)) == sorted(down.taken)


def test_who_delivers_and_is_not_heard_of_loses_the_errand_to_another(outbox: Outbox, clock: Clock) -> None:
    outbox.put(Errand("a-1", "email"))
    [due] = outbox.due(10)
    lost = outbox.claim(due)
    assert lost is not None
    assert outbox.claim(due) is None
    assert outbox.due(10) == []
    clock.at_s += LEASE_S
    [again] = outbox.due(10)
    mine = outbox.claim(again)
    assert mine is not None
    assert not outbox.sent(lost)
    outbox.failed(lost, "late", retry=False)
    assert outbox.sent(mine)


def test_an_errand_that_kills_whoever_tries_is_parked_in_the_end(
    delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    delivery.outbox.put(Errand("a-1", "email"))
    for _ in range(TRIES):
        [due] = delivery.outbox.due(10)
        assert delivery.outbox.claim(due) is not None
        clock.at_s += LEASE_S
    delivery.run_due()
    assert receiver.tried == []
    assert delivery.outbox.counts().parked == 1


def test_who_waits_for_an_answer_hears_a_refusal_but_not_an_outage(
    delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    receiver.error = OutsideError("no such number", retry=False)
    for _ in range(2):
        with pytest.raises(OutsideError, match="no such number"):
            delivery.at_once(Errand("a-1", "sms"))
    assert receiver.tried == ["a-1"]
    assert delivery.outbox.counts().parked == 0
    receiver.error = OutsideError("the carrier cannot be reached", retry=True)
    delivery.at_once(Errand("a-2", "sms", {"to": "+15035550123"}))
    delivery.at_once(Errand("a-2", "sms", {"to": "+15035550123"}))
    receiver.error = None
    clock.at_s += 10
    assert delivery.run_due() == 1
    assert receiver.taken == ["a-2"]


def test_what_is_put_in_for_later_waits_and_can_be_hastened(
    delivery: Delivery, receiver: Receiver, database: Database, clock: Clock
) -> None:
    delivery.outbox.put(Errand("a-1", "email"), after_s=300)
    delivery.outbox.put(Errand("a-2", "email"), after_s=300)
    assert delivery.run_due() == 0
    with database.session() as session:
        delivery.outbox.hasten("a-1", session)
    assert delivery.run_due() == 1
    clock.at_s += 300
    assert delivery.run_due() == 1
    assert receiver.taken == ["a-1", "a-2"]


def test_what_was_dropped_is_never_done_and_old_keys_are_forgotten(
    delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    outbox = delivery.outbox
    outbox.put(Errand("a-1", "email"))
    assert outbox.drop("a-1")
    assert not outbox.drop("a-1")
    assert not outbox.retry("a-1")
    assert delivery.run_due() == 0
    assert [one.state for one in outbox.latest(10)] == [State.DROPPED]
    clock.at_s += REMEMBERED_S + 1
    assert outbox.forget_old() == 1
    assert outbox.latest(10) == []
    assert receiver.tried == []
