"""Record: the caller's voice until silence, a key, the limit or the end of the call."""

from __future__ import annotations

import asyncio
from typing import Any

from ivr.audio import beep, trimmed
from ivr.exchange import recorder
from ivr.exchange.callbacks import tell_anyway
from ivr.exchange.clock import TICK_S
from ivr.exchange.recorder import Announce
from ivr.exchange.recordings import RecordingInfo, Tape
from ivr.exchange.sounds import Tape as Prompt
from ivr.exchange.sounds import is_loud
from ivr.exchange.stage import Outcome, Stage
from ivr.exchange.twiml import Record


class _Recording:
    """Listens to one caller; ``ended`` is done with the reason: silence, limit, or the key pressed."""

    def __init__(self, verb: Record) -> None:
        self._verb = verb
        self.tape = Tape(verb.max_length_s)
        self.anything = False
        self.ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._quiet_ticks = 0

    def sound(self, frame: bytes) -> None:
        self.tape.add(frame)
        if is_loud(frame):
            self.anything, self._quiet_ticks = True, 0
        else:
            self._quiet_ticks += 1
        if self.tape.full or (self._verb.timeout_s and self._quiet_ticks * TICK_S >= self._verb.timeout_s):
            self._end("")

    def key(self, key: str) -> None:
        if key in self._verb.finish_on_key:
            self._end(key)

    def _end(self, key: str) -> None:
        if not self.ended.done():
            self.ended.set_result(key)

    @property
    def pcm(self) -> bytes:
        return trimmed(self.tape.pcm) if self._verb.trim == "trim-silence" else self.tape.pcm


async def record(verb: Record, stage: Stage) -> Outcome:
    """With a recording: the action (or this document again). With nothing recorded: the next verb."""
    leg, plant = stage.leg, stage.plant
    if verb.play_beep:
        tone = Prompt(beep())
        with leg.sounding(tone):
            await leg.until(tone.finished)
    announce = Announce(
        stage.resolve(verb.recording_status_callback) if verb.recording_status_callback else "",
        verb.recording_status_callback_method,
        verb.recording_status_callback_event,
    )
    info, callback = recorder.begin(plant, leg, "RecordVerb", 1, announce)
    recording = _Recording(verb)
    try:
        with leg.listening(keys=recording.key, sound=recording.sound):
            await leg.until(recording.ended)
        key = recording.ended.result()
    finally:  # also when the caller hangs up or is called away: what was said is kept
        if recording.anything:
            recorder.keep(plant, info, recording.pcm, callback, announce)
        else:
            recorder.absent(plant, info, callback, announce)
        if leg.over and recording.anything:
            tell_anyway(plant, leg, stage.goto(verb.action, verb.method, _params(stage, info, "hangup")))
    if not recording.anything:
        return None
    return stage.goto(verb.action, verb.method, _params(stage, info, key))


def _params(stage: Stage, info: RecordingInfo, key: str) -> dict[str, str]:
    return {
        "RecordingSid": info.sid,
        "RecordingUrl": recorder.recording_url(stage.plant, info),
        "RecordingDuration": str(round(info.duration_s)),
        "Digits": key,
    }
