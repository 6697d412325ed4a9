"""``ivr bench slots`` tells of every kind how much is understood, beside what usual packages make of the same lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.benchmarks.gold import MENU
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.slots import measured, slots
from ivr.benchmarks.usual import usual
from ivr.ports import OutsideError
from tests.understanding.gold import GOLD


def test_every_kind_has_a_score_of_all_its_lines_and_a_cost(setting: Setting) -> None:
    figures = {one.what: one for one in slots(setting).figures}
    for kind in {line.kind for line in GOLD.lines} - {MENU}:
        understood, cost = figures[f"{kind}: understood"], figures[f"{kind}: CPU an answer"]
        assert understood.n == sum(line.kind == kind for line in GOLD.lines)
        assert 90 <= understood.value <= 100
        assert cost.value > 0
    assert figures["choice: understood"].baseline is not None


def test_a_score_counts_each_line_once_however_often_it_is_read() -> None:
    lines = [line for line in GOLD.lines if line.kind == "zip"]
    assert measured(lines, GOLD.understood, 3).right == measured(lines, GOLD.understood, 1).right
    assert measured(lines, lambda _: "no such value", 1).percent == 0


def test_no_baseline_raises_whatever_is_said() -> None:
    baselines = usual()
    read = [baselines[line.kind].reads(line) for line in GOLD.lines if line.kind in baselines and line.kind != "date"]
    assert any(read)


def test_without_a_gold_list_there_is_nothing_to_measure(setting: Setting, tmp_path: Path) -> None:
    elsewhere = replace(setting, settings=replace(setting.settings, root=tmp_path))
    with pytest.raises(OutsideError):
        slots(elsewhere)
