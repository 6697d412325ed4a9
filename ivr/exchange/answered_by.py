"""Finding out who answered a call, before its document runs or beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from ivr.exchange.callbacks import Callback
from ivr.exchange.leg import Leg
from ivr.exchange.machine import Detection, Listener
from ivr.exchange.plant import Plant
from ivr.exchange.refusals import NO_AMD_CALLBACK


async def find_out(plant: Plant, leg: Leg, detection: Detection) -> dict[str, str]:
    """Listen until it is known who answered: what the call's own document is asked with.

    Raises:
        HungUpError, RedirectedError: as all waiting on a leg.
    """
    listener, known = Listener(detection), _future()
    with leg.listening(sound=_until_known(listener, known)):
        await leg.until(known)
    return _noted(plant, leg, listener)


def find_out_beside(plant: Plant, leg: Leg, detection: Detection) -> None:
    """Listen while the call goes on; the service is called back."""
    if not detection.url:
        message = "no URL was given for the result of the answering machine detection"
        plant.timeline.note(leg.sid, "warning", number=NO_AMD_CALLBACK, message=message)
    plant.spawn(_beside(plant, leg, detection, Callback(plant, detection.url, detection.method)))


async def _beside(plant: Plant, leg: Leg, detection: Detection, callback: Callback) -> None:
    listener, known = Listener(detection), _future()

    def gone(leg: Leg) -> None:
        if leg.over and not known.done():
            known.set_result(None)

    leg.on_status.append(gone)
    with leg.listening(sound=_until_known(listener, known)):
        await known
    told = _noted(plant, leg, listener)
    callback.tell_plainly(leg.sid, {"CallSid": leg.sid, "AccountSid": leg.account_sid, **told})


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


def _until_known(listener: Listener, known: asyncio.Future[Any]) -> Callable[[bytes], None]:
    def hear(frame: bytes) -> None:
        listener.hear(frame)
        if listener.result and not known.done():
            known.set_result(None)

    return hear


def _noted(plant: Plant, leg: Leg, listener: Listener) -> dict[str, str]:
    leg.answered_by = listener.result or "unknown"  # hung up before anything could be known
    plant.timeline.note(leg.sid, "answered by", who=leg.answered_by, after_s=round(listener.heard_s, 2))
    return {"AnsweredBy": leg.answered_by, "MachineDetectionDuration": str(round(listener.heard_s * 1000))}
