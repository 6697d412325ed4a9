"""What a figure says about its bar, and how it is written."""

from __future__ import annotations

import json
import math

import pytest

from ivr.benchmarks.report import Bar, Figure, Report, percentile


@pytest.mark.parametrize(
    ("value", "bar", "met"),
    [
        (2.0, Bar(2.0), True),
        (2.1, Bar(2.0), False),
        (2.0, Bar(2.0, at_least=True), True),
        (1.9, Bar(2.0, at_least=True), False),
        (math.nan, Bar(2.0), False),
        (1.0, None, None),
    ],
)
def test_a_bar_is_met_up_to_its_limit_and_never_by_nothing(value: float, bar: Bar | None, met: bool | None) -> None:
    assert Figure("it", value, "x", 3, bar=bar).met is met


def test_a_report_is_json_with_units_counts_baselines_and_bars() -> None:
    figures = [Figure("cost", 1.5, "x", 7, 1.0, "nothing", Bar(2.0)), Figure("wait", math.nan, "ms", 0)]
    written = json.loads(json.dumps(Report("it", figures, ["how"]).to_json(), allow_nan=False))
    assert written["figures"][0] == {
        "what": "cost",
        "value": 1.5,
        "unit": "x",
        "n": 7,
        "baseline": 1.0,
        "against": "nothing",
        "bar": "<= 2",
        "met": True,
    }
    assert written["figures"][1]["value"] is None
    assert "Python" in written["machine"]
    assert written["notes"] == ["how"]


def test_the_99th_percentile_of_a_hundred_is_the_second_largest() -> None:
    assert percentile(range(1, 101), 0.99) == 99
    assert percentile([5.0], 0.99) == 5.0
    assert math.isnan(percentile([], 0.5))
