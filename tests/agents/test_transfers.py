"""A transfer from the first ring to its end, on a real Redis, with a carrier that notes what it is asked."""

from __future__ import annotations

import contextlib
import threading

from redis import Redis

from ivr.agents.context import PARAMETERS_BYTES, context_of, parameters
from ivr.agents.directory import Agent
from ivr.agents.handover import handover_of
from ivr.agents.routing import Routing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import MASK, Call
from ivr.ports import OutsideError
from tests.agents.conftest import ANN, Alerts, Clock, attendant

SALES = Transfer("agent counter", "Jo, order 1 2 3, wants a refund.", {"intent": "refund"})
CALL = Call(
    "CA" + "a" * 32,
    line="+15035550100",
    caller="+15035550123",
    variables={"name": "Jo", "order": "000123", "card": "4111111111111111", "store": {"name": "Northwind", "lat": "1"}},
    secrets=("card",),
).said("caller", "my card is 4111111111111111")


def begun(transfers: Transfers, call: Call = CALL, turn: int = 7) -> str:
    transfer_id = transfers.begin(call, turn, SALES, 999.0)
    transfers.caller_waits(transfer_id)
    return transfer_id


def test_the_desk_knows_everything_before_any_phone_rings(
    transfers: Transfers, carrier: CannedCarrier, alerts: Alerts
) -> None:
    transfer_id = transfers.begin(CALL, 7, SALES, 999.0)
    assert carrier.rings == []
    assert alerts.told == [("desk", {"transfer": transfer_id, "call": CALL.id, "phase": "waiting"})]
    context = transfers.context(transfer_id)
    assert context is not None
    assert (context["caller"], context["line"], context["intent"]) == ("+15035550123", "+15035550100", "refund")
    assert context["brief"] == "Jo, order 1 2 3, wants a refund."
    assert context["collected"] == {"name": "Jo", "order": "000123", "card": MASK, "store": "Northwind"}
    assert context["transcript"][0]["text"] == f"my card is {MASK}"
    assert [one["id"] for one in transfers.waiting()] == [transfer_id]


def test_the_first_agent_rings_with_the_brief_once_the_caller_waits(
    transfers: Transfers, carrier: CannedCarrier
) -> None:
    transfer_id = begun(transfers)
    [ring] = carrier.rings
    assert (ring.to, ring.caller_id, ring.ring_s) == (ANN.address, CALL.line, 20.0)
    assert ring.url == f"https://ivr.example/agent/whisper/{transfer_id}/1"
    assert ring.status_url == f"https://ivr.example/agent/status/{transfer_id}/1"
    assert ring.parameters["intent"] == "refund"
    assert ring.parameters["brief"] == SALES.brief
    assert ring.parameters["card"] == MASK


def test_everything_said_twice_rings_once(transfers: Transfers, carrier: CannedCarrier, alerts: Alerts) -> None:
    first = begun(transfers)
    second = begun(transfers)
    assert first == second
    assert len(carrier.rings) == 1
    assert len({str(told) for topic, told in alerts.told if topic == "desk"}) == 2  # waiting, then ringing
    assert transfers.leg_answered(first, 1, carrier.rings[0].sid) is not None
    assert transfers.accepted(first, 1) == transfers.accepted(first, 1) is not None
    assert transfers.outcome(first) == transfers.outcome(first) == ("ann", "")
    assert transfers.waiting() == []


def test_a_declined_caller_goes_to_the_next_agent_and_then_back_with_the_reason(
    transfers: Transfers, carrier: CannedCarrier
) -> None:
    transfer_id = begun(transfers)
    transfers.declined(transfer_id, 1)
    transfers.leg_ended(transfer_id, 1, "completed")
    assert [ring.to for ring in carrier.rings] == ["client:ann", "sip:bob@example.com"]
    transfers.leg_ended(transfer_id, 2, "busy")
    assert carrier.redirects == [(CALL.id, f"https://ivr.example/voice/turn/{CALL.id}/7")]
    assert transfers.outcome(transfer_id) == ("", "declined")


def test_agents_whose_phones_cannot_be_rung_are_passed_over(transfers: Transfers, carrier: CannedCarrier) -> None:
    carrier.broken.update({"client:ann", "sip:bob@example.com"})
    transfer_id = begun(transfers)
    assert carrier.redirects != []
    assert transfers.outcome(transfer_id) == ("", "failed")


def test_a_caller_who_hangs_up_silences_the_phone_that_rings(transfers: Transfers, carrier: CannedCarrier) -> None:
    transfer_id = begun(transfers)
    transfers.left(transfer_id, CALL.id)
    assert carrier.hung_up == [carrier.rings[0].sid]
    assert transfers.leg_answered(transfer_id, 1) is None
    assert transfers.accepted(transfer_id, 1) is None
    assert transfers.waiting() == []


