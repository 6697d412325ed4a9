"""What sounds alike on the telephone, and what only looks alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flows.lints.sounds import ALIKE
from ivr.speech.pronunciations import Pronunciations
from ivr.understanding.pronounced import alike_by
from ivr.understanding.sounding import sounds_alike
from tests.conftest import ROOT

TEXT = st.text(alphabet="abcdefghijklmnopqrstuvwxyz' ", max_size=30)


ALIKE_PAIRS = pytest.mark.parametrize(
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
OTHER_PAIRS = pytest.mark.parametrize(
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


@pytest.fixture(scope="module")
def pronounced() -> Callable[[str, str], float]:
    """By the pronunciations in the model that ships."""
    return alike_by(Pronunciations(ROOT / "models" / "telephony-en-8k").of)


@ALIKE_PAIRS
def test_these_are_taken_for_each_other(one: str, other: str) -> None:
    assert sounds_alike(one, other) >= ALIKE


@OTHER_PAIRS
def test_these_are_not(one: str, other: str) -> None:
    assert sounds_alike(one, other) < ALIKE


@ALIKE_PAIRS
def test_these_are_pronounced_alike(one: str, other: str, pronounced: Callable[[str, str], float]) -> None:
    assert pronounced(one, other) >= ALIKE


@OTHER_PAIRS
def test_these_are_not_pronounced_alike(one: str, other: str, pronounced: Callable[[str, str], float]) -> None:
    assert pronounced(one, other) < ALIKE


@pytest.mark.parametrize(
    ("one", "other"), [("boston", "austin"), ("hours", "ours"), ("bill", "pill"), ("fan", "van"), ("parts", "carts")]
)
def test_pronunciations_tell_what_spelling_hides(one: str, other: str, pronounced: Callable[[str, str], float]) -> None:
    assert pronounced(one, other) > max(ALIKE, sounds_alike(one, other))


def test_words_without_a_pronunciation_are_compared_by_spelling(pronounced: Callable[[str, str], float]) -> None:
    assert pronounced("xylofonix", "xylophonics") == sounds_alike("xylofonix", "xylophonics")


@given(TEXT, TEXT)
def test_likeness_is_between_nothing_and_all_and_the_same_both_ways(one: str, other: str) -> None:
    score = sounds_alike(one, other)
    assert 0.0 <= score <= 1.0
    assert score == pytest.approx(sounds_alike(other, one))


@given(TEXT)
def test_everything_sounds_like_itself(text: str) -> None:
    assert sounds_alike(text, text) == 1.0
