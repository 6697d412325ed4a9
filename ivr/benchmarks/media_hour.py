"""An hour of calls on eight streams, faster than real time: what the web process holds while they come and go.

It is the path of every call (webhook, socket, voice activity, recogniser, flow, prompts); time is counted in sound.
Callers answer questions for some minutes, hang up, and call again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import aiohttp

from ivr.benchmarks.caller import Caller
from ivr.benchmarks.carrier_posts import call_form
from ivr.benchmarks.memory import Sample, own_memory_mb
from ivr.benchmarks.party import callers
from ivr.benchmarks.running import running
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import FRAME_S, Spoken, synthetic_sheets
from ivr.supervisor import Service

STREAMS = 8
CALL_S = 180.0
KINDS = ("zip", "menu", "order", "yes_no", "zip", "menu", "order", "zip")
ANSWERS = 6
THINK_S = 2.0
LOOK_S = 0.1
"""By the clock on the wall; samples are taken of sound."""
SAMPLES = 90


@dataclass(slots=True)
class Hour:
    """What was measured: samples by seconds of sound on each stream, calls that were had, answers that were heard."""

    samples: list[Sample] = field(default_factory=list)
    calls: int = 0
    answers: int = 0


def measure(setting: Setting, length_s: float) -> Hour:
    """``length_s`` of sound on each of :data:`STREAMS` streams."""
    sheets = synthetic_sheets(KINDS, ANSWERS, pause_every=5)
    setting.tell(f"memory: {STREAMS} streams with {length_s / 60:.0f} minutes of sound each")
    with running(setting.asking) as service:
        return asyncio.run(_hour(service, sheets, length_s))


async def _hour(service: Service, sheets: Sequence[Sequence[Spoken]], length_s: float) -> Hour:
    hour, heard_s = Hour(), [0.0] * STREAMS
    async with aiohttp.ClientSession() as session:
        streams = [
            asyncio.create_task(_stream(hour, heard_s, at, service, sheets, length_s, session)) for at in range(STREAMS)
        ]
        with _ended(streams):
            while not all(one.done() for one in streams):
                await asyncio.wait(streams, timeout=LOOK_S)
                done_s = sum(heard_s) / STREAMS
                if done_s >= (len(hour.samples) + 1) * length_s / SAMPLES:
                    hour.samples.append(Sample(done_s, own_memory_mb(service.pids["web"])))
            for one in streams:
                one.result()
    return hour


@contextmanager
def _ended(tasks: Sequence[asyncio.Task[None]]) -> Iterator[None]:
    try:
        yield
    finally:
        for one in tasks:
            one.cancel()


async def _stream(
    hour: Hour,
    heard_s: list[float],
    at: int,
    service: Service,
    sheets: Sequence[Sequence[Spoken]],
    length_s: float,
    session: aiohttp.ClientSession,
) -> None:
    """One call after the other, until there was enough sound."""
    before_s = 0.0
    for number in count():
        (caller,) = callers(service, [sheets[(at + number) % len(sheets)]], patient=True)
        caller.lockstep, caller.think_s = True, THINK_S
        call = asyncio.create_task(caller.call(session))
        while not call.done():
            await asyncio.wait([call], timeout=LOOK_S)
            heard_s[at] = before_s + caller.frames * FRAME_S
            if caller.frames * FRAME_S >= CALL_S or heard_s[at] >= length_s:
                caller.stop()
        call.result()
        await asyncio.to_thread(_completed, caller)
        before_s = heard_s[at]
        hour.calls += 1
        hour.answers += sum(1 for one in caller.done if one.replied_s)
        if before_s >= length_s:
            return


def _completed(caller: Caller) -> None:
    """The carrier says that the call is over."""
    form = call_form(caller.account, caller.call_id, caller.line, CallStatus="completed", CallDuration="180")
    caller.posts.post("/voice/status", form)
