"""The lints: each finds what its page says, nothing else, and in time. Wordings are in tests/mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ivr.benchmarks.large_flow import flow_of
from ivr.flows.exploring import Explored, explore, story
from ivr.flows.graph import asks, commands, starts, ways
from ivr.flows.lints import LINTS, lint
from ivr.flows.lints.pages import page, reference
from ivr.flows.loader import read_draft
from ivr.flows.problems import Problem
from ivr.settings import Settings
from ivr.skillset import SkillMaker
from ivr.speech import VoskEars
from ivr.speech.models import find_model
from ivr.speech.pronunciations import Pronunciations
from tests.conftest import MONDAY_NOON, ROOT

Look = Callable[[str], list[Problem]]
SHIPPED = (ROOT / "flows.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def maker(skills: SkillMaker) -> SkillMaker:
    settings = Settings.from_env({}, ROOT)
    model = find_model(settings.vosk_model, ROOT, settings.data)
    own = SkillMaker(settings, VoskEars(model).knows, Pronunciations(model).of)
    own.__dict__["places"] = skills.places
    return own


@pytest.fixture(scope="module")
def look(maker: SkillMaker) -> Look:
    """What the lints say of a text, notes included."""
    return lambda text: lint(read_draft(text, maker), text, now_s=MONDAY_NOON, pedantic=True)


def explored(text: str, maker: SkillMaker) -> Explored:
    book = read_draft(text, maker).book
    assert book is not None
    return explore(book, MONDAY_NOON)


# --- each lint and its page -------------------------------------------------------------------------------------------


UNSPOKEN = [code for code, one in LINTS.items() if not one.spoken]
"""Those that find what they find without a sound."""


@pytest.mark.parametrize("code", UNSPOKEN)
def test_the_bad_example_of_a_page_is_found(code: str, look: Look) -> None:
    assert code in {problem.code for problem in look(LINTS[code].bad)}


@pytest.mark.parametrize("code", LINTS)
def test_the_good_example_of_a_page_is_not(code: str, look: Look, maker: SkillMaker) -> None:
    assert read_draft(LINTS[code].good, maker).problems == ()
    assert code not in {problem.code for problem in look(LINTS[code].good)}


def test_codes_and_titles_are_given_once() -> None:
    assert list(LINTS) == sorted(LINTS)
    assert len({one.title for one in LINTS.values()}) == len(LINTS)
    assert all(re.fullmatch(r"L1\d\d", code) for code in LINTS)


def test_the_reference_is_what_the_table_says() -> None:
    written = (ROOT / "docs" / "lints.md").read_text(encoding="utf-8")
    assert written == reference(LINTS), "write it anew:  ivr check --explain all > docs/lints.md"


def test_every_page_is_in_the_reference() -> None:
    assert all(page(one) in reference(LINTS) for one in LINTS.values())


def test_every_lint_has_a_bad_file_with_its_exact_words() -> None:
    told = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "mistakes").glob("lint_*.txt"))
    # A note is shown with --pedantic only; what is measured by speaking has figures in its words.
    assert [
        code for code, one in LINTS.items() if f"[{code}]" not in told and one.severity != "info" and not one.spoken
    ] == []


# --- what is fine -----------------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_example_that_ships(look: Look) -> None:
    assert [str(problem) for problem in look(SHIPPED) if problem.severity != "info"] == []


def test_nothing_is_wrong_with_the_largest_file_either(look: Look) -> None:
    assert [str(problem) for problem in look(flow_of(1000))] == []


@pytest.mark.parametrize("steps", [14, 15, 200, 1000])
def test_a_generated_file_has_as_many_steps_as_one_wants(steps: int, maker: SkillMaker) -> None:
    book = read_draft(flow_of(steps), maker).book
    assert book is not None
    assert sum(map(len, book.blocks.values())) == steps


# --- comments ---------------------------------------------------------------------------------------------------------


ENDING = '    - transfer: "+15035550101"'


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (f"{ENDING}", True),
        (f"{ENDING}  # ringdown: allow L114", False),
        (f"{ENDING}  # ringdown: allow L101, L114", False),
        (f"{ENDING}  # ringdown: allow L101", True),
        (f"{ENDING}  # please allow L114", True),
        (f"    # ringdown: allow L114\n{ENDING}", False),
        (f"    # ringdown: allow L114\n    # They always answer.\n{ENDING}", False),
        (f"    - say: Hello.  # ringdown: allow L114\n{ENDING}", True),
        (f"    # ringdown: allow L114\n    - say: Hello.\n{ENDING}", True),
        (f"{ENDING}\n    # ringdown: allow L114", True),
    ],
)
def test_a_comment_silences_a_lint_in_its_line_or_below(lines: str, found: bool, look: Look) -> None:
    text = f'lines: {{"+15035550100": main}}\nflows:\n  main:\n{lines}\n'
    assert ("L114" in {problem.code for problem in look(text)}) is found


def test_a_comment_cannot_silence_a_mistake(maker: SkillMaker) -> None:
    text = 'lines: {"+15035550100": main}\nflows:\n  main:\n    - go: nowhere  # ringdown: allow L101\n'
    assert [problem.code for problem in read_draft(text, maker).problems] == ["F201"]


# --- notes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "bent"),
    [
        ("02134", True), ("007", True), ("089", True), ("12:30", True), ("no", True), ("On", True), ("y", True),
        ("+15035550100", True), ("1_000", True), ("~", True), ("null", True), ("1e3", True),
        ('"02134"', False), ("'no'", False), ("no thanks", False), ("94107", False), ("0", False), ("12:30 PM", False),
        ("+1 503", False), ("nobody", False), ("a_1", False), ("on-line", False),
    ],
)  # fmt: skip
def test_values_that_other_programs_bend_are_noted(value: str, bent: bool, look: Look) -> None:
    for written in (f"    - set: {{topic: {value}}}", f"    - set:\n        topic: {value}  # see below"):
        text = f'lines: {{"+15035550100": main}}\nflows:\n  main:\n{written}\n    - hangup: Goodbye.\n'
        notes = [problem for problem in look(text) if problem.code == "L117"]
        assert bool(notes) is bent, written
        assert all(text.splitlines()[one.place.line - 1][one.place.column - 1 :].startswith(value) for one in notes)


def test_names_that_other_programs_bend_are_noted(look: Look) -> None:
    text = LINTS["L104"].good.replace("leave a message", "no")
    assert [problem.place.line for problem in look(text) if problem.code == "L117"] == [9]


def test_notes_are_only_told_to_the_pedantic(maker: SkillMaker) -> None:
    text = LINTS["L117"].bad
    told = lint(read_draft(text, maker), text, now_s=MONDAY_NOON)
    assert told
    assert "info" not in {problem.severity for problem in told}


# --- exploring --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [SHIPPED, flow_of(200)], ids=["shipped", "large"])
def test_every_step_with_a_way_to_it_is_explored(text: str, maker: SkillMaker) -> None:
    book = read_draft(text, maker).book
    assert book is not None
    reached = {spot.step for spot in explore(book, MONDAY_NOON).spots if not spot.over}
    todo = [*starts(book).values(), *commands(book).values()]
    expected: set[str] = set()
    while todo:
        step = todo.pop()
        if step not in expected and step.rpartition(".")[0] in book.blocks:
            expected.add(step)
            todo += [way.target for way in ways(book) if way.source == step]
    assert reached == expected


def test_every_question_meets_silence_and_every_option(maker: SkillMaker) -> None:
    book = read_draft(SHIPPED, maker).book
    assert book is not None
    spots = explore(book, MONDAY_NOON).spots
    onward = {
        spot.step: {spots[at].step for at in spot.onward} for spot in spots if spot.asks and spot.step == "main.0"
    }
    assert {"find_store.0", "track_order.0", "message.0", "sales.0", "goodbye.0", "operator.0"} <= onward["main.0"]
    questions = {
        f"{block}.{at}" for block, steps in book.blocks.items() for at, step in enumerate(steps) if asks(book, step)
    }
    assert questions <= {spot.step for spot in spots if spot.asks}


def test_a_story_is_the_shortest_one(maker: SkillMaker) -> None:
    found = explored(SHIPPED, maker)
    at = min((at for at, spot in enumerate(found.spots) if spot.person), key=lambda at: found.spots[at].turns)
    assert found.spots[at].turns == 1
    assert story(found, at).endswith("Please hold while I connect you.")
    assert " / Caller: talk to sales / " in story(found, at)


def test_hours_stay_as_they_are_in_one_conversation(look: Look) -> None:
    """Open now and closed in a minute would be a way out; there is none."""
    text = (ROOT / "tests" / "mistakes" / "lint_trapped_while_closed.yaml").read_text(encoding="utf-8")
    assert [problem.code for problem in look(text)] == ["L103"]
    opened = text.replace("is open", "is closed or hours.shop is open")
    assert "L103" not in {problem.code for problem in look(opened)}


def test_a_book_with_too_much_to_know_is_still_explored_to_its_end(maker: SkillMaker) -> None:
    """Twelve answers that can each be known or not are 4,096 times each question."""
    slots = "".join(f"  s{at}: {{kind: digits, length: 4, ask: Number {at}?}}\n" for at in range(12))
    options = "".join(f"          number {at}: {{then: [{{collect: s{at}}}, {{go: main}}]}}\n" for at in range(12))
    text = f"""\
