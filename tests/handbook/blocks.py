"""Runs a page of documentation: its files are written, its edits made, its commands given, its outputs compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from click import Context
from click.testing import CliRunner

import app
from ivr.settings import Settings
from tests.conftest import ROOT

FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "..."


@dataclass(frozen=True)
class Block:
    """A fenced block: ``kind`` and ``name`` as its fence says, and the line of the page it begins in."""

    kind: str
    name: str
    text: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in FENCE.finditer(page):
        yield Block(match[1], match[2] or "", match[3], page.count("\n", 0, match.start()) + 1)


def edited(text: str, diff: str) -> str:
    """``text`` after an edit: the lines that stay or go must stand in it exactly once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, f"these lines stand in the file {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def fits(expected: str, happened: str) -> bool:
    """Whether an output is as written; ``...`` is any part of a line, and alone in a line any lines."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == ANYTHING:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(re.escape(part) for part in line.rstrip().split(ANYTHING)) + r"[ ]*\n"
    return re.fullmatch(pattern, happened) is not None


@dataclass
class Reader:
    """Somebody who does what a page says, in ``folder``."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    commands: int = 0
    exit_code: int = 0

    def does(self, block: Block) -> None:
        """Write a file, make an edit, or give commands."""
        file = self.folder / block.name
        match block.kind:
            case "console":
                self._gives(block)
            case "diff":
                file.write_text(edited(file.read_text("utf-8"), block.text), "utf-8")
            case _ if block.name:
                file.parent.mkdir(exist_ok=True)
                file.write_text(block.text, "utf-8")
            case kind:
                raise AssertionError(f"line {block.line}: a block of {kind} that nothing is done with")

    def _gives(self, block: Block) -> None:
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            typed = "".join(f"{line[5:]}\n" for line in expected.splitlines() if line.startswith("you: "))
            happened = self._run(shlex.split(command), typed)
            shown = "".join(unified_diff(expected.splitlines(True), happened.splitlines(True), "page", "happened"))
            assert fits(expected, happened), f"line {block.line}: $ {command} (exit {self.exit_code})\n{shown}"

    def _run(self, words: list[str], typed: str) -> str:
        self.commands += 1
        match words:
            case ["mkdir", name]:
                (self.folder / name).mkdir(exist_ok=True)
            case ["cd", name]:
                self.folder = self.folder / name
            case ["export", *settings]:
                given = (one.replace("$PWD", str(self.folder)).partition("=") for one in settings)
                self.variables |= {name: value for name, _, value in given}
            case ["ivr", name, *arguments]:
                return self._ivr(name, arguments, typed)
            case _:
                raise AssertionError(f"a page cannot say: {shlex.join(words)}")
        return ""

    def _ivr(self, name: str, arguments: list[str], typed: str) -> str:
        command = app.ivr.get_command(Context(app.ivr), name)
        assert command is not None, name
        parts = app.Parts(Settings.from_env(self.variables, ROOT))
        result = CliRunner().invoke(command, arguments, obj=parts, input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.exit_code = result.exit_code
        return result.output
