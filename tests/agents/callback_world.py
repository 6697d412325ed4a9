"""Callers, agents and the people who are called back, and processes that die at any moment between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from redis import Redis
from sqlalchemy import delete

from ivr.agents.attendant import Attendant
from ivr.agents.callbacks import Callbacks
from ivr.agents.called import Called
from ivr.agents.floor.people import Place
from ivr.agents.floor.state import Floor
from ivr.agents.legs import Leg
from ivr.agents.phones import Phones
from ivr.agents.staffing import Staffing
from ivr.agents.transfers import Transfers
from ivr.channels.carriers.canned import CannedCarrier
from ivr.flows.actions import Transfer
from ivr.flows.call import Call
from ivr.records import Database
from ivr.records.callbacks import CallbackRow, SqlCallbacks
from tests.agents.conftest import ANN, BOB, SALES, URL, Clock

ATTEMPTS = 2
NOW_S = 1_000.0


class DeadError(BaseException):
    """The process is gone; nothing of it catches this."""


@dataclass
class Fuse:
    """Kills the process when it has touched the outside so often; 0 never does."""

    left: int = 0

    def burn(self) -> None:
        if self.left:
            self.left -= 1
            if not self.left:
                raise DeadError


@dataclass(slots=True)
class MortalCarrier(CannedCarrier):
    """The carrier; the process that asks it may die just before, or just after."""

    fuse: Fuse = field(default_factory=Fuse)

    def ring(
        self, to: str, caller_id: str, url: str, status_url: str, ring_s: float, parameters: Mapping[str, str]
    ) -> str:
        self.fuse.burn()
        sid = CannedCarrier.ring(self, to, caller_id, url, status_url, ring_s, parameters)
        self.fuse.burn()
        return sid

    def redirect(self, call_sid: str, url: str) -> None:
        self.fuse.burn()

    def hang_up(self, call_sid: str) -> None:
        self.fuse.burn()


@dataclass
class World:
    """A queue with two agents. Redis, database and carrier outlive the processes."""

    redis: Redis
    database: Database
    first: str
    clock: Clock = field(default_factory=Clock)
    fuse: Fuse = field(default_factory=Fuse)
    spoken: Counter[str] = field(default_factory=Counter)
    rang: set[str] = field(default_factory=set)
    hung_up: set[str] = field(default_factory=set)
    count: int = 0
    waiting: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.redis.flushall()
        with self.database.session() as session:
            session.execute(delete(CallbackRow))
        self.carrier = MortalCarrier(fuse=self.fuse)
        rules = replace(SALES, callback_first=self.first, callback_attempts=ATTEMPTS, callback_again_s=300.0)
        self.staffing = Staffing((ANN, BOB), (rules,), offer_callback_s={"sales": 0.0})
        self.begin()

    def begin(self) -> None:
        """A process begins; the one before may be dead."""
        self.fuse.left = 0
        self.attendant = Attendant(
            self.redis, Phones(self.carrier, URL), lambda: self.staffing, self._alert, self.clock
        )
        self.callbacks = Callbacks(self.attendant, SqlCallbacks(self._connected))
        self.transfers = Transfers(self.attendant, lambda to: [], self.callbacks)
        self.called = Called(self.attendant, self.callbacks)

    def _alert(self, topic: str, data: Any) -> None:
        self.fuse.burn()

    def _connected(self) -> Database:
        self.fuse.burn()
        return self.database

    # --- what happens ---

    def happens(self, what: str, which: int, fuse: int) -> None:
        """One thing; with a ``fuse`` the process dies in the middle of it, or soon after."""
        self.fuse.left = fuse
        try:
            getattr(self, what)(which)
        except DeadError:
            self.begin()
        self.fuse.left = 0

    def _number(self, which: int) -> str:
        return f"+1503555010{which % 3}"

    def _new_call(self) -> str:
        self.count += 1
        return f"CA{self.count:032x}"

    def caller_waits(self, which: int) -> None:
        call = Call(self._new_call(), line="+15035550100", caller=self._number(which))
        self.rang.add(call.caller)
        self.waiting[f"{call.id}-1"] = call.caller
        transfer_id = self.transfers.begin(call, 1, Transfer("queue sales", ""), self.clock())
        self.transfers.wait(transfer_id)

    def caller_wants_it(self, which: int) -> None:
        if self.waiting:
            transfer_id = sorted(self.waiting)[which % len(self.waiting)]
            self.transfers.caller_left(transfer_id, "callback")
            del self.waiting[transfer_id]

    def caller_hangs_up(self, which: int) -> None:
        if self.waiting:
            transfer_id = sorted(self.waiting)[which % len(self.waiting)]
            del self.waiting[transfer_id]
            self.transfers.caller_left(transfer_id)

    def asked(self, which: int, later_s: float = 0.0) -> None:
        args = {"queue": "sales", "number": self._number(which), "line": "+15035550100", "brief": ""}
        self.callbacks.asked({**args, "call": self._new_call(), "at_s": self.clock() + later_s})

    def asked_for_later(self, which: int) -> None:
        self.asked(which, 400.0)

    def agent_accepts(self, which: int) -> None:
        for place, leg in self._rung(which):
            if self.transfers.leg_answered(place, leg.ring, leg.sid) and self.transfers.accepted(place, leg.ring):
                self.transfers.joined(place, leg.sid)
                self._joins(place)

    def agent_misses(self, which: int) -> None:
        for place, leg in self._rung(which):
            self.transfers.leg_ended(place, leg.ring, "no-answer", leg.sid)

    def agent_declines(self, which: int) -> None:
        for place, leg in self._rung(which):
            self.transfers.declined(place, leg.ring)

    def person_answers(self, which: int) -> None:
        for place in self._places("calling")[:1]:
            for _ in range(1 + which % 2):  # some things are told twice
                self.called.answered(place.id, self._sid_of(place.id))
            self._joins(place.id)

    def person_does_not(self, which: int) -> None:
        for place in self._places("calling")[:1]:
            for _ in range(1 + which % 2):
                self.called.ended(place.id, "no-answer", self._sid_of(place.id))

    def person_hangs_up(self, which: int) -> None:
        for place in self._on_line():
            self.hung_up.add(place.id)
            self.called.ended(place.id, "completed", self._sid_of(place.id))

    def call_ends(self, which: int) -> None:
        for place in self._places("talking")[:1]:
            for leg in self._legs(place.id, "accepted"):
                for _ in range(1 + which % 2):
                    self.transfers.leg_ended(place.id, leg.ring, "completed", leg.sid)

    def time_passes(self, which: int) -> None:
        self._pass((5.0, 60.0, 301.0)[which % 3])

    def _pass(self, seconds: float) -> None:
        """Nobody on the line asks how to go on meanwhile, as if they had hung up without a word."""
        self.hung_up |= {place.id for place in self._on_line()}
        self.clock.at_s += seconds
        self.transfers.look_after()

    def process_restarts(self, which: int) -> None:
        self.begin()

    def redis_is_lost(self, which: int) -> None:
        self.fuse.left = 0
        self.transfers.look_after()  # it is lost, but not in the seconds after a process has died
        self.redis.flushall()
        self.waiting.clear()
        self.begin()

    # --- what is there ---

    def _places(self, *states: str) -> list[Place]:
        def see(floor: Floor) -> list[Place]:
            return sorted((one for one in floor.places.values() if one.state in states), key=lambda one: one.entry)

        return self.attendant.look(see)

    def _on_line(self) -> list[Place]:
        """Who was called, has answered and waits for an agent."""
        places = self._places("waiting", "ringing")
        return [place for place in places if place.id.startswith("back-") and not place.is_callback]

    def _legs(self, place: str, *statuses: str) -> list[Leg]:
        return [leg for leg in self.attendant.shelf.routing(place).legs if leg.status in statuses]

    def _rung(self, which: int) -> list[tuple[str, Leg]]:
        """The ring of one agent who is asked."""
        places = self._places("ringing")
        place = places[which % len(places)] if places else None
        return [(place.id, leg) for leg in self._legs(place.id, "asked", "ringing")[-1:]] if place else []

    def _sid_of(self, promise: str) -> str:
        """Of the last call to a person: the carrier knows it, whoever died."""
        sids = [ring.sid for ring in self.carrier.rings if ring.url == f"{URL}/agent/called/{promise}"]
        return sids[-1] if sids else ""

    def _joins(self, place: str) -> None:
        """Whoever is to be in the room by now goes there."""
        is_promise = place.startswith("back-")
        sid = self._sid_of(place) if is_promise else place.partition("-")[0]
        line = self.called.goes_on(place, sid) if is_promise else self.transfers.wait(place)
        if line.way == "room":
            was = self.attendant.shelf.routing(place).phase
            self.transfers.joined(place, sid)
            for leg in self._legs(place, "accepted"):
                self.transfers.joined(place, leg.sid)
            if was != "connected" and self.attendant.shelf.routing(place).phase == "connected":
                self.spoken[place] += 1
            self.waiting.pop(place, None)

    def everything_goes_well(self) -> None:
        """From now on nobody dies, agents accept and people answer."""
        self.begin()
        for _ in range(60):
            for _ in range(2):
                self.person_answers(0)
                self.agent_accepts(0)
            self.call_ends(0)
            self._pass(60.0)
            if not self.callbacks.promises.open():
                return
        for _ in range(2):
            self._pass(4 * 3600.0)
