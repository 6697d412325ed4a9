"""The benchmark of the router: its theory, its oracle, and that it comes to figures."""

from __future__ import annotations

import math

import pytest

from ivr.benchmarks import queue
from ivr.benchmarks.queue_theory import erlang
from ivr.benchmarks.queue_trace import MovingAverage, exact_waits_s, play, staffed, trace


def test_erlang_a_of_callers_as_patient_as_calls_are_long_is_the_poisson_distribution() -> None:
    shares = erlang(5, calls_per_s=5, call_s=1, patience_s=1)
    assert shares.wait == pytest.approx(1 - sum(math.exp(-5) * 5**n / math.factorial(n) for n in range(5)))
    assert erlang(5, 5, 1, patience_s=1e-6).abandon == pytest.approx(0.2849, abs=1e-3)  # Erlang B of 5 at 5


def test_the_router_serves_first_come_first_served() -> None:
    callers = trace(3, calls=2000, calls_per_s=0.02, call_s=180)
    assert play(staffed(5), callers).waited_s == pytest.approx(exact_waits_s(callers, 5), abs=1e-6)


def test_a_moving_average_is_of_the_last_waits_before() -> None:
    average = MovingAverage.of([(1, 10), (2, 20), (3, 30)], last=2)
    assert [average(0), average(1.5), average(2.5), average(9)] == [0, 10, 15, 25]


def test_the_figures_are_of_this_many_calls_and_decisions() -> None:
    figures = [*queue._erlang("Erlang A", 2000, 5, 1.0, 180.0), *queue._predictions(3000), *queue._decisions(20)]
    assert [figure.n for figure in figures if figure.n in (2000, 60)] == [2000] * 3 + [60] * 3
    assert all(math.isfinite(figure.value) for figure in figures)
