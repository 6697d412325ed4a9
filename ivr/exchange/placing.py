"""A call the service places: the phone rings, keys are sent, it is found out who answered, the document runs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ivr.exchange.answered_by import find_out, find_out_beside
from ivr.exchange.executor import serve
from ivr.exchange.leg import HungUpError, Instruction, Leg, RedirectedError
from ivr.exchange.machine import Detection
from ivr.exchange.plant import Plant
from ivr.exchange.ringing import ring
from ivr.exchange.sounds import Tape, key_tone


async def call_out(
    plant: Plant, leg: Leg, timeout_s: float, send_digits: str, detection: Detection | None, instruction: Instruction
) -> None:
    """From ringing to the end of the call."""
    if not await ring(plant, leg, timeout_s):
        return
    try:
        instruction = await _begin(plant, leg, send_digits, detection, instruction)
    except HungUpError:
        return
    except RedirectedError as redirected:
        leg.resume()
        instruction = redirected.instruction
    await serve(plant, leg, instruction)


def limit(plant: Plant, leg: Leg, limit_s: float | None) -> None:
    """The call ends so many seconds after it was answered, whatever it is at; None leaves it to itself."""
    if limit_s is None:
        return
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def watch(leg: Leg) -> None:
        if leg.talking:
            plant.spawn(_end_in_time(plant, leg, limit_s, over))
        elif leg.over and not over.done():
            over.set_result(None)

    leg.on_status.append(watch)


async def _end_in_time(plant: Plant, leg: Leg, limit_s: float, over: asyncio.Future[None]) -> None:
    if not await plant.clock.within(limit_s, over):
        plant.timeline.note(leg.sid, "time is up", limit_s=limit_s)
        leg.end()


async def _begin(
    plant: Plant, leg: Leg, send_digits: str, detection: Detection | None, instruction: Instruction
) -> Instruction:
    """What comes before the document. Where keys are sent the carrier does not ask who answered."""
    if send_digits:
        tones = Tape(b"".join(key_tone(key) for key in send_digits))
        with leg.sounding(tones):
            await leg.until(tones.finished)
        return instruction
    if detection is None:
        return instruction
    if detection.in_background:
        find_out_beside(plant, leg, detection)
        return instruction
    return replace(instruction, params={**instruction.params, **await find_out(plant, leg, detection)})
