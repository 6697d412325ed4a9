"""Asks the carrier after telephones that have been quiet: the word that somebody hung up may have reached nobody.

The carrier tells the end of a call once. When every process was away in that moment the call would stand here for
hours, its caller would keep a place in line, and an agent would be kept from everybody else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from redis import Redis

from ivr.agents.called import Called
from ivr.agents.direct import ENDED
from ivr.agents.kept import reached
from ivr.agents.legs import LIVE
from ivr.agents.routing import Routing
from ivr.agents.transfers import Transfers
from ivr.ports import Agents, CarrierCalls
from ivr.runtime import Runtime

log = logging.getLogger(__name__)

ROUND_S = 60.0
"""How often somebody looks who has been quiet: one process for all."""
QUIET_S = 60.0
"""A telephone of which nothing was heard for so long is asked after."""
AGAIN_S = 300
"""Not more often than this: a conversation with an agent is quiet for as long as it lasts."""
MOST = 100
"""In one round. The carrier allows some hundred requests at a time, and callers come first."""


def call_is_over(runtime: Runtime, agents: Agents, call_id: str) -> None:
    """The caller's telephone is down, whoever tells it. Repeats are harmless."""
    session = runtime.get(call_id)
    if session is None:
        return
    runtime.hang_up(call_id)
    if session.notes.get("transfer"):
        agents.caller_left(session.notes["transfer"])


@dataclass(frozen=True, slots=True)
class _Telephone:
    """A call at the carrier, and whom its end is told."""

    sid: str
    ended: Callable[[str], None]


class RollCall:
    """Who is still there? Each telephone is asked after by one process."""

    def __init__(
        self,
        redis: Redis,
        runtime: Runtime,
        transfers: Transfers,
        called: Called,
        carrier: CarrierCalls,
        now: Callable[[], float],
    ) -> None:
        self._redis = redis
        self._runtime = runtime
        self._transfers = transfers
        self._called = called
        self._carrier = carrier
        self._now = now

    def look_after(self) -> int:
        """Ask after who has been quiet, and tell whose call is over; how many were. To be called every few seconds.

        Raises:
            OutsideError: Redis or the carrier cannot be reached; nobody is taken for gone because of that.
        """
        if not self._is_first("round", int(ROUND_S)):
            return 0
        asked = ended = 0
        for telephone in self._quiet():
            if asked == MOST:
                break
            if not self._is_first(telephone.sid, AGAIN_S):
                continue
            asked += 1
            status = self._carrier.status(telephone.sid)
            if status in ENDED:
                log.warning("call %s is %s by the carrier's word, and nobody had told us", telephone.sid, status)
                telephone.ended(status)
                ended += 1
        return ended

    def _is_first(self, what: str, within_s: int) -> bool:
        with reached():
            return bool(self._redis.set(f"ringdown:roll-call:{what}", 1, nx=True, ex=within_s))

    def _quiet(self) -> Iterator[_Telephone]:
        before_s = self._now() - QUIET_S
        for call_id in self._runtime.sessions.live():
            session = self._runtime.get(call_id)
            if session is not None and session.call.now_s < before_s:
                yield _Telephone(call_id, partial(self._caller_gone, call_id))
        shelf = self._transfers.shelf
        for transfer_id in shelf.opened():
            yield from self._legs(transfer_id, shelf.routing(transfer_id), before_s)

    def _legs(self, transfer_id: str, account: Routing, before_s: float) -> Iterator[_Telephone]:
        """The telephones of agents, and that of a person who was called back."""
        for number, leg in enumerate(account.legs, start=1):
            if leg.sid and leg.status in {*LIVE, "accepted"} and leg.rang_s < before_s:
                told = partial(self._transfers.leg_ended, transfer_id, leg.ring or number, sid=leg.sid)
                yield _Telephone(leg.sid, told)
        if account.called and account.phase != "over" and account.since_s < before_s:
            yield _Telephone(account.called, partial(self._called.ended, transfer_id, sid=account.called))

    def _caller_gone(self, call_id: str, status: str) -> None:
        del status
        call_is_over(self._runtime, self._transfers, call_id)
