"""CPU of hearing callers through the whole service, against the recogniser by itself on the same sound.

Two kinds of callers, in real time and to the end of each prompt: some have a scripted call with the example company,
some answer short question after short question, so that half of what they send is speech. Then everything they sent,
silence and all, goes to a bare recogniser in 20 ms frames, held to the phrases of the questions or listening freely.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

from ivr.audio import mulaw_decode
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.caller import Caller
from ivr.benchmarks.cpu import cpu_s
from ivr.benchmarks.party import Party, callers
from ivr.benchmarks.report import Bar, Figure
from ivr.benchmarks.running import calls_of, running
from ivr.benchmarks.scripted import scripted, sheets, stretches
from ivr.benchmarks.setting import LINES, Setting
from ivr.benchmarks.spoken import SELDOM, synthetic_sheets
from ivr.flows import FlowBook
from ivr.sessions import RedisSessions
from ivr.supervisor import Service

KINDS = tuple(LINES)
CALLERS = 8
ANSWERS = 6
"""Different answers of each caller."""
CALLS_SHARE = 0.7
"""Of the time, for whole calls: their greeting alone takes eight seconds."""
LONGEST_S = 60.0
MOST = Bar(1.10)
SETTLE_S = 3.0
"""For all to be on the phone: what a process does once for each of its first calls is not what a frame costs."""
US = 1e6


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds for a frame of the ``frames`` measured: the service, a recogniser held to phrases, and a free one."""

    name: str
    frames: int
    service_s: float
    held_s: float
    free_s: float


def measure(setting: Setting) -> list[Cost]:
    """Whole calls, then only questions."""
    return [_calls(setting, setting.seconds * CALLS_SHARE), _questions(setting, setting.seconds * (1 - CALLS_SHARE))]


def _calls(setting: Setting, seconds: float) -> Cost:
    with running(setting.settings) as service, Redis.from_url(service.settings.redis_url) as redis:
        sessions, script = calls_of(service, redis), sheets()
        guests = [scripted(service, sessions, script, lockstep=False, skip=at) for at in range(CALLERS)]
        service_s = _talk(setting, service, guests, seconds, "calls")
        return _against_bare(setting, setting.book(), sessions, guests, service_s, "calls")


def _questions(setting: Setting, seconds: float) -> Cost:
    answers = synthetic_sheets([KINDS[at % len(KINDS)] for at in range(CALLERS)], ANSWERS, pause_every=SELDOM)
    with running(setting.asking) as service, Redis.from_url(service.settings.redis_url) as redis:
        guests = callers(service, answers, patient=True)
        service_s = _talk(setting, service, guests, seconds, "questions")
        return _against_bare(setting, setting.questions(), calls_of(service, redis), guests, service_s, "questions")


def _talk(setting: Setting, service: Service, guests: Sequence[Caller], seconds: float, name: str) -> float:
    """Have the calls; CPU seconds of the service for a frame."""
    setting.tell(f"cpu, {name}: {len(guests)} callers in real time for {min(seconds, LONGEST_S):.0f} s")

    async def talk() -> float:
        async with Party(guests) as party:
            await party.stay(SETTLE_S)
            before_s, before = cpu_s(service.pids["web"]), sum(guest.frames for guest in guests)
            await party.stay(min(seconds, LONGEST_S))
            used_s, frames = cpu_s(service.pids["web"]) - before_s, sum(guest.frames for guest in guests) - before
            return used_s / max(1, frames)

    return asyncio.run(talk())


def _against_bare(
    setting: Setting,
    book: FlowBook,
    sessions: RedisSessions,
    guests: Sequence[Caller],
    service_s: float,
    name: str,
) -> Cost:
    setting.tell(f"cpu, {name}: the recogniser by itself on the same sound")
    bare, held_s, free_s = Bare(setting.model), 0.0, 0.0
    for guest in guests:
        for stretch in stretches(book, guest, sessions.events(guest.call_id)):
            held_s += bare.hears(mulaw_decode(stretch.mulaw), stretch.phrases).cpu_s
        free_s += bare.hears(mulaw_decode(bytes(guest.sent)), None).cpu_s
    frames = sum(guest.frames for guest in guests)
    return Cost(name, frames, service_s, held_s / frames, free_s / frames)


def figures(costs: Sequence[Cost]) -> list[Figure]:
    """The figures for the report."""
    return [figure for cost in costs for figure in _of(cost)]


def _of(cost: Cost) -> list[Figure]:
    held, free = "bare recogniser, held to the phrases", "bare recogniser, listening freely"
    ours = f"{cost.name}: CPU"
    frame_us = cost.service_s * US
    return [
        Figure(f"{ours} over held", cost.service_s / cost.held_s, "x", cost.frames, 1.0, held, MOST),
        Figure(f"{ours} over free", cost.service_s / cost.free_s, "x", cost.frames, 1.0, free, MOST),
        Figure("  a frame of 20 ms", frame_us, "us", cost.frames, cost.held_s * US, held),
        Figure("  a frame of 20 ms", frame_us, "us", cost.frames, cost.free_s * US, free),
    ]
