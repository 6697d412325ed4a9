"""Several answers in one sentence, in any order, and answers taken back later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.flows import FlowBook
from ivr.flows.overheard import introduced_name
from tests.conftest import Caller

ORDERS = """
lines: {"+15035550100": main}
slots:
  order: {kind: digits, length: 6, ask: Your order?}
  name: {kind: name, ask: Your name?}
  account_number: {kind: digits, length: 4, ask: Your account?}
flows:
  main:
    - collect: [order, name]
    - say: "{order} for {name}."
    - collect: account_number
    - hangup: "{order} for {name} on {account_number}."
"""


@pytest.fixture
def caller(make_book: Callable[[str], FlowBook]) -> Caller:
    return Caller(make_book(ORDERS)).rings()


@pytest.mark.parametrize(
    "said",
    [
        "order one two three four five six, this is Dana Lee",
        "order one two three four five six this is dana lee",
        "this is dana lee and my order is one two three four five six",
        "my name is Dana Lee, order number 123456",
        "i'm dana lee order 1 2 3 4 5 6",
        "hi my name's dana lee i'm calling about order one two three four five six",
    ],
)
def test_two_answers_in_one_sentence_are_asked_for_no_more(caller: Caller, said: str) -> None:
    assert caller.says(said).lines == ["1 2 3 4 5 6 for Dana Lee.", "Your account?"]


def test_a_name_is_heard_in_a_sentence_that_goes_on(caller: Caller) -> None:
    caller.says("one two three four five six")
    assert caller.says("this is dana account four four four four").lines[:1] == ["1 2 3 4 5 6 for Dana."]


def test_an_answer_may_come_with_a_correction_of_the_one_before(caller: Caller) -> None:
    caller.says("one two three four five six")
    said = "no my order is one two three four five seven and my name is dana"
    assert caller.says(said).lines[:1] == ["1 2 3 4 5 7 for Dana."]


def test_what_was_not_heard_surely_fills_one_answer_only(caller: Caller) -> None:
    assert caller.says("order one two three four five six this is dana", 0.3).lines == [
        "I heard 1 2 3 4 5 6. Is that right?"
    ]
    assert caller.says("yes").lines == ["Your name?"]


def test_any_earlier_answer_may_be_taken_back_at_a_later_question(caller: Caller) -> None:
    caller.says("order one two three four five six, this is dana")
    assert caller.says("no, I said one two three four five seven").lines == ["All right, 1 2 3 4 5 7.", "Your account?"]
    assert caller.says("actually my name is sam").lines == ["All right, Sam.", "Your account?"]
    assert caller.says("four four four four").lines[:1] == ["1 2 3 4 5 7 for Sam on 4 4 4 4."]


def test_a_sentence_without_a_name_introduces_nobody(caller: Caller) -> None:
    assert introduced_name("this is", []) == ""
    assert introduced_name("my name is", ["name"]) == ""
    assert introduced_name("this is about my order", ["order"]) == ""
    assert caller.says("this is order one two three four five six").lines == ["Your name?"]
