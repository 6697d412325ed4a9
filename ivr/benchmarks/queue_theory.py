"""What theory says of a queue: Erlang C (everybody waits) and Erlang A (some give up)."""

from __future__ import annotations

from dataclasses import dataclass

NEGLIGIBLE = 1e-15


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all callers: the share that waits at all, and the share that gives up."""

    wait: float
    abandon: float


def erlang(agents: int, calls_per_s: float, call_s: float, patience_s: float = 0.0) -> Shares:
    """M/M/s with callers who give up after ``patience_s`` on average; 0: they never do (then load must be below 1).

    From the balance of the birth-death process; arrivals see the states as they are on average (PASTA). Known values
    (Erlang C, 10 agents offered 8 erlangs: 0.409):

    >>> round(erlang(10, 8, 1).wait, 3)
    0.409
    >>> erlang(10, 8, 1).abandon
    0.0
    """
    weights = [1.0]
    give_up = 1 / patience_s if patience_s else 0.0
    while len(weights) <= agents or (weights[-1] > NEGLIGIBLE * sum(weights[-2:]) and weights[-1] > NEGLIGIBLE):
        present = len(weights)
        rate = min(present, agents) / call_s + max(0, present - agents) * give_up
        weights.append(weights[-1] * calls_per_s / rate)
    total = sum(weights)
    waiting = sum(max(0, present - agents) * weight for present, weight in enumerate(weights)) / total
    return Shares(sum(weights[agents:]) / total, give_up * waiting / calls_per_s)
