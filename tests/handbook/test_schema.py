"""What editors know of flow files: complete, explained, fresh, and of one mind with the program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ivr.commands.schema import schema
from ivr.flows import FlowFileError, read_flows
from ivr.flows.steps import STEP_TYPES
from ivr.handbook.written import Schema
from ivr.skillset import SkillMaker
from tests.conftest import ROOT
from tests.flows.test_laws import EVERYTHING
from tests.handbook.language_server import LanguageServer
from tests.test_mistakes import FILES as BAD_FILES

HEADER = "# yaml-language-server: $schema=flow.schema.json\n"
STEP = "flows:\n  main:\n    - "
SHIPPED = (ROOT / "flows.yaml").read_text("utf-8")


def described(node: Any, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every key that can be written, with what is said of it."""
    if isinstance(node, dict):
        for name, value in node.get("properties", {}).items():
            yield f"{path}/{name}", value
        for name, value in node.items():
            if name not in {"examples", "defaultSnippets", "default", "enum"}:
                yield from described(value, f"{path}/{name}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from described(value, f"{path}/{index}")


# --- the schema itself ----------------------------------------------------------------------------------------------


def test_the_committed_schema_is_what_the_program_writes() -> None:
    result = CliRunner().invoke(schema)
    assert result.exit_code == 0
    assert result.output == (ROOT / "flow.schema.json").read_text("utf-8"), "run: ivr schema -o flow.schema.json"


def test_the_schema_can_be_written_beside_a_flow_file(tmp_path: Path) -> None:
    file = tmp_path / "flow.schema.json"
    result = CliRunner().invoke(schema, ["-o", str(file)])
    assert result.output == f"{file} describes flow files to editors.\n"
    assert json.loads(file.read_text("utf-8"))["$schema"].endswith("draft-07/schema#")
    nowhere = CliRunner().invoke(schema, ["-o", str(tmp_path / "no" / "such.json")])
    assert nowhere.exit_code == 2


def test_every_key_says_what_it_is_for(written_schema: Schema) -> None:
    reasons = written_schema["definitions"]["TransferBody"]["properties"]["otherwise"]["properties"]
    keys = [(path, value) for path, value in described(written_schema) if path.rpartition("/")[2] not in reasons]
    silent = [path for path, value in keys if not value.get("description", "").endswith((".", ")", '"', "}", "..."))]
    assert len(keys) > 100
    assert silent == []


@pytest.mark.parametrize("word", STEP_TYPES)
def test_every_step_has_an_example_that_editors_can_put_in(word: str, written_schema: Schema) -> None:
    labels = [snippet["label"] for snippet in written_schema["definitions"]["step"]["defaultSnippets"]]
    assert f"{word}: example" in labels


# --- in an editor ---------------------------------------------------------------------------------------------------


def said(editor: LanguageServer, texts: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """By text, the line (from 1, without the header) and message of each finding."""
    found = editor.findings(*(HEADER + text for text in texts))
    lines = ([(one["range"]["start"]["line"], one["message"]) for one in findings] for findings in found)
    return dict(zip(texts, lines, strict=True))


def test_the_shipped_flow_file_is_fine_by_its_header(editor: LanguageServer) -> None:
    assert SHIPPED.splitlines()[1] == HEADER.strip()
    assert editor.findings(SHIPPED) == [[]]


def test_a_file_without_header_is_known_by_the_shipped_settings(editor: LanguageServer) -> None:
    (found,) = editor.findings("flows: {main: [{say: Hello.}]}\ntimezon: UTC\n", name="flows.yaml")
    assert [(one["range"]["start"], one["message"]) for one in found] == [
        ({"line": 1, "character": 0}, "Property timezon is not allowed.")
    ]


FINE = (
    "say: 7",
    "say: true",
    "hangup:",
    "hangup: 42",
    "set: {urgent: true, count: 3, rate: 1.5}",
    "transfer: +15035550100",
    "transfer: queue sales",
    "menu: {ask: What?, options: {1: {press: 1, go: main}, 2: {press: '*', go: main}}}",
    "pause: 2",
    "collect: name",
    "collect: [name]",
    "confirm: {ask: [A?, B?], no_input: [Sorry?, {go: main}]}",
    "confirm: {ask: A?, no_match: {go: main}, no_input: Sorry?}",
)


def test_values_are_texts_however_yaml_reads_them(editor: LanguageServer) -> None:
    texts = [EVERYTHING.partition("--- # file:")[0], *(STEP + step for step in FINE)]
    assert said(editor, texts) == {text: [] for text in texts}


WRONG = {
    f"{STEP}sai: Hello.": {3},
    f"{STEP}say: Hello.\n      play: welcome.wav": {3},
    f"{STEP}hello": {3},
    f"{STEP}if: name is known": {3},
    f"{STEP}if: name is known\n      then: [{{say: Hi.}}]\n      esle: [{{say: Who?}}]": {5},
    f"{STEP}then: [{{say: Hi.}}]": {3},
    f"{STEP}say: [Hello, there]": {3},
    f"{STEP}menu:\n        ask: What?\n        opshuns: {{}}": {3, 5},
    f"{STEP}menu:\n        ask: What?\n        options:\n          sales: {{press: 12, go: main}}": {6},
    f"{STEP}menu:\n        ask: What?\n        options:\n          sales: {{press: x, go: main}}": {6},
    f"{STEP}menu:\n        ask:\n          - What?\n          - [How?]\n        options: {{a: {{go: b}}}}": {6},
    f"{STEP}transfer:\n        to: sales": {4},
    f"{STEP}transfer:\n        to: queue sales\n        otherwise:\n          bussy: main": {6},
    f"{STEP}pause: soon": {3},
    "slots:\n  zip: {kind: zap, ask: Where?}": {2},
    "slots:\n  zip: {kind: zip}": {2},
    "slots:\n  zip:\n    kind: zip\n    ask: Where?\n    secret: perhaps": {5},
    "slots:\n  zip:\n    kind: digits\n    ask: Where?\n    length: six": {5},
    "defaults:\n  no_input:\n    - Sorry?\n    - {goo: main}": {4},
    "agents:\n  sam: {name: Sam, at: somewhere}": {2},
}
"""Mistakes, and the lines that are marked. What is missing is marked where it is missing from."""


def test_a_mistake_is_marked_in_its_line(editor: LanguageServer) -> None:
    found = said(editor, list(WRONG))
    marked = {text: {line for line, message in one if '"flows"' not in message} for text, one in found.items()}
    assert marked == WRONG


STRUCTURE = {"F101", "F102", "F103", "F104", "F105", "F106", "F107", "F108"}
"""Codes of mistakes that can be seen without knowing the rest of the file."""


def refused_lines(text: str, skills: SkillMaker) -> set[int]:
    """Where the program finds mistakes of structure."""
    try:
        read_flows(text, skills)
    except FlowFileError as error:
        return {problem.place.line for problem in error.problems if problem.code in STRUCTURE}
    return set()


def test_what_the_program_refuses_for_its_structure_is_marked_in_the_editor(
    editor: LanguageServer, skills: SkillMaker
) -> None:
    texts = [file.read_bytes().decode("utf-8", "replace") for file in BAD_FILES]
    refused = {text: refused_lines(text, skills) for text in texts}
    found = said(editor, texts)
    # The editor may mark the step or the name that a wrong line belongs to.
    marked = {text: {line + near for line, _ in found[text] for near in (-1, 0, 1)} for text in texts}
    assert sum(map(len, refused.values())) >= 30
    assert {text: lines - marked[text] for text, lines in refused.items() if lines - marked[text]} == {}


def test_every_word_is_offered_where_a_step_begins(editor: LanguageServer) -> None:
    for before in (STEP, f"{STEP}say: Hello.\n    - ", f"{STEP}if: x is known\n      then:\n        - "):
        offered = editor.proposals(f"{HEADER}{before}|\n")
        assert set(STEP_TYPES) <= set(offered)
        assert not {"then", "else"} & set(offered)
        assert offered["menu"]["documentation"]["value"].startswith("Asks `ask`")


def test_then_and_else_are_offered_beside_if(editor: LanguageServer) -> None:
    assert {"then", "else"} <= set(editor.proposals(f"{HEADER}{STEP}if: x is known\n      |\n"))


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        (f"{STEP}menu:\n        |\n", {"ask", "options", "wait", "no_input", "no_match", "barge_in"}),
        (f"{STEP}transfer:\n        |\n", {"to", "brief", "say", "otherwise"}),
        (
            f"{STEP}transfer:\n        to: queue sales\n        otherwise:\n          |\n",
            {"no answer", "busy", "closed"},
        ),
        ("slots:\n  zip:\n    kind: |\n", {"zip", "digits", "yes_no", "city"}),
        ("slots:\n  zip:\n    confirm: |\n", {"always", "when_unsure", "never"}),
        ("|\n", {"company", "flows", "slots", "anywhere"}),
    ],
)
def test_what_fits_is_offered(before: str, offered: set[str], editor: LanguageServer) -> None:
    assert offered <= set(editor.proposals(HEADER + before))


