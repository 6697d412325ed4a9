"""CPU of hearing callers through the whole service, against the recogniser by itself on the same sound.

Callers hear their prompts to the end and answer, in real time; the service's web process is measured for a stretch of
that. Then everything those callers sent in that stretch, silence and all, goes to a bare recogniser in 20 ms frames.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ivr.audio import mulaw_decode
from ivr.benchmarks.answer_times import grammar_of
from ivr.benchmarks.bare import Bare
from ivr.benchmarks.cpu import cpu_s
from ivr.benchmarks.party import Party, callers
from ivr.benchmarks.report import Bar, Figure
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.spoken import FRAME_S, Spoken, synthetic_sheets
from ivr.supervisor import Service

KINDS = ("zip", "menu", "order", "yes_no")
CALLERS = 8
ANSWERS = 6
"""Different answers of each caller."""
SETTLE_S = 2.0
ROUNDS = 3
MOST = Bar(1.10)
US = 1e6


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds of the service, of a recogniser held to the same phrases, and of one that listens freely."""

    frames: int
    service_s: float
    held_s: float
    free_s: float


def measure(setting: Setting) -> list[Round]:
    """Some rounds: the service, then the recogniser, on the same sound."""
    sheets = synthetic_sheets([KINDS[at % len(KINDS)] for at in range(CALLERS)], ANSWERS)
    with Service(setting.asking, web_only=True, prompts=True) as service:
        service.wait_prompts()
        return [_round(setting, service, sheets, setting.seconds / ROUNDS) for _ in range(ROUNDS)]


def _round(setting: Setting, service: Service, sheets: Sequence[Sequence[Spoken]], seconds: float) -> Round:
    setting.tell(f"cpu: {CALLERS} callers in real time")
    guests = callers(service, sheets, patient=True)
    spans: list[tuple[int, int]] = []

    async def talk() -> float:
        async with Party(guests) as party:
            await party.stay(SETTLE_S)
            begun = [len(guest.sent) for guest in guests]
            before_s = cpu_s(service.pids["web"])
            await party.stay(seconds)
            used_s = cpu_s(service.pids["web"]) - before_s
            spans.extend(zip(begun, [len(guest.sent) for guest in guests], strict=True))
            return used_s

    service_s = asyncio.run(talk())
    setting.tell("cpu: the recogniser by itself on the same sound")
    book, bare = setting.questions(), Bare(setting.model)
    held_s = free_s = 0.0
    for guest, (begin, end) in zip(guests, spans, strict=True):
        pcm = mulaw_decode(bytes(guest.sent[begin:end]))
        held_s += bare.hears(pcm, grammar_of(book, guest.line)).cpu_s
        free_s += bare.hears(pcm, None).cpu_s
    frames = sum(end - begin for begin, end in spans) // 160
    return Round(frames, service_s, held_s, free_s)


def figures(rounds: Sequence[Round]) -> list[Figure]:
    """The figures for the report."""
    frames = sum(one.frames for one in rounds)

    def per_frame(name: str) -> float:
        return median(float(getattr(one, name)) / one.frames * US for one in rounds)

    held, free = per_frame("held_s"), per_frame("free_s")
    service = per_frame("service_s")
    ratio = median(one.service_s / one.held_s for one in rounds)
    free_ratio = median(one.service_s / one.free_s for one in rounds)
    return [
        Figure("whole service over a recogniser held to the phrases, CPU", ratio, "x", frames, 1.0, "bare, held", MOST),
        Figure("whole service over a recogniser that listens freely, CPU", free_ratio, "x", frames, 1.0, "bare, free"),
        Figure("whole service, CPU of a frame of 20 ms", service, "us", frames, held, "bare, held"),
        Figure("a recogniser that listens freely, CPU of a frame", free, "us", frames),
        Figure("streams a core could carry", FRAME_S * US / service, "", frames, FRAME_S * US / held, "bare, held"),
    ]
