"""Every utterance of the gold list is understood as its speaker meant it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from ivr.benchmarks.gold import MENU
from ivr.flows.skills import Kind
from tests.understanding.gold import GOLD

KINDS = sorted({line.kind for line in GOLD.lines})
ENOUGH = 1900
LEAST = 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_say_is_understood_as_they_meant_it(kind: str) -> None:
    of_kind = [line for line in GOLD.lines if line.kind == kind and not line.known_miss]
    got = [(line, GOLD.understood(line)) for line in of_kind]
    wrong = [(line.said, "should be", line.value, "is", value) for line, value in got if value != line.value]
    assert not wrong


def test_known_misses_are_still_missed() -> None:
    understood = [line.said for line in GOLD.lines if line.known_miss and GOLD.understood(line) == line.value]
    assert not understood, "take the mark off these lines"


def test_the_gold_list_is_long_has_every_kind_and_asks_nothing_twice(kinds: Mapping[str, Kind]) -> None:
    asked = Counter((line.kind, line.said, line.options) for line in GOLD.lines)
    assert len(GOLD.lines) >= ENOUGH
    assert {*kinds, MENU} == set(KINDS)
    assert not [question for question, times in asked.items() if times > 1]


def test_known_misses_stay_few() -> None:
    assert sum(line.known_miss for line in GOLD.lines) <= len(GOLD.lines) / 50


def test_nine_in_ten_of_every_kind_are_understood_known_misses_included(
    record_property: Callable[[str, object], None],
) -> None:
    right = Counter(line.kind for line in GOLD.lines if GOLD.understood(line) == line.value)
    asked = Counter(line.kind for line in GOLD.lines)
    for kind in KINDS:
        record_property(kind, f"{right[kind]} of {asked[kind]}")
        sys.stdout.write(f"\n{kind:10} {right[kind]:4} of {asked[kind]:4}  {right[kind] / asked[kind]:6.1%}")
    assert not [kind for kind in KINDS if right[kind] < LEAST * asked[kind]]