def test_the_caller_entering_the_room_starts_the_ringing_and_the_agent_entering_ends_it(
    transfers: Transfers, carrier: CannedCarrier
) -> None:
    transfer_id = transfers.begin(CALL, 7, SALES, 999.0)
    transfers.joined(transfer_id, CALL.id)
    transfers.accepted(transfer_id, 1)
    transfers.joined(transfer_id, carrier.rings[0].sid)
    context = transfers.context(transfer_id)
    assert context is not None
    assert (context["phase"], context["agent"]) == ("connected", "ann")


class DiesOnce(CannedCarrier):
    """A carrier whose first ring kills the process that asks for it."""

    def ring(self, *args: object, **keys: object) -> str:
        if not self.hung_up:
            self.hung_up.append("the process")
            raise KeyboardInterrupt
        return super().ring(*args, **keys)  # type: ignore[arg-type]


def test_a_ring_that_died_with_its_process_is_rung_by_another(redis: Redis, clock: Clock, alerts: Alerts) -> None:
    carrier = DiesOnce()
    transfers = Transfers(attendant(redis, carrier, clock, alerts), lambda to: [ANN])
    transfer_id = transfers.begin(CALL, 7, SALES, 999.0)
    with contextlib.suppress(KeyboardInterrupt):
        transfers.caller_waits(transfer_id)
    assert carrier.rings == []
    clock.at_s += 11
    Transfers(attendant(redis, carrier, clock, alerts), lambda to: [ANN]).look_after()
    assert [ring.url for ring in carrier.rings] == [f"https://ivr.example/agent/whisper/{transfer_id}/2"]
    assert transfers.leg_answered(transfer_id, 1) is None  # had the first one rung after all, it is refused
    assert transfers.leg_answered(transfer_id, 2) is not None


class WillNotRedirect(CannedCarrier):
    """A carrier that has a bad moment just when a caller is to be brought back."""

    def redirect(self, call_sid: str, url: str) -> None:
        if not self.texts:
            self.send_text("", "", "")
            raise OutsideError("busy, try again", retry=True)
        CannedCarrier.redirect(self, call_sid, url)


def test_a_caller_is_not_left_in_the_room_when_the_carrier_has_a_bad_moment(
    redis: Redis, clock: Clock, alerts: Alerts
) -> None:
    carrier = WillNotRedirect()
    transfers = Transfers(attendant(redis, carrier, clock, alerts), lambda to: [])
    begun(transfers)
    assert carrier.redirects == []
    clock.at_s += 6
    transfers.look_after()
    assert len(carrier.redirects) == 1


def test_an_agent_who_talks_is_not_rung_for_another_caller(transfers: Transfers, carrier: CannedCarrier) -> None:
    first = begun(transfers)
    transfers.accepted(first, 1)
    second = begun(transfers, Call("CA" + "b" * 32), 2)
    assert [ring.to for ring in carrier.rings] == ["client:ann", "sip:bob@example.com"]
    transfers.leg_ended(second, 2, "busy")
    assert transfers.outcome(second) == ("", "busy")
    transfers.outcome(first)
    begun(transfers, Call("CA" + "c" * 32), 2)
    assert carrier.rings[-1].to == "client:ann"


def test_a_number_outside_may_be_rung_for_many_callers_at_once(
    redis: Redis, carrier: CannedCarrier, clock: Clock, alerts: Alerts
) -> None:
    number = "+15035550199"
    transfers = Transfers(attendant(redis, carrier, clock, alerts), lambda to: [Agent(to, to, to)])
    for call in (Call("CA1"), Call("CA2")):
        transfers.caller_waits(transfers.begin(call, 1, Transfer(number, ""), 999.0))
    assert [ring.to for ring in carrier.rings] == [number, number]


def test_many_processes_hearing_of_one_caller_ring_one_phone(transfers: Transfers, carrier: CannedCarrier) -> None:
    transfer_id = transfers.begin(CALL, 7, SALES, 999.0)
    threads = [threading.Thread(target=transfers.caller_waits, args=(transfer_id,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(carrier.rings) == 1


def test_a_transfer_nobody_knows_fails_politely(transfers: Transfers) -> None:
    transfers.caller_waits("CAnone-1")
    transfers.leg_ended("CAnone-1", 1, "busy")
    transfers.joined("CAnone-1", "CAnone")
    assert transfers.accepted("CAnone-1", 1) is None
    assert transfers.outcome("CAnone-1") == ("", "failed")
    assert transfers.context("CAnone-1") is None


def test_what_goes_along_with_a_ring_stays_small_however_much_was_said() -> None:
    call = Call("CA1", variables={f"answer {number}": "é" * 40 for number in range(50)})
    told = handover_of(call, 1, Transfer("agent counter", "ü" * 5000), [], 0.0, transfer_id="CA1-1")
    sent = parameters(context_of(told, Routing(()), 0.0))
    assert sum(len(name.encode()) + len(value.encode()) for name, value in sent.items()) <= PARAMETERS_BYTES
    assert sent["call"] == "CA1"
    assert sent["brief"].startswith("üüü")
