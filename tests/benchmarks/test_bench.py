"""Every benchmark runs its baseline beside it, and says what was measured of how many. Times are not judged here."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from click.testing import CliRunner

import app
from ivr.benchmarks import decoded_share, desks, side_by_side, stream_cpu
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.side_by_side import Trial
from ivr.commands.bench import bench


def test_turns_tells_costs_waits_and_cut_offs_each_with_its_baseline(parts: app.Parts) -> None:
    result = CliRunner().invoke(bench, ["turns", "--seconds", "9", "--json"], obj=parts)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    figures = {figure["what"]: figure for figure in report["figures"]}
    assert figures["webhook turn, CPU over empty"]["bar"] == "<= 2"
    costs = [one for name, one in figures.items() if name.startswith("  ") and name.endswith(", CPU")]
    assert len(costs) == 7
    assert all(one["value"] > 0 and one["baseline"] > 0 and one["n"] >= 25 for one in costs)
    wait = figures["answer to next prompt, p50"]
    assert wait["n"] >= 1
    assert wait["value"] > 0
    assert wait["baseline"] > 0
    assert "recogniser" in wait["against"]
    assert figures["answers with a pause, cut off"]["n"] <= wait["n"]
    assert figures["answers heard word for word"]["value"] > 0


def test_desks_tells_how_soon_all_and_one_alone_are_told(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "SETTLE_S", 0.1)
    monkeypatch.setattr(desks, "IDLE_S", 0.1)
    report = desks.desks(replace(setting, seconds=1.0), count=30)
    figures = {figure.what: figure for figure in report.figures}
    soon = figures["news at 30 desks, p95"]
    assert soon.n >= 2 * 5 * 30
    assert soon.baseline is not None
    assert min(soon.value, soon.baseline, figures["CPU for one of the news"].value) > 0
    assert str(soon.bar) == "<= 500"


def test_the_recogniser_by_itself_gets_the_sound_that_the_service_got(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_cpu, "CALLERS", 2)
    monkeypatch.setattr(stream_cpu, "SETTLE_S", 0.5)
    costs = stream_cpu.measure(setting)
    assert [one.name for one in costs] == ["calls", "questions"]
    for one in costs:
        assert one.frames > 100
        assert min(one.service_s, one.held_s, one.free_s) > 0
    ratio = stream_cpu.figures(costs)[0]
    assert ratio.bar is not None
    assert ratio.n == costs[0].frames


def test_a_scripted_call_tells_what_was_decoded_and_compares_what_was_heard(setting: Setting) -> None:
    share = decoded_share.measure(setting, 30.0)
    assert share.received >= 30 / 0.02
    assert 0 < share.decoded < share.received
    assert share.heard[0] == ("find a store", "find a store")
    decoded, same = decoded_share.figures(share)
    assert decoded.baseline == 1.0
    assert same.n == len(share.heard)


def test_both_servers_answer_callers_at_once(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "FIRST", 2)
    monkeypatch.setattr(side_by_side, "SHORTEST_TRIAL_S", 4.0)
    ours, theirs = side_by_side.measure(setting)
    for trials in (ours, theirs):
        assert trials[0].callers == 2
        assert trials[0].results >= 1
        assert trials[0].cores > 0
        assert math.isfinite(trials[0].p95_s)


def test_the_most_callers_are_looked_for_between_good_and_bad() -> None:
    tried: list[int] = []

    def attempt(count: int, seconds: float) -> Trial:
        tried.append(count)
        return Trial(count, 0.1 if count <= 37 else 0.9, count, 1.0)

    best = side_by_side._best(side_by_side._most(attempt, 60.0))
    assert tried[:4] == [12, 24, 48, 36]
    assert 33 <= best.callers <= 37


def test_an_unknown_benchmark_is_a_mistake_of_usage(parts: app.Parts) -> None:
    result = CliRunner().invoke(bench, ["nothing"], obj=parts)
    assert result.exit_code == 2
    assert "turns" in result.output
