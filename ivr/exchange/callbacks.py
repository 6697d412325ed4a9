"""Telling the service what became of a call: status callbacks, in order, without holding anything up.

Where trouble is wanted they come late, so that later ones overtake them, and twice.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from email.utils import formatdate

from ivr.exchange.leg import Instruction, Leg
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import Refusal
from ivr.exchange.trouble import sendings

_EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}


def call_params(leg: Leg) -> dict[str, str]:
    """What every voice webhook carries."""
    params = {
        "CallSid": leg.sid,
        "AccountSid": leg.account_sid,
        "From": leg.from_,
        "To": leg.to,
        "Caller": leg.from_,
        "Called": leg.to,
        "CallStatus": leg.status,
        "ApiVersion": "2010-04-01",
        "Direction": leg.direction,
    }
    if leg.parent_sid:
        params["ParentCallSid"] = leg.parent_sid
    return params


class Callback:
    """Posts to one URL, one after the other; failures are noted and forgotten (best effort)."""

    def __init__(self, plant: Plant, url: str, method: str) -> None:
        self._plant, self._url, self._method = plant, url, method
        self._turn = asyncio.Lock()
        self._number = 0
        self._chance = plant.trouble.chance("callback", plant.numbered())

    def tell(self, call_sid: str, params: Mapping[str, str]) -> None:
        """Send ``params`` with their place in the sequence and the time."""
        number, self._number = str(self._number), self._number + 1
        at = formatdate(self._plant.clock.epoch_s, usegmt=True)
        self.tell_plainly(call_sid, {**params, "SequenceNumber": number, "Timestamp": at})

    def tell_plainly(self, call_sid: str, params: Mapping[str, str]) -> None:
        """Send ``params`` and nothing else."""
        if not self._url:
            return
        token = str(uuid.uuid4())  # one for both when it is sent twice: that is how the service can tell
        for late_s in sendings(self._plant.trouble, self._chance):
            self._plant.spawn(
                self._late(call_sid, params, token, late_s) if late_s else self._send(call_sid, params, token)
            )

    async def _late(self, call_sid: str, params: Mapping[str, str], token: str, late_s: float) -> None:
        await self._plant.clock.sleep(late_s)
        await self._ask(call_sid, params, token)

    async def _send(self, call_sid: str, params: Mapping[str, str], token: str) -> None:
        # the clock is held while waiting for the turn too: a fast clock must not outrun callbacks
        with nullcontext() if self._plant.trouble.slow_s else self._plant.clock.busy():
            async with self._turn:
                await self._ask(call_sid, params, token)

    async def _ask(self, call_sid: str, params: Mapping[str, str], token: str) -> None:
        try:
            await self._plant.webhooks.ask(self._url, self._method, params, {}, token)
        except Refusal as refusal:
            self._plant.timeline.note(call_sid, "error", number=refusal.number, message=f"callback: {refusal.message}")


def follow(plant: Plant, leg: Leg, url: str, method: str, events: tuple[str, ...]) -> None:
    """Call ``url`` back when ``leg`` reaches one of ``events`` (initiated ringing answered completed)."""
    if not url:
        return
    callback = Callback(plant, url, method)

    def tell(leg: Leg) -> None:
        if _EVENT_OF.get(leg.status, "completed") not in events:
            return
        params = {**call_params(leg), "CallbackSource": "call-progress-events"}
        if leg.over:
            length = str(round(leg.duration_s))
            params |= {"CallDuration": length, "Duration": str(-(-round(leg.duration_s) // 60))}
        callback.tell(leg.sid, params)

    leg.on_status.append(tell)
    if not leg.over:
        tell(leg)


def tell_anyway(plant: Plant, leg: Leg, told: Instruction) -> None:
    """Ask an action of a call that is over: the service learns how it ended, its answer is not executed."""
    plant.spawn(_tell_anyway(plant, leg, told))


async def _tell_anyway(plant: Plant, leg: Leg, told: Instruction) -> None:
    try:
        await plant.webhooks.ask(told.url, told.method, call_params(leg), told.params)
    except Refusal as refusal:
        plant.refused(leg, refusal)
