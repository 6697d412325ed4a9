"""How much of a call's sound is decoded, and whether what is left out is missed: one scripted call of three minutes.

The call goes through the example company as fast as the service takes the frames, with time counted in sound: prompts
play to their end, the caller thinks, answers, and waits. The baseline decodes every frame between a question and its
answer, as a recogniser without the service would have to; what both hear must be the same.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import aiohttp
from redis import Redis

from ivr.audio import mulaw_decode
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.caller import Caller
from ivr.benchmarks.report import Bar, Figure
from ivr.benchmarks.running import calls_of, running
from ivr.benchmarks.scripted import scripted, sheets, stretches
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import FRAME_S
from ivr.flows.events import Event, Heard
from ivr.ports import OutsideError

LENGTH_S = 180.0
LOG_S = 10.0
MOST = Bar(0.35)
ALL = Bar(100.0, at_least=True)
_MEASURED = re.compile(r"measure frames_(received|decoded) ([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Share:
    """Frames of the call, and for each answer what the service and the baseline heard."""

    received: int
    decoded: int
    heard: tuple[tuple[str, str], ...]


def measure(setting: Setting, length_s: float = LENGTH_S) -> Share:
    """One call of ``length_s`` of sound."""
    setting.tell(f"decoded: a scripted call of {length_s:g} s, faster than real time")
    said: list[str] = []
    with (
        running(setting.settings, tell=lambda _, line: said.append(line)) as service,
        Redis.from_url(service.settings.redis_url) as redis,
    ):
        sessions = calls_of(service, redis)
        guest = scripted(service, sessions, sheets(), lockstep=True)
        asyncio.run(_talk(guest, length_s))
        counts = _counts(said)
        events = sessions.events(guest.call_id)
    setting.tell("decoded: the recogniser on every frame")
    return Share(counts["received"], counts["decoded"], tuple(_compared(setting, guest, events)))


async def _talk(guest: Caller, length_s: float) -> None:
    async with aiohttp.ClientSession() as session:
        call = asyncio.create_task(guest.call(session))
        while not call.done() and guest.frames * FRAME_S < length_s:
            await asyncio.wait([call], timeout=0.02)
        guest.stop()
        await call


def _counts(said: Sequence[str]) -> dict[str, int]:
    """The service tells its counts when the stream is over."""
    until_s = time.monotonic() + LOG_S
    while time.monotonic() < until_s:
        found = {name: round(float(count)) for name, count in _MEASURED.findall("\n".join(said))}
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise OutsideError("the service did not tell how many frames it decoded", retry=True)


def _compared(setting: Setting, guest: Caller, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """For each answer: what the service heard, and what the recogniser hears in all frames since the question."""
    bare = Bare(setting.model)
    for stretch in stretches(setting.book(), guest, events):
        if isinstance(stretch.event, Heard):
            yield stretch.event.text, bare.hears(mulaw_decode(stretch.mulaw), stretch.phrases).text


def figures(share: Share) -> list[Figure]:
    """The figures for the report."""
    same = [ours == theirs for ours, theirs in share.heard]
    every = "every frame decoded"
    part = share.decoded / max(1, share.received)
    return [
        Figure("decoded of the sound received", part, "", share.received, 1.0, every, MOST),
        Figure("heard as with all decoded", 100 * sum(same) / max(1, len(same)), "%", len(same), 100.0, every, ALL),
    ]
