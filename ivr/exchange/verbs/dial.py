"""Dial: phones are rung, a room is joined, or a caller is taken from a queue; then the action or the next verb."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.exchange.callbacks import tell_anyway
from ivr.exchange.leg import HungUpError
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.twiml import Conference, Dial, Queue
from ivr.exchange.verbs.dial_conference import dial_conference
from ivr.exchange.verbs.dial_phones import DialResult, dial_phones
from ivr.exchange.verbs.dial_queue import dial_queue


async def dial(verb: Dial, stage: Stage) -> Outcome:
    """Without an action the next verb follows, whatever happened."""
    result = DialResult()
    try:
        match verb.targets:
            case (Conference() as room,):
                await dial_conference(verb, room, stage, result)
            case (Queue() as queue,):
                await dial_queue(verb, queue, stage, result)
            case _:
                await dial_phones(verb, stage, result)
    except HungUpError:
        if verb.action:
            tell_anyway(stage.plant, stage.leg, stage.goto(verb.action, verb.method, _params(result)))
        raise
    stage.note("dialled", status=result.status, bridged=result.bridged)
    return stage.goto(verb.action, verb.method, _params(result)) if verb.action else None


def _params(result: DialResult) -> Mapping[str, str]:
    params = {"DialCallStatus": result.status, "DialBridged": "true" if result.bridged else "false"}
    if result.call_sid:
        params["DialCallSid"] = result.call_sid
    if result.bridged:
        params["DialCallDuration"] = str(round(result.length_s))
    return params | result.more
