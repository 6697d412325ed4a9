"""Every list that a new part must be written into: what is forgotten fails here by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from ivr.commands import COMMANDS
from ivr.exchange.twiml import read_twiml
from ivr.flows import FlowBook
from ivr.flows.actions import ACTION_TYPES
from ivr.flows.events import EVENT_TYPES
from ivr.flows.mistakes import BLOCK_KEYS
from ivr.flows.steps import STEP_TYPES
from ivr.flows.steps.base import StepBase
from ivr.flows.variables import GIVEN
from ivr.locator.sources import SOURCES
from ivr.locator.sources.rows import OnDisk
from ivr.understanding.kinds import KINDS, PLACE_KINDS
from tests.conftest import ROOT
from tests.flows.test_laws import EVERYTHING


def files(folder: str) -> list[Path]:
    return [file for file in sorted((ROOT / folder).glob("*.py")) if file.stem != "__init__"]


def classes(file: Path) -> list[ast.ClassDef]:
    return [node for node in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]


def methods(one: ast.ClassDef) -> set[str]:
    return {node.name for node in one.body if isinstance(node, ast.FunctionDef)}


def test_every_step_file_is_a_step_of_the_flow_file() -> None:
    words = {file.stem.rstrip("_") for file in files("ivr/flows/steps") if file.stem != "base"}
    assert words == set(STEP_TYPES)


@pytest.mark.parametrize("word", STEP_TYPES)
def test_a_step_is_named_by_its_word_and_says_what_it_does(word: str) -> None:
    step_type = STEP_TYPES[word]
    module = step_type.__module__.rpartition(".")[2].rstrip("_")
    stem = "".join(part.title() for part in word.split("_"))
    assert (step_type.word, module, step_type.__name__) == (word, word, f"{stem}Step")
    assert (step_type.__doc__ or "").strip().endswith(".")


def test_lists_of_steps_stand_below_keys_that_the_checks_know(make_book: Callable[[str], FlowBook]) -> None:
    book = make_book(EVERYTHING)
    steps = [step for block in book.blocks.values() for step in block if isinstance(step, StepBase)]
    found = {path[-1] for step in steps for _, _, path in step.blocks()}
    assert found <= BLOCK_KEYS
    assert {step.word for block in book.blocks.values() for step in block} >= set(STEP_TYPES) - {"play"}


def test_what_steps_keep_by_themselves_may_be_used_in_texts() -> None:
    kept = set()
    for file in files("ivr/flows/steps"):
        kept |= set(re.findall(r'(?:\.set|keep)\((?:call, )?"(\w+)"', file.read_text(encoding="utf-8")))
    assert kept
    assert kept <= set(GIVEN)


def test_every_kind_file_is_a_kind_of_answer() -> None:
    assert {file.stem for file in files("ivr/understanding/kinds")} == {*KINDS, *PLACE_KINDS}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_called_what_it_is_listed_as(name: str) -> None:
    assert KINDS[name].name == name


def test_every_source_of_stores_is_in_the_table() -> None:
    shape = OnDisk.__name__
    found = [one for file in files("ivr/locator/sources") for one in classes(file) if one.name != shape]
    reading = {one.name for one in found if "read" in methods(one) or shape in map(ast.unparse, one.bases)}
    assert reading == {source.__name__ for source in SOURCES.values()}


def command_names(file: Path) -> Iterator[str]:
    """Commands and groups that stand by themselves in a file (those of a group belong to it)."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            decorated = (ast.unparse(decorator) for decorator in node.decorator_list)
            if any(text.startswith(("click.command(", "click.group(")) for text in decorated):
                yield f"{file.stem}:{node.name}"


def test_every_command_file_is_in_the_table() -> None:
    written = {name for file in files("ivr/commands") for name in command_names(file)}
    listed = {target.removeprefix("ivr.commands.") for target in COMMANDS.values()}
    assert written <= listed


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_of_the_table_exists_and_says_what_it_does(name: str) -> None:
    module, _, function = COMMANDS[name].partition(":")
    command = getattr(import_module(module), function)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


def test_every_event_and_action_can_be_stored() -> None:
    for module, types in (("events", EVENT_TYPES), ("actions", ACTION_TYPES)):
        written = {one.name for one in classes(ROOT / f"ivr/flows/{module}.py")} - {"Word", "Choice"}
        assert written == set(types)


def test_every_service_that_a_step_asks_for_is_there() -> None:
    asked = set()
    for file in files("ivr/flows/steps"):
        asked |= set(re.findall(r'Request\("(\w+)"', file.read_text(encoding="utf-8")))
    composed = (ROOT / "ivr/wiring/people.py").read_text(encoding="utf-8")
    assert {name for name in asked if f'"{name}":' not in composed} == set()


@pytest.mark.parametrize("file", files("ivr/channels/carriers"), ids=lambda file: file.stem)
def test_every_carrier_file_can_be_read_by_itself(file: Path) -> None:
    assert import_module(f"ivr.channels.carriers.{file.stem}").__doc__


def test_the_dialect_of_the_carrier_is_one_the_exchange_understands() -> None:
    dialect = import_module("ivr.channels.carriers.twilio")
    assert read_twiml(dialect.sorry().encode(), "text/xml")
