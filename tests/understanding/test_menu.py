"""Which option is meant, how surely, and why."""

from __future__ import annotations

import pytest

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.understanding.menu import finished, matches, understand
from tests.understanding.conftest import MENU

CLOSING = (Choice("goodbye", ("no", "nothing else"), "9"), Choice("talk to sales", ("sales",), "4"))


def why(said: str) -> str:
    return understand(Heard(0.0, said), MENU).how


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("nearest shop please", "said 'nearest shop'"),
        ("i saw your nearest shop today", "said 'nearest shop'"),
        ("which shop is nearest", "said the words of 'nearest shop'"),
        ("my order", "said 'order', as in 'track an order'"),
        ("find a stone", "close to 'find a store'"),
        ("sails", "sounds like 'sales'"),
        ("option two", "said the key 2"),
        ("not sales", "said not 'sales'"),
        ("sales or operator", "ambiguous: operator or sales"),
        ("tell me a joke", "nothing like any option"),
    ],
)
def test_the_meaning_says_by_what_it_was_recognised(said: str, how: str) -> None:
    assert why(said) == how


def test_surer_ways_of_recognising_score_higher() -> None:
    ways = ("sales", "i have a sales thing", "which shop is nearest", "my order")
    scores = [understand(Heard(0.0, said), MENU).score for said in ways]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_a_second_hearing_helps_when_the_first_means_nothing_but_counts_less() -> None:
    first = understand(Heard(0.0, "sales"), MENU)
    second = understand(Heard(0.0, "whales in spain", alternatives=("whales in spain", "sales")), MENU)
    assert second.choice == "sales"
    assert second.score < first.score
    assert second.how.endswith("(another hearing)")


def test_a_second_hearing_with_more_than_a_phrase_in_it_is_no_help() -> None:
    assert (
        understand(Heard(0.0, "where is that again", alternatives=("where are you that again",)), MENU).choice is None
    )


def test_a_second_hearing_does_not_overrule_a_refusal() -> None:
    assert understand(Heard(0.0, "not sales", alternatives=("sales",)), MENU).choice is None


def test_a_recogniser_that_is_not_sure_lowers_the_score_and_a_guess_on_top_of_that_is_refused() -> None:
    assert understand(Heard(0.0, "sales", confidence=0.2), MENU).score < understand(Heard(0.0, "sales"), MENU).score
    assert understand(Heard(0.0, "sales", confidence=0.0), MENU).choice == "sales"
    assert understand(Heard(0.0, "find a stone", confidence=0.0), MENU).choice is None


def test_the_longer_of_two_phrases_wins_when_one_is_inside_the_other() -> None:
    paint = (Choice("blue"), Choice("dark blue"), Choice("very dark blue"))
    assert understand(Heard(0.0, "i'd take the very dark blue one"), paint).choice == "very dark blue"
    assert understand(Heard(0.0, "i'd take the dark blue one"), paint).choice == "dark blue"


def test_no_is_an_answer_only_where_nothing_else_is_said() -> None:
    assert understand(Heard(0.0, "no"), CLOSING).choice == "goodbye"
    assert understand(Heard(0.0, "no i want sales"), CLOSING).choice == "talk to sales"
    assert understand(Heard(0.0, "there is no way out"), CLOSING).choice is None


def test_one_phrase_listed_for_two_options_is_ambiguous_and_listed_twice_for_one_is_not() -> None:
    both = (Choice("repeat", ("again",)), Choice("next", ("again",)))
    assert understand(Heard(0.0, "again"), both).choice is None
    assert understand(Heard(0.0, "again"), (both[0], both[0])).choice == "repeat"


def test_figures_and_spoken_numbers_are_the_same() -> None:
    open_hours = (Choice("24 hours"), Choice("101 things"))
    assert understand(Heard(0.0, "twenty four hours"), open_hours).choice == "24 hours"
    assert understand(Heard(0.0, "one zero one things"), open_hours).choice == "101 things"


@pytest.mark.parametrize("said", ["sales", "uh sales", "i would like to find a store", "option two", "agent please"])
def test_a_complete_phrase_is_finished(said: str) -> None:
    assert finished(said, MENU)


@pytest.mark.parametrize("said", ["", "[unk]", "find", "find a", "repeat", "store near", "my order", "tell me"])
def test_half_a_phrase_or_one_that_may_go_on_is_not_finished(said: str) -> None:
    assert not finished(said, MENU)


@pytest.mark.parametrize("partial", ["sales", "um i want to talk to sales", "find a store", "where are you and when"])
def test_a_listed_phrase_stops_a_prompt(partial: str) -> None:
    assert matches(partial, MENU)


@pytest.mark.parametrize("partial", ["", "[unk]", "find", "not sales", "hello", "one", "salesman"])
def test_a_cough_or_half_a_phrase_does_not_stop_a_prompt(partial: str) -> None:
    assert not matches(partial, MENU)
