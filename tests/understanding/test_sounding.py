"""What sounds alike on the telephone, and what only looks alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.lints.sounds import ALIKE
from ivr.understanding.sounding import sounds_alike

TEXT = st.text(alphabet="abcdefghijklmnopqrstuvwxyz' ", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sales", "sails"),
        ("sales", "sells"),
        ("mail", "male"),
        ("new", "knew"),
        ("right", "write"),
        ("weather", "whether"),
        ("four", "for"),
        ("billing", "bowling"),
        ("billing", "building"),
        ("boots", "boats"),
        ("track", "truck"),
        ("fifteen", "fifty"),
        ("support", "sport"),
        ("message", "messages"),
        ("talk to sales", "talk to sails"),
        ("order status", "order states"),
    ],
)
def test_these_are_taken_for_each_other(one: str, other: str) -> None:
    assert sounds_alike(one, other) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sales", "service"),
        ("sales", "support"),
        ("credit", "debit"),
        ("find a store", "find another store"),
        ("leave a message", "leave a voicemail"),
        ("i want to talk about billing", "i want to talk about shipping"),
        ("yes", "yesterday"),
        ("operator", "operation"),
        ("returns", "rentals"),
        ("check out", "checking"),
        ("sales", "talk to sales"),
        ("apples", "maps"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert sounds_alike(one, other) < ALIKE


@given(TEXT, TEXT)
def test_likeness_is_between_nothing_and_all_and_the_same_both_ways(one: str, other: str) -> None:
    score = sounds_alike(one, other)
    assert 0.0 <= score <= 1.0
    assert score == pytest.approx(sounds_alike(other, one))


@given(TEXT)
def test_everything_sounds_like_itself(text: str) -> None:
    assert sounds_alike(text, text) == 1.0
