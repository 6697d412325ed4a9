"""Reading flow files: whatever is in the file, it is a book or a list of mistakes, in bounded time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.flows import FlowBook, FlowFileError, Problem, read_flows, step
from ivr.flows.call import Call
from ivr.flows.events import Answered, Event, Failed, Heard, Pressed, Recorded, Silence, Started, Unavailable
from ivr.flows.loader import MakeSkills, read_draft
from ivr.flows.source import MAX_BYTES, decode, read_source
from ivr.skillset import SkillMaker
from tests.conftest import CALLER, MONDAY_NOON, ROOT

SHOP = (ROOT / "flows.yaml").read_text(encoding="utf-8")
LINES = SHOP.splitlines()
EVENTS: tuple[Event, ...] = (
    Pressed(MONDAY_NOON, "1"), Heard(MONDAY_NOON, "nine four one oh seven"), Silence(MONDAY_NOON),
    Heard(MONDAY_NOON, "next"), Failed(MONDAY_NOON, "x"), Pressed(MONDAY_NOON, "3"), Recorded(MONDAY_NOON, "", 0, ""),
    Recorded(MONDAY_NOON, "RE1", 2.0, "key"), Pressed(MONDAY_NOON, "0"), Unavailable(MONDAY_NOON, "busy"),
    Answered(MONDAY_NOON, "maria"),
)  # fmt: skip
FEW = 40
"""Reading a whole file takes 30 ms."""
"""These files take up to 1 s, and 5 s when they are as large as is allowed; without limits it would be for ever."""


def run(book: FlowBook) -> None:
    """A book that was read can be run: nothing in it may break a call."""
    assert book.flows
    for line in book.company.lines:
        call, _ = step(Call("CA1"), Started(MONDAY_NOON, line, CALLER), book)
        for event in EVENTS:
            call, _ = step(call, event, book)


def mistakes(text: str, make_skills: MakeSkills) -> tuple[Problem, ...]:
    """What is wrong with ``text``; nothing else may come of reading it."""
    try:
        found: tuple[Problem, ...] = ()
        run(read_flows(text, make_skills))
    except FlowFileError as error:
        found = error.problems
        if not found:
            raise
    lines = len(text.splitlines())
    assert all(1 <= problem.place.line <= lines + 2 and problem.place.column >= 1 for problem in found)
    assert all(problem.what.endswith((".", "?")) for problem in found)
    return found


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_text_or_a_mistake(data: bytes) -> None:
    codes = []
    try:
        decode(data, "flows.yaml")
    except FlowFileError as error:
        codes = [problem.code for problem in error.problems]
    readable = data.decode("utf-8", "replace").encode() == data
    assert codes == ([] if readable else ["F000"])


@given(text=st.text(max_size=200) | st.text("{}[]:,&*!|>'\"%@`-? \n\tabc#<0", max_size=200))
def test_any_text_is_a_book_or_mistakes(text: str, skills: SkillMaker) -> None:
    mistakes(text, skills)


WORDS = """
    flows welcome main say menu ask options press hear go then else if set call return collect confirm yes no
    find_store near offer transfer to otherwise queue voicemail http get failed sms text lines slots order kind
    digits mailboxes support queues sales agents hours open shop stores file defaults no_input no_match wait
    anywhere repeat 1 * {order} {x|y} hours.shop 6s +15035550100 <<
