"""``ivr understand`` prints what a sentence means at a menu of the flow file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.commands.understand import understand
from ivr.flows import FlowBook, read_flows
from ivr.flows.company import Company
from ivr.flows.loader import Misfit
from ivr.flows.skills import Found, Skills
from ivr.understanding import menu
from ivr.understanding.kinds import make_kinds

FLOWS = """
company: Acme
lines: {"+15035550100": main}
slots:
  order: {kind: digits, length: 6, ask: Which order?}
flows:
  main:
    - say: Welcome.
    - menu:
        ask: How can I help?
        options:
          find a store: {press: 1, hear: [nearest shop], go: bye}
          talk to sales: {press: 2, hear: [sales], go: bye}
  bye:
    - hangup: Goodbye.
"""


class AlwaysOpen:
    """Opening hours of a company that never closes."""

    def is_open(self, name: str, at_s: float) -> bool:
        return True

    def is_holiday(self, name: str, at_s: float) -> bool:
        return False

    def next_open(self, name: str, at_s: float) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class OnlyTheBook:
    """The one part this command uses."""

    book: FlowBook


class PlainSkills:
    """Understanding without stores or hours."""

    def __call__(self, company: Company) -> Skills:
        kinds = make_kinds(lambda _: None, ())
        return Skills(
            menu.understand, kinds, lambda near, count, at_s, open_at="", service="": Found("none"), AlwaysOpen()
        )

    def misfits(self, company: Company) -> Iterator[Misfit]:
        return iter(())


@pytest.fixture(scope="module")
def parts() -> OnlyTheBook:
    return OnlyTheBook(read_flows(FLOWS, PlainSkills()))


def run(parts: OnlyTheBook, *args: str) -> Result:
    return CliRunner().invoke(understand, args, obj=parts)


def test_the_option_the_score_and_the_reason_are_printed(parts: OnlyTheBook) -> None:
    result = run(parts, "main", "which", "shop", "is", "nearest")
    first, *rest = result.stdout.splitlines()
    assert (result.exit_code, first) == (0, "find a store  (0.80, said the words of 'nearest shop')")
    assert [line.split("  ")[0] for line in rest] == ["option", "find a store", "talk to sales"]


def test_a_step_of_a_flow_names_its_menu(parts: OnlyTheBook) -> None:
    assert run(parts, "main.1", "sales").stdout.startswith("talk to sales")
    assert run(parts, "main.0", "sales").exit_code == 2


def test_machines_get_the_same_as_json(parts: OnlyTheBook) -> None:
    result = run(parts, "main", "sails", "--json")
    told = json.loads(result.stdout)
    assert {**told, "candidates": None} == {
        "choice": "talk to sales",
        "score": 0.75,
        "how": "sounds like 'sales'",
        "offer": [],
        "candidates": None,
    }
    assert [one["words"] for one in told["candidates"]] == [0.75, 0.0]


def test_a_sentence_that_means_no_option_ends_with_1(parts: OnlyTheBook) -> None:
    result = run(parts, "main", "tell me a joke")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (1, "no option  (0.00, nothing like any option)")


def test_an_unknown_menu_is_a_mistake_that_names_the_flows(parts: OnlyTheBook) -> None:
    result = run(parts, "mian", "sales")
    assert result.exit_code == 2
    assert "main, bye" in result.stderr


@pytest.mark.parametrize(
    ("question", "said", "answer"),
    [
        ("zip", "nine seven two oh one", "97201  (zip, read back as '9 7 2 0 1')"),
        ("zip", "ninety-seven two oh one", "97201  (zip, read back as '9 7 2 0 1')"),
        ("order", "double five one two three four", "551234  (digits, read back as '5 5 1 2 3 4')"),
        ("time", "half past four", "16:30  (time, read back as '4:30 PM')"),
        ("money", "forty two fifty", "42.50  (money, read back as '42 dollars and 50 cents')"),
        (
            "email",
            "dana at example dot com",
            "dana@example.com  (email, read back as 'd, a, n, a, at example dot com')",
        ),
        ("spelling", "b as in boy o b", "BOB  (spelling, read back as 'B, O, B')"),
    ],
)
def test_a_slot_or_a_kind_of_answer_tells_its_value(parts: OnlyTheBook, question: str, said: str, answer: str) -> None:
    assert run(parts, question, *said.split()).stdout == f"{answer}\n"


def test_a_date_without_a_year_is_one_to_come(parts: OnlyTheBook) -> None:
    found = json.loads(run(parts, "date", "twenty third of june", "--json").stdout)
    assert found["value"].endswith("-06-23")


def test_a_sentence_without_a_value_ends_with_1(parts: OnlyTheBook) -> None:
    result = run(parts, "order", "one two three")
    assert (result.exit_code, result.stdout) == (1, "no digits\n")


def test_labelled_sentences_are_scored_and_what_is_confused_is_told(parts: OnlyTheBook, tmp_path: Path) -> None:
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    train.write_text(rows(("where is my card", "card"), ("send me money", "money"), ("tell me a joke", "oos")))
    test.write_text(
        rows(("where is my card", "card"), ("send me my card", "card"), ("my money", "money"), ("hi", "oos"))
    )
    told = json.loads(run(parts, "--eval", str(train), str(test), "--json").stdout)
    assert (told["sentences"], told["out of scope"], told["out of scope refused"]) == (3, 1, 1.0)
    assert told["accuracy"] == pytest.approx(1 - len(told["confused"]) / 3)
    shown = run(parts, "--eval", str(train), str(test)).stdout
    assert "out of scope refused" in shown


@pytest.mark.parametrize("line", ['{"text": "hi"}', "hi", "[1]"])
def test_a_line_that_is_no_labelled_sentence_is_named(line: str, parts: OnlyTheBook, tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    file.write_text(f"{line}\n")
    result = run(parts, "--eval", str(file), str(file))
    assert result.exit_code == 2
    assert "train.jsonl:1" in result.stderr


def test_without_a_menu_or_files_it_says_what_is_needed(parts: OnlyTheBook) -> None:
    assert "--eval TRAIN TEST" in run(parts).stderr


def rows(*labelled: tuple[str, str]) -> str:
    return "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in labelled)
