"""Callers in line and the agents who take them, on a real floor and a real Redis."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from redis import Redis

from ivr.agents.attendant import PARKED_S, Attendant
from ivr.agents.floor.rules import Need, Overflow, Queue
from ivr.agents.phones import Phones
from ivr.agents.queued import LOST_S
from ivr.agents.staff import Staff
from ivr.agents.staffing import Escalation, Hours, Staffing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.flows.company import Company
from ivr.outbox import Outbox
from ivr.ports import InLine
from tests.agents.conftest import ANN, BOB, SALES, STAFFING, URL, Alerts, Clock


class Shop:
    """A service whose flow file can be edited; ``other`` is another process of it."""

    def __init__(self, redis: Redis, carrier: CannedCarrier, clock: Clock) -> None:
        self.redis, self.carrier, self.clock = redis, carrier, clock
        self.staffing = STAFFING
        self.attendant, self.transfers = self.process()
        self.staff = Staff(self.attendant)

    def process(self) -> tuple[Attendant, Transfers]:
        attendant = Attendant(self.redis, Phones(self.carrier, URL), lambda: self.staffing, Alerts(), self.clock)
        return attendant, Transfers(attendant, lambda to: [one for one in (ANN, BOB) if to == f"agent {one.id}"])

    def only(self, *agents: str, **rules: object) -> None:
        """The sales queue has only these agents and these rules."""
        staff = tuple(agent for agent in (ANN, BOB) if agent.id in agents)
        self.staffing = Staffing(staff, (replace(SALES, **rules), Queue("support", Need((("support", 1),)))))  # type: ignore[arg-type]

    def caller(self, letter: str, *offers: str) -> str:
        """Somebody asks for sales and waits."""
        call = Call("CA" + letter * 32, line="+15035550100", caller=f"+1503555012{ord(letter) % 10}")
        transfer = Transfer("queue sales", "Wants a tent.", offers=offers)
        transfer_id = self.transfers.begin(call, 2, transfer, self.clock())
        self.transfers.caller_waits(transfer_id)
        return transfer_id

    def later(self, seconds: float) -> None:
        """Time passes, and somebody looks after things."""
        self.clock.at_s += seconds
        self.transfers.look_after()

    @property
    def rung(self) -> list[str]:
        return [ring.to.removeprefix("client:").removeprefix("sip:").partition("@")[0] for ring in self.carrier.rings]

    def last_ring(self) -> int:
        return int(self.carrier.rings[-1].url.rpartition("/")[2])

    def accept(self, transfer_id: str) -> int:
        ring = self.last_ring()
        assert self.transfers.leg_answered(transfer_id, ring, self.carrier.rings[-1].sid) is not None
        assert self.transfers.accepted(transfer_id, ring) is not None
        return ring

    def talk(self, transfer_id: str) -> int:
        """The agent who is rung accepts, and both are in the room."""
        ring = self.accept(transfer_id)
        self.transfers.joined(transfer_id, self.carrier.rings[-1].sid)
        self.transfers.joined(transfer_id, transfer_id.partition("-")[0])
        return ring

    def phase(self, transfer_id: str) -> str:
        context = self.transfers.context(transfer_id)
        return context["phase"] if context else ""

    def states(self) -> dict[str, str]:
        return {one["id"]: one["state"] for one in self.staff.agents()}


@pytest.fixture
def shop(redis: Redis, carrier: CannedCarrier, clock: Clock) -> Shop:
    return Shop(redis, carrier, clock)


def test_callers_are_taken_in_their_order_by_whoever_is_free(shop: Shop) -> None:
    shop.only("ann")
    first, second, third = (shop.caller(letter) for letter in "abc")
    assert shop.rung == ["ann"]
    ring = shop.talk(first)
    assert shop.phase(first) == "connected"
    assert shop.transfers.wait(first) == InLine("room")
    assert shop.transfers.wait(third).say == "You are number two in line."
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.rung == ["ann", "ann"]
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")
    assert shop.transfers.outcome(first) == ("ann", "")


def test_nothing_is_said_while_a_phone_rings_and_nothing_twice_in_a_minute(shop: Shop) -> None:
    shop.only("ann")
    first, second = shop.caller("a"), shop.caller("b")
    assert shop.transfers.wait(first) == InLine("wait")
    assert shop.transfers.wait(second) == InLine("wait", "You are next in line.")
    shop.clock.at_s += 24
    assert shop.transfers.wait(second) == InLine("wait")


def test_the_wait_is_told_once_enough_calls_were_seen(shop: Shop) -> None:
    shop.only("ann")
    for letter in "abcdef":
        ring = shop.talk(shop.caller(letter))
        shop.clock.at_s += 170
        shop.transfers.leg_ended(f"CA{letter * 32}-2", ring, "completed")
    shop.talk(shop.caller("1"))
    assert shop.transfers.wait(shop.caller("2")).say == "You are next in line. The wait is about three minutes."


def test_time_to_write_things_down_comes_before_the_next_caller(shop: Shop) -> None:
    shop.only("ann", wrap_up_s=30.0)
    ring = shop.talk(shop.caller("a"))
    shop.caller("b")
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    assert shop.states() == {"ann": "wrap-up"}
    assert len(shop.rung) == 1
    shop.later(31)
    assert len(shop.rung) == 2


def test_a_caller_who_hangs_up_silences_the_phone(shop: Shop) -> None:
    first = shop.caller("a")
    shop.transfers.caller_left(first)
    assert shop.carrier.hung_up == [shop.carrier.rings[0].sid]
    assert shop.transfers.leg_answered(first, shop.last_ring()) is None
    assert shop.transfers.accepted(first, shop.last_ring()) is None
    assert shop.states() == {"ann": "available", "bob": "available"}


def test_two_agents_accept_at_once_and_one_of_them_wins(shop: Shop) -> None:
    first = shop.caller("a")
    lost = shop.last_ring()
    shop.transfers.leg_ended(first, lost, "no-answer")
    won = shop.accept(first)
    assert shop.transfers.accepted(first, lost) is None
    assert shop.transfers.accepted(first, won) is not None
    assert shop.transfers.outcome(first) == ("bob", "")


def test_who_misses_a_ring_is_left_in_peace_for_some_minutes(shop: Shop) -> None:
    first = shop.caller("a")
    for _ in range(2):
        shop.transfers.leg_ended(first, shop.last_ring(), "no-answer")
    assert shop.rung == ["ann", "bob"]
    assert shop.carrier.redirects == [("CA" + "a" * 32, f"{URL}/voice/turn/CA{'a' * 32}/2")]
    assert shop.transfers.outcome(first) == ("", "no answer")
    assert shop.states() == {"ann": "break", "bob": "break"}
    shop.later(PARKED_S + 1)
    assert shop.states() == {"ann": "available", "bob": "available"}


def test_who_was_declined_by_everybody_goes_back_with_that_reason(shop: Shop) -> None:
    first = shop.caller("a")
    for _ in range(2):
        shop.transfers.declined(first, shop.last_ring())
    assert shop.transfers.wait(first) == InLine("back")
    assert shop.transfers.outcome(first) == shop.transfers.outcome(first) == ("", "declined")
    assert shop.states() == {"ann": "available", "bob": "available"}


@pytest.mark.parametrize(
    ("rules", "hours", "reason"), [({"max_waiting": 1}, Hours(), "full"), ({}, Hours(is_open=False), "closed")]
)
def test_who_cannot_join_goes_back_at_once(shop: Shop, rules: dict[str, object], hours: Hours, reason: str) -> None:
    shop.only("ann", **rules)
    if not hours.is_open:
        shop.staffing = replace(shop.staffing, hours={"sales": hours})
        shop.later(0)
    shop.caller("a")
    assert shop.transfers.outcome(shop.caller("b")) == ("", reason)


def test_who_has_waited_too_long_goes_back(shop: Shop) -> None:
    shop.only("ann", max_wait_s=60.0)
    shop.talk(shop.caller("a"))
    second = shop.caller("b")
    shop.later(59)
    assert shop.carrier.redirects[1:] == []
    shop.later(2)
    assert shop.carrier.redirects[-1][1].startswith(f"{URL}/voice/turn/")
    assert shop.transfers.outcome(second) == ("", "waited")


def test_who_waits_long_is_taken_by_another_queues_agent(shop: Shop) -> None:
    shop.only("ann", need=Need((("tents", 1),)), overflow=(Overflow("support", after_s=60.0),))
    staff = (replace(ANN, skills={"tents": 1}), BOB)
    shop.staffing = replace(shop.staffing, agents=staff)
    shop.talk(shop.caller("a"))
    shop.caller("b")
    shop.later(59)
    assert shop.rung == ["ann"]
    shop.later(2)
    assert shop.rung == ["ann", "bob"]


def test_who_wants_to_leave_a_message_is_offered_a_key_for_it(shop: Shop) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, announce={"sales": "We are worth it."})
    shop.talk(shop.caller("a"))
    second = shop.caller("b", "message")
    offered = InLine("wait", "You are next in line. We are worth it. To leave a message, press two.", {"2": "message"})
    assert shop.transfers.wait(second) == offered
    shop.transfers.caller_left(second, "message")
    assert shop.transfers.outcome(second) == ("", "message")


def test_an_agent_who_hangs_up_before_the_caller_came_loses_the_caller_to_the_next(shop: Shop) -> None:
    first = shop.caller("a")
    ring = shop.accept(first)
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.rung == ["ann", "bob"]
    shop.transfers.joined(first, "CA" + "a" * 32)  # the caller comes too late, and is fetched back
    assert shop.carrier.redirects[-1] == ("CA" + "a" * 32, f"{URL}/voice/wait/CA{'a' * 32}/2")
    assert shop.transfers.wait(first) == InLine("wait")
    shop.accept(first)
    assert shop.transfers.outcome(first) == ("bob", "")


class DiesOnce(CannedCarrier):
    """A carrier whose first ring kills the process that asks for it."""

    def ring(self, *args: object, **keys: object) -> str:
        if not self.hung_up:
            self.hung_up.append("the process")
            raise KeyboardInterrupt
        return super().ring(*args, **keys)  # type: ignore[arg-type]


def test_a_ring_that_died_with_its_process_is_rung_by_another(redis: Redis, clock: Clock) -> None:
    shop = Shop(redis, DiesOnce(), clock)
    with contextlib.suppress(KeyboardInterrupt):
        shop.caller("a")
    assert shop.rung == []
    clock.at_s += 11
    _, other = shop.process()
    other.look_after()
    assert len(shop.rung) == 1


def test_a_caller_nobody_heard_of_for_minutes_holds_no_place(shop: Shop) -> None:
    shop.only("ann")
    shop.talk(shop.caller("a"))
    second = shop.caller("b")
    shop.later(LOST_S - 1)
    assert shop.phase(second) == "waiting"
    shop.later(2)
    assert shop.phase(second) == "over"
    assert [one["waiting"] for one in shop.staff.queues()] == [0, 0]


def test_an_agent_who_is_asked_for_by_name_is_not_rung_for_the_queue_meanwhile(shop: Shop) -> None:
    shop.only("ann")
    direct = shop.transfers.begin(Call("CA" + "9" * 32), 1, Transfer("agent ann", ""), shop.clock())
    shop.attendant.look_after()
    shop.transfers.caller_waits(direct)
    shop.caller("a")
    assert shop.rung == ["ann"]
    shop.transfers.leg_ended(direct, 1, "no-answer")
    assert shop.rung == ["ann", "ann"]
    busy = shop.transfers.begin(Call("CA" + "8" * 32), 1, Transfer("agent ann", ""), shop.clock())
    shop.transfers.caller_waits(busy)
    assert shop.transfers.outcome(busy) == ("", "busy")


def lose_the_floor(redis: Redis) -> None:
    for key in redis.keys("ringdown:floor:*"):
        redis.delete(key)


@pytest.mark.parametrize("forget", [lose_the_floor, lambda redis: None])
def test_a_floor_that_was_lost_is_made_anew_from_who_waits_and_talks(
    shop: Shop, forget: Callable[[Redis], None]
) -> None:
    shop.only("ann")
    ring = shop.talk(shop.caller("a"))
    second, third = shop.caller("b"), shop.caller("c")
    forget(shop.redis)
    shop.later(1)
    assert shop.states() == {"ann": "on call"}
    assert shop.transfers.wait(third).say == "You are number two in line."
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    assert shop.carrier.rings[-1].url.startswith(f"{URL}/agent/whisper/{second}/")


def test_who_is_new_in_the_flow_file_is_rung_and_who_is_gone_is_not(shop: Shop) -> None:
    shop.only("ann")
    shop.later(0)
    shop.staff.set_state("ann", "break", "lunch")
    shop.caller("a")
    assert shop.rung == []
    shop.only("bob")
    shop.later(3)
    assert shop.rung == ["bob"]
    assert shop.staff.set_state("ann", "available") is None


def test_news_of_a_ring_name_the_agent_and_those_of_time_whom_it_changed(shop: Shop) -> None:
    shop.only("ann", wrap_up_s=30.0)
    told = shop.attendant.alert = Alerts()
    ring = shop.talk(shop.caller("a"))
    rung = [one for topic, one in told.told if topic == "desk" and one["phase"] == "ringing"]
    assert {tuple(one["agents"]) for one in rung} == {("ann",)}
    shop.transfers.leg_ended("CA" + "a" * 32 + "-2", ring, "completed")
    told.told.clear()
    shop.later(31)
    assert ("queues", {"event": "TimePassed", "agents": ["ann"]}) in told.told


def test_who_is_needed_by_a_colleague_is_not_rung_and_takes_the_next_caller_afterwards(shop: Shop) -> None:
    shop.only("ann")
    assert shop.attendant.engage("ann", "room X", 60)
    assert shop.attendant.engage("ann", "room X", 60), "a command that is given twice"
    first = shop.caller("a")
    assert (shop.rung, shop.states(), shop.phase(first)) == ([], {"ann": "on call"}, "waiting")
    shop.attendant.disengage("ann", "room Y")
    assert shop.states() == {"ann": "on call"}
    shop.attendant.disengage("ann", "room X")
    assert (shop.rung, shop.states()) == (["ann"], {"ann": "ringing"})


def test_who_is_rung_or_has_a_caller_cannot_be_had_by_a_colleague(shop: Shop) -> None:
    shop.only("ann")
    first = shop.caller("a")
    assert not shop.attendant.engage("ann", "room X", 60)
    ring = shop.talk(first)
    assert not shop.attendant.engage("ann", "room X", 60)
    assert shop.states() == {"ann": "on call"}
    shop.transfers.leg_ended(first, ring, "completed")
    assert shop.attendant.engage("ann", "room X", 60)
    assert not shop.attendant.engage("ann", "room Y", 60)


def test_who_was_on_a_break_is_so_after_helping_a_colleague_unless_they_say_otherwise(shop: Shop) -> None:
    shop.only("ann")
    shop.staff.set_state("ann", "break", "lunch")
    assert shop.attendant.engage("ann", "room X", 60)
    shop.attendant.disengage("ann", "room X")
    assert [(one["state"], one["reason"]) for one in shop.staff.agents()] == [("break", "lunch")]
    assert shop.attendant.engage("ann", "room X", 60)
    shop.staff.set_state("ann", "available")
    assert shop.states() == {"ann": "on call"}
    shop.attendant.disengage("ann", "room X")
    assert shop.states() == {"ann": "available"}


def test_an_agent_is_not_kept_for_ever_for_a_colleague_of_whom_nothing_is_heard(shop: Shop) -> None:
    shop.only("ann")
    assert shop.attendant.engage("ann", "room X", 60)
    shop.caller("a")
    shop.later(61)
    assert shop.rung == ["ann"]


def test_supervisors_are_told_once_of_who_waits_and_of_who_talks_too_long(shop: Shop) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, escalations={"sales": Escalation(60, 600)})
    told = shop.attendant.alert = Alerts()
    first, second = shop.caller("a"), shop.caller("b")
    ring = shop.talk(first)
    shop.clock.at_s += 61
    shop.transfers.wait(second)
    for _ in range(2):
        shop.later(1)
    _, other = shop.process()
    other.look_after()
    shop.clock.at_s += 600
    shop.transfers.wait(second)
    shop.later(1)
    about = [(one["call"], one["why"]) for topic, one in told.told if one.get("event") == "escalated"]
    assert about == [("CA" + "b" * 32, "waiting"), ("CA" + "a" * 32, "talking")]
    assert [one["escalated"] for one in shop.transfers.waiting()] == [("talking",), ("waiting",)]
    shop.transfers.leg_ended(first, ring, "completed")


def test_a_supervisor_is_written_to_once_by_the_outbox_and_not_told_who_calls(shop: Shop, outbox: Outbox) -> None:
    shop.only("ann")
    shop.staffing = replace(shop.staffing, escalations={"sales": Escalation(60, email="lead@northwind.example")})
    attendant = Attendant(
        shop.redis, Phones(shop.carrier, URL), lambda: shop.staffing, Alerts(), shop.clock, outbox=outbox
    )
    shop.attendant, shop.transfers = attendant, Transfers(attendant, lambda to: [])
    first = shop.caller("a")
    shop.clock.at_s += 61
    shop.transfers.wait(first)
    for _ in range(2):
        shop.later(1)
    [errand] = outbox.latest(10)
    assert (errand.kind, errand.data["to"]) == ("email", "lead@northwind.example")
    assert "sales" in errand.data["subject"]
    assert "CA" + "a" * 32 in errand.data["text"]
    assert "+1503" not in str(errand.data)


def test_callers_in_line_are_told_in_the_words_and_the_language_of_the_flow_file(shop: Shop) -> None:
    shop.only("ann", ring_s=20.0)
    company = Company.model_validate(
        {
            "waiting": {"next": "Soon it is your turn."},
            "translations": {
                "es-ES": {"Soon it is your turn.": "Usted sigue.", "To leave a message, press two.": "Dos."}
            },
        }
    )
    shop.staffing = replace(shop.staffing, waiting=company.waiting, translations=company.translations)
    shop.staff.set_state("ann", "break")
    for letter, language, heard in (("a", "en-US", "Soon it is your turn."), ("b", "es-ES", "Usted sigue. Dos.")):
        call = Call("CA" + letter * 32, line="+15035550100", caller="+15035550121", language=language)
        offers = ("message",) if language == "es-ES" else ()
        transfer_id = shop.transfers.begin(call, 2, Transfer("queue sales", "", offers=offers), shop.clock())
        assert shop.transfers.wait(transfer_id).say == heard
        shop.transfers.caller_left(transfer_id)
