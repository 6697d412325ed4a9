"""``ivr bench queue``: the router against queueing theory, its cost, and how right the waits are that it tells."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from redis import Redis

from ivr.agents.floor import Floor
from ivr.agents.floor import advance as decide
from ivr.agents.floor.events import Accepted, AgentIs, AgentSet, Ended, Event, Joined, QueueSet
from ivr.agents.floor.rules import NEVER_S, Need, Queue
from ivr.agents.floor.wait import predicted_wait_s, standing
from ivr.agents.floor_log import FloorLog
from ivr.benchmarks.queue_theory import erlang
from ivr.benchmarks.queue_trace import MovingAverage, Outcome, Trace, exact_waits_s, play, staffed, trace
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.redis_server import RedisServer

CALLS = 600_000
"""For a minute; fewer or more with the time that is given."""
CALL_S = 180.0
SEED = 1
MANY = 1000
SKILLS = 20
WITHIN_PERCENT = 1.0


def queue(setting: Setting) -> Report:
    """Measure all of it."""
    calls = max(2_000, round(CALLS * min(setting.seconds / 60, 4)))
    figures: list[Figure] = []
    setting.tell(f"{calls} virtual calls, nobody gives up")
    figures += _erlang("Erlang C", calls, agents=5, load=0.6, patience_s=0.0)
    setting.tell(f"{calls} virtual calls, some give up")
    figures += _erlang("Erlang A", calls, agents=5, load=1.0, patience_s=CALL_S)
    setting.tell("predictions of waits")
    figures += _predictions(calls // 4)
    setting.tell(f"decisions with {MANY} agents and {MANY} waiting")
    figures += _decisions(max(200, calls // 60))
    figures += _shared(max(200, calls // 200))
    return Report("queue", figures, _notes())


def _erlang(name: str, calls: int, agents: int, load: float, patience_s: float) -> list[Figure]:
    callers = trace(SEED, calls, load * agents / CALL_S, CALL_S, patience_s)
    floor = staffed(agents)
    begin_s = time.process_time()
    outcome = play(floor, callers)
    took_s = time.process_time() - begin_s
    # The theory of the rates that chance gave this trace, so that only the router is left to differ.
    per_s, call_s = calls / callers.comes_s[-1], fmean(callers.talks_s)
    theory = erlang(agents, per_s, call_s, fmean(callers.patience_s) if patience_s else 0.0)
    waited = fmean(gave_up or wait_s > 0 for wait_s, gave_up in zip(outcome.waited_s, outcome.gave_up, strict=True))
    figures = [_against(f"{name}: P(wait)", waited, theory.wait, calls)]
    if patience_s:
        figures.append(_against(f"{name}: P(abandon)", fmean(outcome.gave_up), theory.abandon, calls))
    else:
        exact = exact_waits_s(callers, agents)
        other = sum(not math.isclose(a, b, abs_tol=1e-6) for a, b in zip(exact, outcome.waited_s, strict=True))
        figures.append(Figure("waits unlike first come, first served", other, "calls", calls, 0, EXACT, Bar(0)))
    figures.append(Figure(f"{name}: virtual calls a CPU second", calls / took_s, "/s", calls, bar=Bar(50_000, True)))
    return figures


EXACT = "the same trace worked out caller by caller, without a router"


def _against(what: str, value: float, theory: float, calls: int) -> Figure:
    off = abs(value / theory - 1) * 100
    return Figure(f"{what} {value:.4f}, off theory", off, "%", calls, theory * 100, THEORY, Bar(WITHIN_PERCENT))


THEORY = "theory, in percent of callers"


def _predictions(calls: int) -> list[Figure]:
    agents, patience_s = 20, 600.0
    callers = trace(SEED + 1, calls, 0.98 * agents / CALL_S, CALL_S, patience_s, swing=0.3)
    floor = staffed(agents)
    told: list[tuple[int, float, int, float]] = []

    def look(place: str, now_s: float) -> None:
        stands = standing(floor, place)
        if stands is not None and stands.wait_s is not None:
            told.append((int(place), now_s, stands.position - 1, stands.wait_s))

    outcome = play(floor, callers, look)
    judged = [one for one in told if not outcome.gave_up[one[0]]]
    real = [outcome.waited_s[number] for number, *_ in judged]
    average = MovingAverage.of(_taken(callers, outcome))
    ours = rmse([wait_s for *_, wait_s in judged], real)
    oracle = rmse([predicted_wait_s(ahead, agents, CALL_S, 1 / patience_s) for _, _, ahead, _ in judged], real)
    usual = rmse([average(now_s) for _, now_s, _, _ in judged], real)
    short = [average(now_s) < wait_s for (_, now_s, _, _), wait_s in zip(judged, real, strict=True)]
    return [
        Figure("predicted waits, RMSE", ours, "s", len(judged), oracle, ORACLE),
        Figure("predicted waits, RMSE over the oracle's", ours / oracle, "x", len(judged), 1, ORACLE, Bar(1.05)),
        Figure("moving average, RMSE over the oracle's", usual / oracle, "x", len(judged), 1, ORACLE),
        Figure(
            "waited longer than predicted",
            100 * fmean(wait_s < is_s for (*_, wait_s), is_s in zip(judged, real, strict=True)),
            "%",
            len(judged),
            100 * fmean(short),
            AVERAGE,
        ),
    ]


ORACLE = "the oracle: the same formula, told the true mean of talks and of patience"
AVERAGE = "the mean of the last 50 waits"


def _taken(callers: Trace, outcome: Outcome) -> list[tuple[float, float]]:
    waits = zip(callers.comes_s, outcome.waited_s, outcome.gave_up, strict=True)
    return sorted((comes_s + wait_s, wait_s) for comes_s, wait_s, gave_up in waits if not gave_up)


def rmse(predicted: Sequence[float], real: Sequence[float]) -> float:
    """Root of the mean squared error."""
    return math.sqrt(fmean((a - b) ** 2 for a, b in zip(predicted, real, strict=True)))


def _decisions(rounds: int) -> list[Figure]:
    """A call ends, the agent is free, the next of a thousand is rung and taken, and another one joins."""
    floor = _crowded()
    talking = [place.id for place in floor.places.values() if place.state == "talking"]
    costs: list[float] = []

    def timed(event: Event) -> None:
        begin_s = time.process_time()
        decide(floor, event)
        costs.append(time.process_time() - begin_s)

    now_s = floor.now_s
    for number in range(rounds):
        now_s += 0.1
        timed(Ended(now_s, talking[number]))
        ring = next(reversed(floor.rings.values()))
        talking.append(ring.place)
        timed(Accepted(now_s, ring.number))
        timed(Joined(now_s, f"later {number}", f"queue {number % SKILLS}"))
    return [
        Figure("routing decision, CPU p50", percentile(costs, 0.5) * 1000, "ms", len(costs), bar=Bar(1.0)),
        Figure("routing decision, CPU p99", percentile(costs, 0.99) * 1000, "ms", len(costs), bar=Bar(1.0)),
        Figure("routing decision, CPU max", max(costs) * 1000, "ms", len(costs)),
    ]


def _shared(rounds: int) -> list[Figure]:
    """The same through Redis: the event is written down, and the process is brought up to what others wrote."""
    costs: list[float] = []
    with (
        TemporaryDirectory() as folder,
        RedisServer(Path(folder)) as server,
        Redis(unix_socket_path=str(server.socket)) as redis,
    ):
        log = FloorLog(redis, _opening)
        log.look(lambda floor: len(floor.places))
        for number in range(rounds):
            begin_s = time.process_time()
            log.take(Joined(float(number), f"later {number}", f"queue {number % SKILLS}"))
            costs.append(time.process_time() - begin_s)
    return [
        Figure("decision through the shared log, CPU p50", percentile(costs, 0.5) * 1000, "ms", rounds, bar=Bar(1.0)),
        Figure("decision through the shared log, CPU p99", percentile(costs, 0.99) * 1000, "ms", rounds, bar=Bar(1.0)),
        Figure("the slowest of them, with a snapshot, CPU", max(costs) * 1000, "ms", rounds),
    ]


def _opening() -> Sequence[Event]:
    """The events of a crowded floor."""
    events: list[Event] = []
    _crowded(events)
    return events


def _crowded(told: list[Event] | None = None) -> Floor:
    """All agents, each in three of many queues, talk; as many callers wait. ``told`` gets every event."""
    floor = Floor()

    def advance(floor: Floor, event: Event) -> None:
        if told is not None:
            told.append(event)
        decide(floor, event)

    for number in range(SKILLS):
        advance(floor, QueueSet(0, Queue(f"queue {number}", Need(((f"skill {number}", 1),)), max_wait_s=NEVER_S)))
    for number in range(MANY):
        skills = {f"skill {(number + step) % SKILLS}": 1 + step for step in range(3)}
        advance(floor, AgentSet(0, f"agent {number}", skills))
        advance(floor, AgentIs(0, f"agent {number}", "available"))
    for number in range(2 * MANY):
        advance(floor, Joined(number * 0.01, f"caller {number}", f"queue {number % SKILLS}"))
        for ring in list(floor.rings):
            advance(floor, Accepted(number * 0.01, ring))
    return floor


def _notes() -> list[str]:
    return [
        "The router is the one that serves callers; agents take whoever rings at once, by a virtual clock.",
        "A virtual call is three events for the router (joined, accepted, ended), and its share of the simulation.",
        "Theory is of the rates that the trace really had: chance moves them by some tenths of a percent.",
        "Predictions: 20 agents, load swinging by 30 % around 0.98, patience of 10 minutes; of callers who were taken.",
        f"Decisions: {MANY} agents in three queues each of {SKILLS}, about {MANY} waiting; the clock ticks in ns.",
    ]
