"""A shop that calls people back."""

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
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.ports import InLine
from ivr.records import Database
from ivr.records.callbacks import SqlCallbacks
from tests.agents.conftest import Clock
from tests.agents.shop import Shop
from tests.conftest import opened_with_tables

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
    database = opened_with_tables(tmp_path / "records.db")
    yield database
    database.close()


@pytest.fixture
def shop(redis: Redis, carrier: CannedCarrier, clock: Clock, database: Database) -> CallingShop:
    return CallingShop(redis, carrier, clock, database)


def caller_first(shop: CallingShop, **rules: object) -> str:
    """Somebody who is called before an agent is rung; returns the sid of the call to them."""
    shop.only("ann", "bob", callback_first="caller", callback_attempts=2, callback_again_s=300.0, **rules)
    shop.later(0)
    shop.callbacks.asked({"queue": "sales", "number": CALLER, "brief": "", "line": "", "call": "CA1"})
    assert shop.carrier.rings[-1].to == CALLER
    return shop.carrier.rings[-1].sid
