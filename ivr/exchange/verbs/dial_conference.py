"""Dial Conference: the leg sits in a room."""

from __future__ import annotations

import asyncio
from typing import Any

from ivr.exchange.alongside import alongside
from ivr.exchange.callbacks import Callback
from ivr.exchange.conference import Participant
from ivr.exchange.leg import Instruction
from ivr.exchange.rooms import open_room, take_part
from ivr.exchange.stage import Stage
from ivr.exchange.twiml import Conference, Dial
from ivr.exchange.verbs.dial_phones import DialResult


async def dial_conference(verb: Dial, target: Conference, stage: Stage, result: DialResult) -> None:
    """Until the room ends, the participant is put out, ``*`` or the limit."""
    stage.leg.start()
    url = stage.resolve(target.status_callback) if target.status_callback else ""
    callback = Callback(stage.plant, url, target.status_callback_method)
    room = open_room(stage.plant, target.name, callback, target.status_callback_event)
    if len(room.participants) >= target.max_participants:
        stage.note("room full", room=target.name)
        result.status = "failed"
        return
    participant = Participant(
        stage.leg,
        label=target.label,
        muted=target.muted,
        coaching=bool(target.coach),
        call_sid_to_coach=target.coach,
        start_on_enter=target.start_on_enter,
        end_on_exit=target.end_on_exit,
        beep=target.beep,
    )
    result.status, result.bridged, begun_s = "answered", True, stage.plant.clock.now_s
    star: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def key(pressed: str) -> None:
        if pressed == "*" and verb.hangup_on_star and not star.done():
            star.set_result(None)

    try:
        with stage.leg.listening(keys=key):
            async with alongside(take_part(stage, room, participant, wait_for(stage, target))) as sitting:
                await stage.leg.until(sitting, star, timeout_s=verb.time_limit_s)
    finally:
        result.length_s = stage.plant.clock.now_s - begun_s


def wait_for(stage: Stage, target: Conference) -> Instruction | None:
    """What is heard before the room opens: None is the carrier's music, an empty URL silence."""
    if target.wait_url is None:
        return None
    return Instruction(stage.resolve(target.wait_url) if target.wait_url else "", target.wait_method)
