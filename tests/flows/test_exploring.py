"""Laws of exploring: it gets wherever a call can get, and calls trapped what is trapped, by another reckoning."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.flows import FlowBook
from ivr.flows.call import Call
from ivr.flows.events import Event
from ivr.flows.exploring import explore, story
from ivr.flows.graph import END, asks, commands, starts, steps, ways
from ivr.flows.interpreter import Trail, step
from ivr.flows.lints import lint
from ivr.flows.loader import read_draft
from ivr.skillset import SkillMaker
from tests.conftest import MONDAY_NOON
from tests.flows.test_laws import CALLS, EVERYTHING

FLOWS = ("red", "green", "blue", "grey")
TARGETS = st.sampled_from(FLOWS)
AWAY = st.builds("{{go: {}}}".format, TARGETS)
LADDER = st.sampled_from([AWAY] * 14 + [st.none(), st.just("[Pardon?]")]).flatmap(lambda ladder: ladder)
HANGUP = "    - hangup: Goodbye."
PERSON = '    - transfer: {to: "+15035550101", otherwise: {no answer: red}}\n    - go: red'
ENDS = st.sampled_from([HANGUP, PERSON, "", "", "", "", "", ""])


@st.composite
def small_books(draw: st.DrawFn) -> str:
    """Flows of menus that lead to each other, to a person, to an end, or nowhere else at all."""
    text = 'lines: {"+15035550100": red}\nflows:\n'
    if draw(st.booleans()):
        text = f"anywhere: {{help: {{go: {draw(TARGETS)}}}}}\n{text}"
    for flow in FLOWS:
        options = draw(st.lists(TARGETS, min_size=1, max_size=3))
        end = draw(ENDS)
        if end:
            text += f"  {flow}:\n{end}\n"
            continue
        text += f"  {flow}:\n    - menu:\n        ask: {flow}?\n        options:\n"
        text += "".join(f"          option {at}: {{go: {to}}}\n" for at, to in enumerate(options))
        for ladder in ("no_input", "no_match"):
            rungs = draw(LADDER)
            text += f"        {ladder}: {rungs}\n" if rungs else ""
    return text


def trapped_by_the_graph(book: FlowBook) -> set[str]:
    """Questions that a call can get to and from which the picture shows no way to an end or a transfer."""
    onward: dict[str, set[str]] = {}
    for way in ways(book):
        onward.setdefault(way.source, set()).add(way.target)
    words = {name: one.word for name, one in steps(book)}
    for name, one in steps(book):
        if asks(book, one):
            onward.setdefault(name, set()).update(commands(book).values())

    def reached(start: str) -> set[str]:
        found, todo = {start}, [start]
        while todo:
            new = onward.get(todo.pop(), set()) - found
            found |= new
            todo += new
        return found

    out = {name for name in words if any(one == END or words.get(one) == "transfer" for one in reached(name))}
    called = set().union(*(reached(start) for start in starts(book).values()))
    return {name for name, one in steps(book) if name in called and name not in out and asks(book, one)}


@given(text=small_books())
def test_what_is_trapped_is_trapped_by_the_picture_too(text: str, skills: SkillMaker) -> None:
    draft = read_draft(text, skills)
    assume(draft.book is not None and not draft.has_mistakes)
    assert draft.book is not None
    explored = explore(draft.book, MONDAY_NOON)
    assert explored.complete
    assert explored.precise
    free = explored.reaching(lambda spot: spot.over or spot.person)
    trapped = {spot.step for at, spot in enumerate(explored.spots) if spot.asks and at not in free}
    assert trapped == trapped_by_the_graph(draft.book)
    found = {problem.code for problem in lint(draft, text, now_s=MONDAY_NOON)}
    assert ("L103" in found) is bool(trapped)


@given(text=small_books())
def test_a_story_ends_with_the_question_it_leads_to(text: str, skills: SkillMaker) -> None:
    draft = read_draft(text, skills)
    assume(draft.book is not None and not draft.has_mistakes)
    assert draft.book is not None
    explored = explore(draft.book, MONDAY_NOON)
    for at, spot in enumerate(explored.spots):
        if spot.asks:
            assert story(explored, at).endswith(f"{spot.step.partition('.')[0]}?")


@pytest.fixture(scope="module")
def everything(make_book: Callable[[str], FlowBook]) -> tuple[FlowBook, set[str]]:
    """A book with every step, and the steps that exploring gets to."""
    book = make_book(EVERYTHING)
    return book, {spot.step for spot in explore(book, MONDAY_NOON).spots}


@given(events=CALLS)
def test_no_call_gets_where_exploring_does_not(everything: tuple[FlowBook, set[str]], events: list[Event]) -> None:
    book, explored = everything
    call = Call("CA1")
    trail: Trail = []
    for event in events:
        call, _ = step(call, event, book, trail)
    assert {name for name, _ in trail} <= explored
