"""Dial Queue: take the caller who has waited longest."""

from __future__ import annotations

from ivr.exchange.bridging import Bridge
from ivr.exchange.queues import find_queue
from ivr.exchange.sounds import ringing
from ivr.exchange.stage import Stage
from ivr.exchange.twiml import Dial, Queue
from ivr.exchange.verbs.dial_phones import DialResult
from ivr.exchange.waiting_queue import Taken, Waiting


async def dial_queue(verb: Dial, target: Queue, stage: Stage, result: DialResult) -> None:
    """Wait for somebody to come (at most the time-out), have them told, join them."""
    stage.leg.start()
    waiting = await _next(verb, target, stage)
    if waiting is None:
        result.status = "no-answer"
        return
    result.call_sid = waiting.leg.sid
    url = stage.resolve(target.url) if target.url else ""
    queue = find_queue(stage.plant, target.name)
    if queue:
        queue.take(waiting, Taken("bridged", by=stage.leg, url=url, method=target.method))
    try:
        with stage.leg.sounding(ringing()):
            await stage.leg.until(waiting.ready, waiting.leg.interruption)
        if waiting.leg.over or not waiting.ready.done():
            result.status = "no-answer"
            return
        result.bridged, result.status, begun_s = True, "completed", stage.plant.clock.now_s
        bridge = Bridge(
            stage.plant, stage.leg, waiting.leg, hangup_on_star=verb.hangup_on_star, limit_s=verb.time_limit_s
        )
        try:
            await bridge.hold()
        finally:
            result.length_s = stage.plant.clock.now_s - begun_s
    finally:
        if not waiting.over.done():
            waiting.over.set_result(None)


async def _next(verb: Dial, target: Queue, stage: Stage) -> Waiting | None:
    queue = find_queue(stage.plant, target.name)
    if queue is None:
        return None
    if not queue.waiting:
        with stage.leg.sounding(ringing()):
            await stage.leg.until(queue.arrival(), timeout_s=verb.timeout_s)
    return queue.waiting[0] if queue.waiting else None
