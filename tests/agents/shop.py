"""A shop with two agents and a queue: a real floor on a real Redis, and a carrier that remembers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from ivr.agents.attendant import Attendant
from ivr.agents.floor.rules import Need, Queue
from ivr.agents.phones import Phones
from ivr.agents.staff import Staff
from ivr.agents.staffing import Staffing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
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


def lose_the_floor(redis: Redis) -> None:
    for key in redis.keys("ringdown:floor:*"):
        redis.delete(key)
