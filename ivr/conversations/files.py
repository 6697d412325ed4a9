"""Finds and reads conversation files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ivr.conversations.reading import read_conversations
from ivr.conversations.script import Conversation
from ivr.flows.problems import FlowFileError, Place, Problem


def conversation_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and those ending in ``.yaml`` in folders and below, in order."""
    for path in paths:
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else (path,)


def read_files(files: Sequence[Path]) -> tuple[list[Conversation], list[Problem]]:
    """All conversations, and all mistakes, each with its place."""
    conversations: list[Conversation] = []
    problems: list[Problem] = []
    for file in files:
        shown = str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)
        try:
            conversations += read_conversations(file.read_text(encoding="utf-8"), shown)
        except FlowFileError as error:
            problems += error.problems
        except (OSError, UnicodeError) as error:
            what = f"the file cannot be read: {error}."
            problems.append(Problem(Place(shown, 1, 1), "T100", what, "Save it as UTF-8 text."))
    return conversations, problems
