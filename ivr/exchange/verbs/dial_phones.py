"""Dial Number, Client, Sip: all are rung at once, the first to answer wins, hears the whisper and is joined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from ivr.exchange import recorder
from ivr.exchange.alongside import alongside
from ivr.exchange.answered_by import find_out_beside
from ivr.exchange.bridging import Bridge, recorded, release
from ivr.exchange.callbacks import follow
from ivr.exchange.leg import HungUpError, Instruction, Leg, RedirectedError
from ivr.exchange.recorder import Announce
from ivr.exchange.refusals import Refusal
from ivr.exchange.ringing import new_leg, ring
from ivr.exchange.sounds import Tape, key_tone, ringing
from ivr.exchange.stage import End, Stage
from ivr.exchange.twiml import Client, Dial, Number, Sip


@dataclass(slots=True)
class DialResult:
    """What the action is told."""

    status: str = "canceled"
    call_sid: str = ""
    bridged: bool = False
    length_s: float = 0.0
    more: dict[str, str] = field(default_factory=dict)


async def dial_phones(verb: Dial, stage: Stage, result: DialResult) -> None:
    """Ring, whisper, join; ``result`` is kept up to date so that it counts even when the caller hangs up."""
    callees: dict[Leg, Number | Client | Sip] = {}
    try:
        with ExitStack() as ringback:
            if stage.leg.talking:
                ringback.enter_context(stage.leg.sounding(ringing()))
            winner = await _somebody(verb, stage, callees)
            if winner is None:
                result.status = _common_status(list(callees))
                result.call_sid = next(iter(callees)).sid
                return
            result.call_sid = winner.sid
            _find_out(callees[winner], stage, winner)
            accepted = await _whisper(callees[winner], stage, winner)
        if not accepted:
            result.status = "no-answer"
            return
        await _talk(verb, stage, winner, result)
    finally:
        for leg in callees:
            release(stage.plant, leg)


def _leg(verb: Dial, target: Number | Client | Sip, stage: Stage) -> Leg:
    to, parameters = _address(target)
    leg = new_leg(
        stage.plant,
        to=to,
        from_=verb.caller_id or stage.leg.from_,
        direction="outbound-dial",
        parent_sid=stage.leg.sid,
        parameters=parameters,
    )
    url = stage.resolve(target.status_callback) if target.status_callback else ""
    follow(stage.plant, leg, url, target.status_callback_method, target.status_callback_event)
    return leg


def _address(target: Number | Client | Sip) -> tuple[str, Mapping[str, str]]:
    match target:
        case Number():
            return target.number, {}
        case Client():
            return f"client:{target.identity}", target.parameters
        case _:
            return target.uri if target.uri.startswith("sip") else f"sip:{target.uri}", {}


async def _somebody(verb: Dial, stage: Stage, callees: dict[Leg, Number | Client | Sip]) -> Leg | None:
    """Ring all, at once or one after the other; ``callees`` are those who have been rung."""
    phones = [target for target in verb.targets if isinstance(target, Number | Client | Sip)]
    for together in [[one] for one in phones] if verb.sequential else [phones]:
        rung = {_leg(verb, target, stage): target for target in together}
        callees |= rung
        winner = await _first_to_answer(verb, stage, list(rung))
        if winner is not None:
            return winner
    return None


async def _first_to_answer(verb: Dial, stage: Stage, legs: list[Leg]) -> Leg | None:
    """Everybody else is cancelled."""
    rings = {asyncio.create_task(ring(stage.plant, leg, verb.timeout_s)): leg for leg in legs}
    waiting = set(rings)
    try:
        while waiting:
            await stage.leg.until(*waiting)
            for task in [task for task in waiting if task.done()]:
                waiting.discard(task)
                if task.result():
                    return rings[task]
        return None
    finally:
        for task in waiting:
            task.cancel()
            rings[task].end("canceled")


def _common_status(legs: list[Leg]) -> str:
    """The status of a dial that failed: the best any callee did."""
    statuses = {leg.status for leg in legs}
    for status in ("busy", "no-answer", "canceled"):
        if status in statuses:
            return status
    return "failed"


def _find_out(target: Number | Client | Sip, stage: Stage, callee: Leg) -> None:
    """Who answered is found out while the call goes on; the carrier never waits for it here."""
    if not isinstance(target, Client) and target.detection is not None:
        url = stage.resolve(target.detection.url) if target.detection.url else ""
        find_out_beside(stage.plant, callee, replace(target.detection, url=url))


async def _whisper(target: Number | Client | Sip, stage: Stage, callee: Leg) -> bool:
    """The callee's document; False when the callee does not want the call (or hangs up)."""
    async with alongside(_brief(target, stage, callee)) as briefing:
        await stage.leg.until(briefing)
    accepted = briefing.result()
    if not accepted:
        stage.note("declined", other=callee.sid)
    return accepted


async def _brief(target: Number | Client | Sip, stage: Stage, callee: Leg) -> bool:
    try:
        if isinstance(target, Number) and target.send_digits:
            tones = Tape(b"".join(key_tone(key) for key in target.send_digits))
            with callee.sounding(tones):
                await callee.until(tones.finished)
        if not target.url:
            return True
        document = Instruction(stage.resolve(target.url), target.method)
        return await stage.run_documents(stage.plant, callee, document, "whisper") is End.FINISHED
    except (HungUpError, RedirectedError, Refusal):
        return False


async def _talk(verb: Dial, stage: Stage, callee: Leg, result: DialResult) -> None:
    leg, plant = stage.leg, stage.plant
    leg.start()  # answerOnBridge: now the caller is answered too
    result.bridged, result.status, begun_s = True, "completed", plant.clock.now_s
    callback = stage.resolve(verb.recording_status_callback) if verb.recording_status_callback else ""
    announce = Announce(callback, verb.recording_status_callback_method, verb.recording_status_callback_event)
    bridge = Bridge(plant, leg, callee, hangup_on_star=verb.hangup_on_star, limit_s=verb.time_limit_s)
    try:
        with recorded(plant, leg, callee, verb.record, announce) as recording:
            if recording:
                result.more["RecordingSid"] = recording.sid
                result.more["RecordingUrl"] = recorder.recording_url(plant, recording)
            await bridge.hold()
    finally:
        result.length_s = plant.clock.now_s - begun_s
