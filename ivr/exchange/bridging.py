"""Joining two legs: each hears the other, and it may be recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ivr.exchange import recorder
from ivr.exchange.conference import OtherSide
from ivr.exchange.leg import Instruction, Leg, RedirectedError
from ivr.exchange.plant import Plant
from ivr.exchange.recorder import Announce
from ivr.exchange.recordings import RecordingInfo, Tape


class Bridge:
    """Two legs joined until either goes, ``*`` is pressed (when that counts) or the time is up."""

    def __init__(self, plant: Plant, near: Leg, far: Leg, *, hangup_on_star: bool = False, limit_s: float = 14400):
        self._plant, self._near, self._far = plant, near, far
        self._limit_s = limit_s
        self._star: asyncio.Future[Any] | None = None
        if hangup_on_star:
            self._star = asyncio.get_running_loop().create_future()

    async def hold(self) -> None:
        """Stay joined.

        Raises:
            HungUpError, RedirectedError: the near leg is over or called away.
        """
        near, far = self._near, self._far
        self._plant.timeline.note(near.sid, "bridged", other=far.sid)
        self._plant.timeline.note(far.sid, "bridged", other=near.sid)
        try:
            with near.sounding(OtherSide(far)), far.sounding(OtherSide(near)), near.listening(keys=self._key):
                ends = (far.interruption, *([self._star] if self._star else []))
                await near.until(*ends, timeout_s=self._limit_s)
        finally:
            self._plant.timeline.note(near.sid, "unbridged", other=far.sid)
            self._plant.timeline.note(far.sid, "unbridged", other=near.sid)

    def _key(self, key: str) -> None:
        if key == "*" and self._star and not self._star.done():
            self._star.set_result(None)


def release(plant: Plant, far: Leg) -> None:
    """What becomes of a dialled leg afterwards: sent elsewhere by the service it goes there, else it ends."""
    elsewhere = redirection(far)
    if elsewhere is None:
        far.end("completed" if far.answered_s else "canceled")
    else:
        far.resume()
        plant.spawn(plant.serve(plant, far, elsewhere))


def redirection(leg: Leg) -> Instruction | None:
    """Where the service has just sent ``leg``, if anywhere."""
    reason = leg.interruption.result() if leg.interruption.done() else None
    return reason.instruction if isinstance(reason, RedirectedError) else None


@contextmanager
def recorded(plant: Plant, near: Leg, far: Leg, mode: str, announce: Announce) -> Iterator[RecordingInfo | None]:
    """Record both meanwhile, on two channels when ``mode`` ends in dual."""
    if mode == "do-not-record":
        yield None
        return
    channels = 2 if mode.endswith("dual") else 1
    info, callback = recorder.begin(plant, near, "DialVerb", channels, announce)
    tape = Tape(14400, channels)

    def hear(frame: bytes) -> None:
        tape.add(_both(frame, far.inbound, channels))

    try:
        with near.listening(sound=hear):
            yield info
    finally:
        if tape.pcm:
            recorder.keep(plant, info, tape.pcm, callback, announce)
        else:
            recorder.absent(plant, info, callback, announce)


def _both(near: bytes, far: bytes, channels: int) -> bytes:
    left, right = np.frombuffer(near, dtype="<i2"), np.frombuffer(far, dtype="<i2")
    if channels == 2:
        return bytes(np.stack([left, right], axis=1).astype("<i2"))
    return bytes(np.clip(left.astype(np.int32) + right, -32768, 32767).astype("<i2"))
