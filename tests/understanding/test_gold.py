"""Every utterance of the gold list is understood as its speaker meant it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from ivr.flows.skills import Kind
from tests.understanding.gold import lines, score, understood

GOLD = lines()
KINDS = sorted({line.kind for line in GOLD})
ENOUGH = 1000
LEAST = 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_say_is_understood_as_they_meant_it(kind: str, kinds: Mapping[str, Kind]) -> None:
    of_kind = [line for line in GOLD if line.kind == kind]
    got = {(line.said, line.options): understood(line, kinds) for line in of_kind}
    wrong = [
        (line.said, "should be", line.value, "is", got[line.said, line.options])
        for line in of_kind
        if not line.known_miss and got[line.said, line.options] != line.value
    ]
    assert not wrong


def test_known_misses_are_still_missed(kinds: Mapping[str, Kind]) -> None:
    now_understood = [line.said for line in GOLD if line.known_miss and understood(line, kinds) == line.value]
    assert not now_understood, "take the mark off these lines"


def test_the_gold_list_is_long_has_every_kind_and_asks_nothing_twice(kinds: Mapping[str, Kind]) -> None:
    asked = Counter((line.kind, line.said, line.options) for line in GOLD)
    assert len(GOLD) >= ENOUGH
    assert {*kinds, "menu"} == set(KINDS)
    assert not [question for question, times in asked.items() if times > 1]


def test_known_misses_stay_few() -> None:
    assert sum(line.known_miss for line in GOLD) <= len(GOLD) / 50


def test_nine_in_ten_of_every_kind_are_understood_known_misses_included(
    kinds: Mapping[str, Kind], record_property: Callable[[str, object], None]
) -> None:
    scores = {kind: score(kind, kinds) for kind in KINDS}
    for kind, (right, asked) in scores.items():
        record_property(kind, f"{right} of {asked}")
        sys.stdout.write(f"\n{kind:10} {right:4} of {asked:4}  {right / asked:6.1%}")
    assert not [kind for kind, (right, asked) in scores.items() if right < LEAST * asked]
