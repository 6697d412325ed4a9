"""How many callers at once: our service against the usual recognition server, same model, same sound, same machine.

Callers are added until the results come late or the server falls behind: more than half a second from the end of an
answer for one in twenty, for us until the next prompt sounds, for the baseline until the text is there. Its callers
even know by themselves when an answer is over; ours have to be listened to. The callers take CPU of the same machine.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp

from ivr.benchmarks.answer_times import grammar_of
from ivr.benchmarks.bare import UNKNOWN
from ivr.benchmarks.cpu import cpu_s
from ivr.benchmarks.party import APART_S, Party, callers
from ivr.benchmarks.report import Bar, Figure, percentile
from ivr.benchmarks.running import running
from ivr.benchmarks.setting import LINES, Setting
from ivr.benchmarks.spoken import SELDOM, Spoken, synthetic_sheets
from ivr.benchmarks.stock_client import StockClient
from ivr.ports import OutsideError
from ivr.supervisor import Service
from ivr.supervisor.child import Child

KINDS = ("zip", "menu", "order", "zip")
ANSWERS = 6
FIRST = 12
LATE_S = 0.5
SETTLE_S = 4.0
TRIALS = 4
SHORTEST_TRIAL_S = 6.0
LONGEST_TRIAL_S = 15.0
THINK_S = 5.0
"""Quiet before each answer, beside the short prompt: then a fifth of the sound is speech, twice as much as in the
scripted call."""
LEAST_RESULTS = 3
PROMPT_S = 1.5
"""What a prompt of ours lasts, with the time until it begins: the baseline's callers are quiet for as long."""
READY_S = 60.0
LEAST = Bar(2.0, at_least=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """``callers`` at once: the 95th percentile of the time to a result, and the server's CPU in cores."""

    callers: int
    p95_s: float
    results: int
    cores: float

    @property
    def good(self) -> bool:
        """Whether the server kept up."""
        return self.results >= LEAST_RESULTS and self.p95_s <= LATE_S


Try = Callable[[int, float], Trial]


def measure(setting: Setting) -> tuple[list[Trial], list[Trial]]:
    """Trials of our service, and of the baseline."""
    sheets = synthetic_sheets(KINDS, ANSWERS, pause_every=SELDOM)
    with running(setting.asking) as service, _stock_server(setting) as (url, pid):
        book = setting.questions()
        grammars = {kind: grammar_of(book, LINES[kind]) for kind in KINDS}

        def ours(count: int, seconds: float) -> Trial:
            setting.tell(f"side by side: {count} callers, our service")
            try:
                return asyncio.run(_ours(service, _of(sheets, count), seconds))
            except OutsideError:  # it takes no more calls
                return Trial(count, math.inf, 0, 0.0)

        def theirs(count: int, seconds: float) -> Trial:
            setting.tell(f"side by side: {count} callers, the usual server")
            clients = [
                StockClient(url, sheet, [*(grammars[sheet[0].kind] or ()), UNKNOWN], THINK_S + PROMPT_S)
                for sheet in _of(sheets, count)
            ]
            return asyncio.run(_theirs(pid, clients, seconds))

        return _most(ours, setting.seconds / 2), _most(theirs, setting.seconds / 2)


def _of(sheets: Sequence[Sequence[Spoken]], count: int) -> list[Sequence[Spoken]]:
    return [sheets[at % len(sheets)] for at in range(count)]


def _most(attempt: Try, seconds: float) -> list[Trial]:
    """For ``seconds``: more callers until it is too many, then numbers between."""
    until_s = time.monotonic() + seconds
    trial_s = min(LONGEST_TRIAL_S, max(SHORTEST_TRIAL_S, seconds / TRIALS - SETTLE_S))
    trials = [attempt(FIRST, trial_s)]
    while (count := _next(trials)) and time.monotonic() < until_s:
        trials.append(attempt(count, trial_s))
    return trials


def _next(trials: Sequence[Trial]) -> int:
    """Twice as many while all is good (half while nothing is), then between the most good and the fewest bad ones.

    0 when there is nothing more to try.
    """
    good = max((one.callers for one in trials if one.good), default=0)
    bad = min((one.callers for one in trials if not one.good), default=0)
    if not bad:
        return good * 2
    if not good:
        return bad // 2
    return (good + bad) // 2 if bad - good > max(2, good // 8) else 0


async def _ours(service: Service, sheets: Sequence[Sequence[Spoken]], seconds: float) -> Trial:
    guests = callers(service, sheets, patient=True)
    for guest in guests:
        guest.think_s = THINK_S
    async with Party(guests) as party:
        await party.stay(SETTLE_S)
        known = [len(guest.done) for guest in guests]
        before_s = cpu_s(service.pids["web"])
        await party.stay(seconds)
        cores = (cpu_s(service.pids["web"]) - before_s) / seconds
        done = [one for guest, first in zip(guests, known, strict=True) for one in guest.done[first:]]
    waits_s = [one.replied_s - one.ended_s if one.replied_s else 9.0 for one in done if not one.taken_early]
    return Trial(len(guests), percentile(waits_s, 0.95), len(waits_s), cores)


async def _theirs(pid: int, clients: Sequence[StockClient], seconds: float) -> Trial:
    async with aiohttp.ClientSession() as session:
        talks = []
        for client in clients:
            talks.append(asyncio.create_task(client.talk(session)))
            await asyncio.sleep(APART_S)
        await asyncio.sleep(SETTLE_S)
        known = [len(client.finals_s) for client in clients]
        before_s = cpu_s(pid)
        await asyncio.sleep(seconds)
        cores = (cpu_s(pid) - before_s) / seconds
        finals_s = [one for client, first in zip(clients, known, strict=True) for one in client.finals_s[first:]]
        behind_s = [client.unanswered_s for client in clients]
        for client in clients:
            client.over = True
        await asyncio.gather(*talks)
    return Trial(len(clients), max(percentile(finals_s, 0.95), percentile(behind_s, 0.95)), len(finals_s), cores)


@contextmanager
def _stock_server(setting: Setting) -> Iterator[tuple[str, int]]:
    """The baseline, started: its address and process."""
    ports: list[int] = []

    def listening(line: str) -> bool:
        if not line.startswith('{"event": "listening"'):
            return False
        ports.append(int(json.loads(line)["port"]))
        return True

    child = Child(
        "usual server",
        [sys.executable, "-m", "ivr.benchmarks.vosk_server", str(setting.model.resolve())],
        folder=setting.settings.root,
        environment=dict(os.environ),
        tell=lambda name, line: None,
        is_ready=listening,
    )
    child.start()
    try:
        child.wait_ready(READY_S)
        yield f"ws://127.0.0.1:{ports[-1]}", child.pid
    finally:
        child.stop(2.0)


def figures(ours: Sequence[Trial], theirs: Sequence[Trial]) -> list[Figure]:
    """The figures for the report."""
    most, their_most = (_best(trials) for trials in (ours, theirs))
    usual = "the usual server"
    times = most.callers / their_most.callers if their_most.callers else math.nan
    one, other = _alike(ours, theirs)
    cost, their_cost = one.cores / one.callers, other.cores / other.callers
    saved = their_cost / cost if cost else math.nan
    return [
        Figure("callers at once, over the usual", times, "x", len(ours) + len(theirs), 1.0, usual, LEAST),
        Figure("callers at once", most.callers, "", most.results, their_most.callers, usual),
        Figure("  time to the result, p95", most.p95_s * 1e3, "ms", most.results, their_most.p95_s * 1e3, usual),
        Figure(f"the usual's CPU over ours, {one.callers} callers", saved, "x", one.results, 1.0, usual),
        Figure("  CPU a caller, of a core", cost * 100, "%", one.results, their_cost * 100, usual),
    ]


def _best(trials: Sequence[Trial]) -> Trial:
    good = [one for one in trials if one.good]
    return max(good, key=lambda one: one.callers) if good else Trial(0, math.nan, 0, 0.0)


def _alike(ours: Sequence[Trial], theirs: Sequence[Trial]) -> tuple[Trial, Trial]:
    """Two trials of the same number of callers, the most that both servers kept up with; or the first ones."""
    good = {one.callers: one for one in theirs if one.good}
    both = [one for one in ours if one.good and one.callers in good]
    if not both:
        return ours[0], theirs[0]
    most = max(both, key=lambda one: one.callers)
    return most, good[most.callers]
