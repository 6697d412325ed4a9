"""What the carrier is asked for during a transfer: ring an agent, hang up, fetch the caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from ivr.agents.context import Context, parameters
from ivr.agents.handover import Handover
from ivr.ports import CarrierCalls, OutsideError

CALL_BACK_S = 30.0
"""How long the telephone of somebody who is called back rings: a voicemail would answer soon after."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phones:
    """The carrier, and where it finds us."""

    carrier: CarrierCalls
    public_url: str
    refusal: Callable[[str], str] = lambda number: ""
    """Why a number outside may not be called; empty when it may."""

    def ring(self, context: Context, address: str, attempt: int, ring_s: float) -> str:
        """Ring an agent, who is told what it is about when they answer; returns the call's sid.

        Raises:
            OutsideError: the phone cannot be rung.
        """
        handover = context.handover
        where = f"{quote(handover.id, safe='')}/{attempt}"
        return self.carrier.ring(
            to=address,
            caller_id=handover.line,
            url=f"{self.public_url}/agent/whisper/{where}",
            status_url=f"{self.public_url}/agent/status/{where}",
            ring_s=ring_s,
            parameters=parameters(context),
        )

    def call_back(self, handover: Handover) -> str:
        """Call the person who is to be called back; returns the call's sid.

        Raises:
            OutsideError: they cannot be called.
        """
        if refusal := self.refusal(handover.caller):
            raise OutsideError(refusal, retry=False)
        where = quote(handover.id, safe="")
        return self.carrier.ring(
            to=handover.caller,
            caller_id=handover.line,
            url=f"{self.public_url}/agent/called/{where}",
            status_url=f"{self.public_url}/agent/called-status/{where}",
            ring_s=CALL_BACK_S,
            parameters={},
        )

    def fetch_called(self, handover: Handover, sid: str) -> bool:
        """Have the call to somebody who was called back ask how to go on; False when it is over."""
        url = f"{self.public_url}/agent/called-wait/{quote(handover.id, safe='')}"
        try:
            self.carrier.redirect(sid, url)
        except OutsideError as error:
            log.warning("%s: who was called back could not be fetched: %s", handover.id, error)
            return error.retry
        return True

    def hang_up(self, sid: str) -> None:
        """End a leg, if it is known; one that is not ended is refused when it answers."""
        if not sid:
            return
        try:
            self.carrier.hang_up(sid)
        except OutsideError as error:
            log.warning("an agent's leg could not be ended: %s", error)

    def fetch_caller(self, handover: Handover, path: str = "turn") -> bool:
        """Have the caller's call ask how to go on; False when there is no such call any more."""
        url = f"{self.public_url}/voice/{path}/{quote(handover.call, safe='')}/{handover.turn}"
        try:
            self.carrier.redirect(handover.call, url)
        except OutsideError as error:
            log.warning("transfer %s: the caller could not be fetched: %s", handover.id, error)
            return error.retry
        return True