def test_true_and_false_are_not_proposed_for_a_sentence(editor: LanguageServer) -> None:
    assert not {"true", "false", "null"} & set(editor.proposals(f"{HEADER}{STEP}say: |\n"))


def test_the_example_of_a_step_is_right_once_it_is_put_in(editor: LanguageServer) -> None:
    offered = editor.proposals(f"{HEADER}{STEP}|\n")
    put_in = [offered[f"{word}: example"]["textEdit"]["newText"].replace("\n", "\n    ") for word in STEP_TYPES]
    texts = [f"{STEP}{text}\n" for text in put_in]
    assert said(editor, texts) == {text: [] for text in texts}


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        (f"{STEP}me|nu: {{ask: What?, options: {{}}}}", "Asks `ask` and follows the option"),
        (f"{STEP}menu: {{a|sk: What?, options: {{}}}}", "The question."),
        (f"{STEP}transf|er: queue sales", "Rings agents one after another"),
        ("slots: {zip: {kind: z|ip, ask: Where?}}", "* `zip`: a five digit ZIP code."),
        ("slots: {zip: {kind: zip, ask: Where?, conf|irm: never}}", "Whether the answer is read back"),
        ("time|zone: UTC", "Where the company is"),
    ],
)
def test_resting_on_a_word_explains_it(text: str, help_text: str, editor: LanguageServer) -> None:
    assert help_text in editor.help(HEADER + text)
