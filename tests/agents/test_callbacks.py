"""People who are called back: promised, kept in their turn, tried again, given up; nothing lost and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from ivr.agents.callback_list import CallbackList
from ivr.agents.callbacks import Callbacks
from ivr.agents.called import Called
from ivr.agents.staff import Staff
from ivr.agents.staffing import Hours
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine, OutsideError
from ivr.records import Database, migrate
from ivr.records.callbacks import SqlCallbacks
from tests.agents.conftest import URL, Clock
from tests.agents.test_queued import Shop, lose_the_floor

CALLER = "+15035550128"
OFFERED = InLine(
    "wait", "You are next in line. To be called back and keep your place in line, press one.", {"1": "callback"}
)


class CallingShop(Shop):
    """A shop that offers callbacks after a minute, and has one agent, who is talking."""

    def __init__(self, redis: Redis, carrier: CannedCarrier, clock: Clock, database: Database) -> None:
        super().__init__(redis, carrier, clock)
        self.callbacks = Callbacks(self.attendant, SqlCallbacks(lambda: database))
        self.list = CallbackList(self.attendant, self.callbacks)
        self.called = Called(self.attendant, self.callbacks)
        self.transfers = Transfers(self.attendant, lambda to: [], self.callbacks)
        self.staff = Staff(self.attendant)
        self.only("ann", callback_attempts=2, callback_again_s=300.0)
        self.staffing = replace(self.staffing, offer_callback_s={"sales": 60.0})

    def waits(self, letter: str) -> str:
        """Somebody whose number is known stands in line."""
        call = Call("CA" + letter * 32, line="+15035550100", caller=f"+150355501{ord(letter):02}")
        transfer_id = self.transfers.begin(call, 2, Transfer("queue sales", "Wants a tent."), self.clock())
        self.transfers.caller_waits(transfer_id)
        return transfer_id

    def promised(self, letter: str) -> str:
        """Somebody has waited a minute and wants to be called back."""
        transfer_id = self.waits(letter)
        self.clock.at_s += 61
        assert self.transfers.wait(transfer_id).offers == {"1": "callback"}
        self.transfers.caller_left(transfer_id, "callback")
        return f"back-{transfer_id}"

    def becomes_free(self, transfer_id: str, ring: int) -> None:
        self.transfers.leg_ended(transfer_id, ring, "completed")

    def told(self) -> list[tuple[str, str, int]]:
        self.callbacks.look_after()
        return [(one["id"], one["state"], one["attempts"]) for one in self.list.shown()]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'records.db'}")
    migrate(database.engine)
    yield database
    database.close()


@pytest.fixture
def shop(redis: Redis, carrier: CannedCarrier, clock: Clock, database: Database) -> CallingShop:
    return CallingShop(redis, carrier, clock, database)


def test_it_is_offered_to_who_has_waited_and_can_be_called(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    second = shop.waits("b")
    hidden = shop.transfers.begin(
        Call("CA" + "c" * 32, caller="anonymous"), 1, Transfer("queue sales", ""), shop.clock()
    )
    assert shop.transfers.wait(second).offers == {}
    shop.clock.at_s += 61
    assert shop.transfers.wait(second) == OFFERED
    assert shop.transfers.wait(hidden).offers == {}


def test_a_callback_keeps_the_place_and_agent_and_person_meet(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    place = shop.promised("b")
    shop.waits("c")
    assert shop.transfers.outcome(place.removeprefix("back-")) == ("", "callback")
    assert [(one["waiting"], one["callbacks"]) for one in shop.staff.queues()] == [(1, 1), (0, 0)]
    shop.becomes_free(first, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{place}/")
    agents_leg, ring = shop.carrier.rings[-1].sid, shop.accept(place)
    person = shop.carrier.rings[-1]
    assert (person.to, person.caller_id, person.url) == (
        f"+150355501{ord('b'):02}",
        "+15035550100",
        f"{URL}/agent/called/{place}",
    )
    assert shop.called.answered(place, person.sid) == InLine("room")
    shop.transfers.joined(place, agents_leg)
    shop.transfers.joined(place, person.sid)
    assert shop.phase(place) == "connected"
    assert shop.told() == [(place, "talking", 1)]
    shop.becomes_free(place, ring)
    assert shop.told() == [(place, "kept", 1)]
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/CA{'c' * 32}-2/")


def test_who_does_not_answer_is_tried_again_later_and_then_given_up(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    place = shop.promised("b")
    shop.becomes_free(first, ring)
    for attempt in (1, 2):
        agents_leg = shop.carrier.rings[-1].sid
        shop.accept(place)
        person = shop.carrier.rings[-1]
        assert shop.told() == [(place, "waiting", attempt)]
        for _ in range(2):  # the carrier tells some things twice
            shop.called.ended(place, "no-answer", person.sid)
        assert shop.carrier.hung_up[-1] == agents_leg
        assert shop.states() == {"ann": "available"}
        assert shop.told() == [(place, "waiting" if attempt == 1 else "given up", attempt)]
        calls = len(shop.carrier.rings)
        shop.later(299)
        assert len(shop.carrier.rings) == calls
        shop.later(2)
    assert len(shop.carrier.rings) == 5  # three rings of the agent, and two calls


def test_whoever_rings_again_has_the_place_and_is_not_called_any_more(shop: CallingShop) -> None:
    first = shop.waits("a")
    shop.talk(first)
    place = shop.promised("b")
    shop.waits("c")
    again = shop.transfers.begin(
        Call("CA" + "d" * 32, line="+15035550100", caller=f"+150355501{ord('b'):02}"),
        1,
        Transfer("queue sales", ""),
        0.0,
    )
    assert shop.transfers.wait(again).say.startswith("You are next in line.")
    assert shop.told() == [(place, "cancelled", 0)]


def test_asking_twice_is_one_promise(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    asked = {"queue": "sales", "number": CALLER, "brief": "Wants a tent.", "line": "+15035550100"}
    for call in ("CA1", "CA1", "CA2"):
        shop.callbacks.asked({**asked, "call": call})
    assert sorted(state for _, state, _ in shop.told()) == ["cancelled", "waiting"]
    assert [one["callbacks"] for one in shop.staff.queues()] == [1, 0]


@pytest.mark.parametrize(
    ("queue", "number"), [("nowhere", CALLER), ("sales", "anonymous"), ("sales", "911"), ("sales", "")]
)
def test_what_cannot_be_promised_is_refused(shop: CallingShop, queue: str, number: str) -> None:
    with pytest.raises(OutsideError, match="Nobody can be called back"):
        shop.callbacks.asked({"queue": queue, "number": number, "brief": "", "line": "", "call": "CA1"})
    assert shop.told() == []


def test_nobody_is_called_in_their_sleep(shop: CallingShop) -> None:
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=True, may_call_back=False)})
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    shop.later(60)
    assert shop.carrier.rings == []
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert len(shop.carrier.rings) == 1


def test_a_promise_survives_the_loss_of_everything_but_the_database(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    place = shop.promised("b")
    shop.redis.flushall()
    shop.later(3)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{place}/")
    lose_the_floor(shop.redis)
    shop.later(3)
    assert shop.told() == [(place, "waiting", 0)]


def test_an_agent_who_hangs_up_while_the_person_is_called_ends_that_call(shop: CallingShop) -> None:
    place = "back-CA1-sales"
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    ring = shop.accept(place)
    person = shop.carrier.rings[-1].sid
    shop.transfers.leg_ended(place, ring, "completed")
    assert shop.carrier.hung_up == [person]
    assert shop.called.answered(place, person) == InLine("back")
    assert shop.told() == [(place, "waiting", 1)]
    assert shop.states() == {"ann": "available"}


def caller_first(shop: CallingShop, **rules: object) -> str:
    """Somebody who is called before an agent is rung; returns the sid of the call to them."""
    shop.only("ann", "bob", callback_first="caller", callback_attempts=2, callback_again_s=300.0, **rules)
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    assert shop.carrier.rings[-1].to == CALLER
    return shop.carrier.rings[-1].sid


def test_with_the_caller_first_no_agent_is_rung_before_somebody_is_there(shop: CallingShop) -> None:
    person = caller_first(shop)
    assert shop.rung == [CALLER]
    shop.called.ended("back-CA1-sales", "no-answer", person)
    assert set(shop.states().values()) == {"available"}
    shop.later(301)
    assert shop.rung == [CALLER, CALLER]
    assert shop.called.answered("back-CA1-sales", shop.carrier.rings[-1].sid) == InLine("wait")
    assert shop.rung[2:] == ["ann"]


def test_who_was_called_first_is_taken_by_the_next_agent_when_one_does_not_answer(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    shop.transfers.leg_ended("back-CA1-sales", shop.last_ring(), "no-answer")
    assert shop.rung == [CALLER, "ann", "bob"]
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("wait")
    shop.accept("back-CA1-sales")
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("room")
    assert shop.told() == [("back-CA1-sales", "talking", 1)]


def test_who_was_called_and_finds_nobody_is_told_so_and_called_again(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    for _ in range(2):
        shop.transfers.declined("back-CA1-sales", shop.last_ring())
    assert shop.carrier.redirects == [(person, f"{URL}/agent/called-wait/back-CA1-sales")]
    assert shop.called.goes_on("back-CA1-sales", person) == InLine("back")
    assert shop.told() == [("back-CA1-sales", "waiting", 1)]
    shop.later(301)
    again = shop.carrier.rings[-1]
    assert (again.to, again.sid != person) == (CALLER, True)
    assert shop.called.answered("back-CA1-sales", person) == InLine("back")
    assert shop.called.answered("back-CA1-sales", again.sid) == InLine("wait")
    for _ in range(2):
        shop.transfers.declined("back-CA1-sales", shop.last_ring())
    assert shop.told() == [("back-CA1-sales", "given up", 2)]


def test_who_was_called_and_hangs_up_before_an_agent_is_there_is_not_called_again(shop: CallingShop) -> None:
    person = caller_first(shop)
    shop.called.answered("back-CA1-sales", person)
    shop.called.ended("back-CA1-sales", "completed", person)
    assert shop.told() == [("back-CA1-sales", "left", 1)]
    assert set(shop.states().values()) == {"available"}
    shop.later(301)
    assert shop.rung == [CALLER, "ann"]


def test_an_agent_who_goes_before_a_word_was_said_does_not_cost_the_callback(shop: CallingShop) -> None:
    place = "back-CA1-sales"
    shop.only("ann", "bob")
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    ring = shop.accept(place)
    person = shop.carrier.rings[-1].sid
    assert shop.called.answered(place, person) == InLine("room")
    shop.transfers.leg_ended(place, ring, "completed")
    assert shop.called.goes_on(place, person).way == "wait"
    assert shop.rung[-1] == "bob"
    shop.accept(place)
    assert shop.called.goes_on(place, person) == InLine("room")


def test_a_promise_is_kept_though_the_queue_is_closed_or_full_when_it_is_made(shop: CallingShop) -> None:
    shop.only("ann", max_waiting=1)
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=False, may_call_back=False)})
    shop.later(0)
    for call, number in (("CA1", CALLER), ("CA2", "+15035550129")):
        shop.callbacks.asked({"queue": "sales", "number": number, "brief": "", "line": "", "call": call})
    assert [state for _, state, _ in shop.told()] == ["waiting", "waiting"]
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/back-CA1-sales/")


def test_who_wants_to_be_called_later_stands_in_line_then_and_overtakes_nobody(shop: CallingShop) -> None:
    first = shop.waits("a")
    ring = shop.talk(first)
    asked = {"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"}
    shop.callbacks.asked({**asked, "at_s": shop.clock() + 600})
    assert shop.list.open()[0]["next_s"] == shop.clock() + 600
    shop.later(590)
    second = shop.waits("b")
    shop.later(11)
    shop.becomes_free(first, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")
    ring = shop.talk(second)
    shop.becomes_free(second, ring)
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/back-CA1-sales/")


def test_who_rings_before_the_time_they_asked_for_is_not_called_any_more(shop: CallingShop) -> None:
    shop.talk(shop.waits("a"))
    asked = {"queue": "sales", "number": f"+150355501{ord('b'):02}", "brief": "", "line": "", "call": "CA1"}
    shop.callbacks.asked({**asked, "at_s": shop.clock() + 600})
    shop.waits("b")
    assert shop.told() == [("back-CA1-sales", "cancelled", 0)]


def test_the_list_tells_what_is_next_and_a_callback_is_cancelled_or_called_now(shop: CallingShop) -> None:
    person = caller_first(shop)
    assert [one["doing"] for one in shop.list.open()] == ["being called"]
    shop.called.ended("back-CA1-sales", "busy", person)
    assert [(one["doing"], one["next_s"], one["attempts"]) for one in shop.list.open()] == [
        ("later", shop.clock() + 300, 1)
    ]
    assert shop.list.call_now("back-CA1-sales") is True
    assert shop.rung == [CALLER, CALLER]
    assert shop.list.cancel("back-CA1-sales") is True
    assert shop.carrier.hung_up[-1] == shop.carrier.rings[-1].sid
    assert (shop.list.open(), shop.list.cancel("back-CA1-sales")) == ([], False)
    assert shop.list.call_now("back-CA1-sales") is False
    assert shop.transfers.waiting() == []


def test_a_callback_for_later_is_cancelled_or_called_now(shop: CallingShop) -> None:
    asked = {"queue": "sales", "brief": "", "line": "", "at_s": shop.clock() + 6000}
    for call, number in (("CA1", CALLER), ("CA2", "+15035550129")):
        shop.callbacks.asked({**asked, "call": call, "number": number})
    assert shop.list.cancel("back-CA1-sales") is True
    assert shop.list.call_now("back-CA2-sales") is True
    assert shop.rung == ["ann"]


def test_a_promise_is_kept_however_long_it_takes_until_somebody_may_call(shop: CallingShop) -> None:
    shop.staffing = replace(shop.staffing, hours={"sales": Hours(is_open=False, may_call_back=False)})
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    assert [one["doing"] for one in shop.list.open()] == ["out of hours"]
    shop.redis.delete("ringdown:transfer:back-CA1-sales", "ringdown:transfer:back-CA1-sales:routing")  # after a day
    shop.later(3)
    shop.staffing = replace(shop.staffing, hours={})
    shop.later(3)
    assert shop.rung == ["ann"]
