"""The soak benchmark reads growth from its samples, and has both recognisers live and calls come and go."""

from __future__ import annotations

import math
import os

import pytest

from ivr.benchmarks import media_hour, soak
from ivr.benchmarks.memory import Sample, growth, own_memory_mb
from ivr.benchmarks.setting import Setting


def test_growth_is_the_slope_after_the_warm_up() -> None:
    warm_up = [Sample(done, 50 + 10 * done) for done in range(10)]
    assert growth([*warm_up, *(Sample(done, 140 + 0.5 * done) for done in range(10, 30))]) == pytest.approx(0.5)
    assert growth([*warm_up, *(Sample(done, 140) for done in range(10, 30))]) == 0.0
    assert math.isnan(growth([Sample(1, 50)]))


def test_memory_of_a_process_is_what_it_holds() -> None:
    before_mb = own_memory_mb(os.getpid())
    held = bytearray(64 << 20)
    assert own_memory_mb(os.getpid()) - before_mb > 60
    assert len(held) == 64 << 20


def test_recognisers_live_and_calls_come_and_go(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "ALL_LIVES", 100)
    monkeypatch.setattr(soak, "HOUR_S", 800.0)
    monkeypatch.setattr(media_hour, "STREAMS", 2)
    monkeypatch.setattr(media_hour, "CALL_S", 10.0)
    figures = {figure.what.strip(): figure for figure in soak.soak(setting).figures}
    lives = figures["memory a recogniser leaves behind"]
    assert lives.n == soak.LEAST_LIVES
    assert lives.baseline is not None
    assert math.isfinite(lives.value)
    assert figures["in use after the last"].value > 10
    calls = figures["growth an hour of 2 streams"]
    assert calls.n >= 2
    assert math.isfinite(calls.value)
    assert figures["minutes of sound on each stream"].value >= 0.1