"""
NAMES = st.sampled_from(WORDS.split()) | st.text(max_size=5)
TREES: st.SearchStrategy[object] = st.recursive(
    NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=25,
)
STEPS = st.lists(st.dictionaries(NAMES, TREES, max_size=3), max_size=4)
FILES = st.fixed_dictionaries(
    {"flows": st.dictionaries(NAMES, STEPS | TREES, max_size=4)},
    optional=dict.fromkeys(("lines", "slots", "hours", "defaults", "anywhere", "queues", "mailboxes"), TREES),
)


@settings(max_examples=FEW)
@given(tree=FILES)
def test_any_structure_is_a_book_or_mistakes(tree: object, skills: SkillMaker) -> None:
    mistakes(json.dumps(tree), skills)


@settings(max_examples=FEW)
@given(data=st.data())
def test_the_example_with_any_line_changed_is_a_book_or_mistakes(data: st.DataObject, skills: SkillMaker) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = data.draw(st.integers(0, len(line)))
        lines[at] = (
            line[:cut]
            + data.draw(st.sampled_from(["", " ", "x", ":", "- ", "{", "'", "\t", "&a ", "*a"]))
            + line[data.draw(st.integers(cut, len(line))) :]
        )
    mistakes("\n".join(lines), skills)


@given(word=st.sampled_from(["find_store", "welcome", "support", "sales", "order", "where", "press", "options", "say"]))
def test_a_misspelt_word_is_found_where_it_stands(word: str, skills: SkillMaker) -> None:
    lines = list(LINES)
    at = next(number for number, line in enumerate(lines) if f"{word}:" in line and not line.startswith("#"))
    lines[at] = lines[at].replace(f"{word}:", f"{word}z:", 1)
    assert mistakes("\n".join(lines), skills)


HOSTILE: dict[str, Callable[[], str]] = {
    "unknown flows": lambda: "flows:\n" + "".join(f"  f{i}: [{{go: x{i}}}]\n" for i in range(800)),
    "unknown steps": lambda: "flows:\n" + "".join(f"  f{i}: [{{xx: x}}]\n" for i in range(800)),
    "lists in lists": lambda: "flows: " + "[[[[[[[[[[" * 9000,
    "aliases": lambda: "a: &a [x]\nb: [" + "*a, " * 8000 + "]\n",
    "merges": lambda: (
        "a: &a {x: y}\n"
        + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1 if i else ''}, *a{i - 1 if i else ''}]}}\n" for i in range(60))
    ),
    "anchors": lambda: "".join(f"&a{i} a{i}: x\n" for i in range(1500)),
    "a long text": lambda: "flows: {a: [{say: '" + "{}" * (MAX_BYTES // 2 - 100) + "'}]}",
    "too many bytes": lambda: "# " + "x" * MAX_BYTES,
    "nested ifs": lambda: (
        "flows:\n  a:\n"
        + "".join(" " * (4 + 6 * i) + "- if: caller is known\n" + " " * (6 + 6 * i) + "then:\n" for i in range(19))
        + " " * (4 + 6 * 19)
        + "- say: x\n"
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_mistake_and_no_hang(name: str, skills: SkillMaker) -> None:
    assert mistakes(HOSTILE[name](), skills)


@pytest.mark.parametrize(
    "text", ['flows: {main: [{say: "a \\ud83d"}]}', 'flows: {"\\udc00": [{say: a}]}', '"\\ud83d": 1']
)
def test_half_a_character_is_a_mistake_and_not_the_end_of_the_check(text: str, skills: SkillMaker) -> None:
    problems = read_draft(text, skills).problems
    assert "half a character is written here." in [one.what for one in problems]
    assert str(problems).encode()


def test_two_halves_are_one_character(skills: SkillMaker) -> None:
    draft = read_draft('flows: {main: [{say: "\\ud83d\\ude00"}, hangup]}', skills)
    assert draft.book is not None
    assert "\U0001f600" in str(draft.book.blocks["main"][0])


def test_values_stay_as_written() -> None:
    text = "a: no\nb: 012\nc: 12:30\nd: +15551234567\ne: 1_000\nf: ~\ng:\nh: 2026-11-23\ni: 1e3\n"
    tree = read_source(text, "flows.yaml").tree
    assert tree == {
        "a": "no", "b": "012", "c": "12:30", "d": "+15551234567", "e": "1_000", "f": "~", "g": "", "h": "2026-11-23",
        "i": "1e3",
    }  # fmt: skip


def test_lines_brought_along_give_way_to_ones_own() -> None:
    tree = read_source("a: &a {x: 1, y: 2}\nb: &b {z: 3}\nc: {y: 9, <<: [*a, *b], z: 8}\n", "f").tree
    assert tree["c"] == {"x": "1", "y": "9", "z": "8"}


def test_a_file_may_begin_with_the_mark_that_some_editors_write(skills: SkillMaker) -> None:
    data = b"\xef\xbb\xbf" + SHOP.encode()
    assert mistakes(decode(data, "flows.yaml"), skills) == ()


def test_the_version_of_a_book_is_its_text(make_book: Callable[[str], FlowBook]) -> None:
    assert make_book(SHOP).version == make_book(SHOP).version
    assert make_book(SHOP).version != make_book(f"{SHOP}\n# changed\n").version


def test_every_place_of_a_book_is_the_line_it_is_written_in(shop: FlowBook) -> None:
    assert LINES[shop.places["main"].line - 1] == "  main:"
    assert LINES[shop.places["main.0"].line - 1].strip() == "- menu:"
    assert "say: Our shops are closed" in LINES[shop.places["welcome.1.then.0"].line - 1]
    assert {Path(place.file).name for place in shop.places.values()} == {"flows.yaml"}