lines: {{"+15035550100": main}}
slots:
{slots}
flows:
  main:
    - menu:
        ask: Which number?
        options:
{options}        no_input: {{go: main}}
        no_match: {{go: main}}
"""
    found = explored(text, maker)
    assert found.complete
    assert not found.precise


def test_a_trap_is_found_in_a_book_that_is_explored_coarsely(look: Look, maker: SkillMaker) -> None:
    trap = """\
  trap:
    - menu:
        ask: Again?
        options: {again: {go: trap}}
        no_input: {go: trap}
        no_match: {go: trap}
"""
    text = flow_of(1600).replace("{press: 9, go: message}", "{press: 9, go: trap}", 1) + trap
    text = text.replace("  operator: {press: 0, hear: [speak to a person], go: operator}\n", "").replace(
        "anywhere:\n", ""
    )
    assert not explored(text, maker).precise
    assert [problem.code for problem in look(text) if problem.severity == "error"] == ["L103"]


# --- speed ------------------------------------------------------------------------------------------------------------


def test_a_thousand_steps_that_go_round_have_nothing_wrong_with_them(maker: SkillMaker) -> None:
    text = flow_of(1000)
    assert lint(read_draft(text, maker), text, now_s=MONDAY_NOON, pedantic=True) == []


def test_reading_a_file_for_calls_explores_nothing(maker: SkillMaker) -> None:
    """A trap is no reason to leave callers without any conversation."""
    draft = read_draft(LINTS["L103"].bad, maker)
    assert draft.problems == ()
    assert draft.book is not None
