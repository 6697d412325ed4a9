"""What the media stream asks about an answer: what to listen for, whether it is complete, whether it stops a prompt."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ivr.flows.actions import Choice, Listen
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding.answers import Answers
from tests.understanding.conftest import MENU

OPERATOR = Choice("operator", ("agent",), "0")


@pytest.fixture
def answers(kinds: Mapping[str, Kind]) -> Answers:
    return Answers(kinds)


def asking(kinds: Mapping[str, Kind], name: str, length: int | None = None) -> Listen:
    """The Listen a question of kind ``name`` makes."""
    kind, options = kinds[name], KindOptions(length)
    return Listen(name, (OPERATOR,), kind.words(options), closed=kind.closed, max_keys=kind.max_keys(options))


def test_a_menu_listens_for_names_phrases_and_keys_each_once(answers: Answers) -> None:
    menu = (Choice("start_over", ("start over", "Main Menu"), "1"), Choice("24 hours", (), "*"))
    assert answers.grammar(Listen("menu", menu)) == ["start over", "main menu", "twenty four hours", "one"]


def test_a_zip_question_listens_for_digits_and_commands_but_not_for_the_keys_of_commands(
    answers: Answers, kinds: Mapping[str, Kind]
) -> None:
    grammar = answers.grammar(asking(kinds, "zip"))
    assert grammar
    assert {"agent", "operator", "nine", "oh", "ninety"} <= set(grammar)
    assert grammar.count("zero") == 1


def test_free_speech_has_no_grammar(answers: Answers, kinds: Mapping[str, Kind]) -> None:
    assert answers.grammar(asking(kinds, "name")) is None


@pytest.mark.parametrize(
    ("kind", "length", "text"),
    [
        ("zip", None, "nine four one oh seven"),
        ("zip", None, "agent"),
        ("digits", 6, "one two three four five six"),
        ("yes_no", None, "yes please"),
        ("name", None, "operator"),
    ],
)
def test_a_complete_value_or_command_is_finished(
    answers: Answers, kinds: Mapping[str, Kind], kind: str, length: int | None, text: str
) -> None:
    assert answers.finished(asking(kinds, kind, length), text)


@pytest.mark.parametrize(
    ("kind", "length", "text"),
    [
        ("zip", None, "zero"),
        ("zip", None, "nine four one"),
        ("digits", 6, "one two three"),
        ("digits", None, "one two three"),
        ("name", None, "john"),
    ],
)
def test_a_value_that_may_go_on_is_not_finished(
    answers: Answers, kinds: Mapping[str, Kind], kind: str, length: int | None, text: str
) -> None:
    assert not answers.finished(asking(kinds, kind, length), text)


def test_an_option_or_its_key_finishes_a_menu(answers: Answers) -> None:
    assert answers.finished(Listen("menu", MENU), "sales please")
    assert answers.finished(Listen("menu", MENU), "two")
    assert not answers.finished(Listen("menu", MENU), "find a")


def test_one_of_a_short_list_finishes_a_choice(answers: Answers, kinds: Mapping[str, Kind]) -> None:
    words = kinds["choice"].words(KindOptions(choices=("red", "red wine", "green")))
    assert answers.finished(Listen("choice", (), words), "green")
    assert not answers.finished(Listen("choice", (), words), "red")


@pytest.mark.parametrize(
    ("barge_in", "partial", "stops"),
    [
        ("never", "sales", False),
        ("keys", "sales", False),
        ("any", "hello", True),
        ("any", "[unk] uh", False),
        ("any", "", False),
        ("matching", "sales", True),
        ("matching", "hello", False),
        ("matching", "[unk] [unk] [unk] [unk]", False),
        ("matching", "not sales", False),
        ("matching", "we bought skis yesterday", True),
    ],
)
def test_a_prompt_is_stopped_by_what_the_question_allows(
    answers: Answers, barge_in: str, partial: str, stops: bool
) -> None:
    assert answers.interrupts(Listen("menu", MENU, barge_in=barge_in), partial) is stops


@pytest.mark.parametrize(
    ("kind", "partial", "stops"),
    [
        ("zip", "nine four", False),
        ("zip", "nine four one", True),
        ("zip", "94107", True),
        ("zip", "agent", True),
        ("yes_no", "yes", True),
        ("yes_no", "[unk]", False),
        ("place", "portland oregon", True),
    ],
)
def test_three_digits_or_a_whole_value_stop_the_prompt_of_a_value(
    answers: Answers, kinds: Mapping[str, Kind], kind: str, partial: str, stops: bool
) -> None:
    assert answers.interrupts(asking(kinds, kind), partial) is stops
