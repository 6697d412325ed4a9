"""The calls that ship with the example company: all go as written, and together they take every way there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.conversations import Conversation, Result, coverage, play
from ivr.conversations.files import conversation_files, read_files
from ivr.flows import FlowBook
from tests.conftest import ROOT

FILES = [*conversation_files([ROOT / "calls"])]
CALLS, MISTAKES = read_files(FILES)


@pytest.fixture(scope="module")
def results(shop: FlowBook) -> list[Result]:
    return [play(one, shop) for one in CALLS]


def test_the_files_have_no_mistakes() -> None:
    assert not MISTAKES
    assert len(FILES) >= 5
    assert len(CALLS) >= 40


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_call_goes_as_written(call: Conversation, shop: FlowBook) -> None:
    result = play(call, shop)
    assert result.passed, f"{result.place}: {result.difference}"


def test_every_way_of_the_example_is_taken(results: list[Result], shop: FlowBook) -> None:
    untaken = [
        f"{one.place} {one.word}: '{one.way.label}' to {one.way.target}" for one in coverage(results, shop).untaken
    ]
    assert untaken == []


def test_a_way_that_is_added_to_the_example_is_missed(make_book: Callable[[str], FlowBook]) -> None:
    text = (ROOT / "flows.yaml").read_text(encoding="utf-8")
    goodbye = "          goodbye: {press: 9, hear: [that is all, nothing else], go: goodbye}\n"
    assert goodbye in text
    book = make_book(text.replace(goodbye, f"{goodbye}          complain: {{press: 8, go: operator}}\n", 1))
    found = coverage([play(one, book) for one in CALLS], book)
    assert ("main.0", "complain") in [(one.way.source, one.way.label) for one in found.untaken]


def test_names_are_given_once() -> None:
    names = [call.name for call in CALLS]
    assert sorted(set(names)) == sorted(names)
