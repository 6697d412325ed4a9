"""What lints look at: the file as read, where everything stands, and what every conversation comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ivr.flows.book import FlowBook
from ivr.flows.exploring import Explored, explore
from ivr.flows.problems import Place
from ivr.flows.source import Path, Source
from ivr.flows.steps.base import StepBase

SPOKEN = frozenset({"say", "ask", "bad", "hangup", "greeting", "no_input", "no_match", "speak", "announce"})
"""Keys below which the texts are spoken to callers."""

GREETINGS = frozenset({"closed", "holiday", "warning"})
"""The same, of mailboxes only."""

NOT_SPOKEN = frozenset({"translations", "set", "go"})


@dataclass(frozen=True, slots=True)
class Misheard:
    """A ``phrase`` of ``choice`` at the menu ``step`` that was spoken and too often taken for ``other``."""

    step: str
    choice: str
    phrase: str
    other: str
    what: str
    instead: str


@dataclass(frozen=True)
class Facts:
    """A flow file to be linted. ``now_s`` is when: hours may be over for good."""

    book: FlowBook
    source: Source
    paths: Mapping[str, Path]
    lines: Mapping[str, tuple[str, ...]]
    """By file: there may be several."""
    now_s: float
    misheard: tuple[Misheard, ...] = ()
    """What came of speaking; nothing when nobody spoke."""

    @cached_property
    def explored(self) -> Explored:
        """Every conversation; made when the first lint asks for it."""
        return explore(self.book, self.now_s)

    @cached_property
    def steps(self) -> Mapping[str, StepBase]:
        """Every step by its id, in file order."""
        return {
            f"{block}.{index}": step
            for block, steps in self.book.blocks.items()
            for index, step in enumerate(steps)
            if isinstance(step, StepBase)
        }

    @cached_property
    def spoken(self) -> tuple[tuple[Path, str], ...]:
        """Every text of the file that callers hear, and where it is written."""
        return tuple(_spoken(self.source.tree, (), spoken=False))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every value of the file with a brace in it."""
        return tuple(_braced(self.source.tree))

    def place(self, *path: str | int) -> Place:
        """Where the value at ``path`` stands."""
        return self.source.place(path)

    def key(self, *path: str | int) -> Place:
        """Where the name at the end of ``path`` stands."""
        return self.source.place(path, key=True)

    def written(self, path: Path) -> Any:
        """What is written at ``path``; None when nothing is."""
        found: Any = self.source.tree
        for element in path:
            try:
                found = found[element]
            except (KeyError, IndexError, TypeError):
                return None
        return found


def _braced(tree: Any) -> Iterator[str]:
    match tree:
        case str() if "{" in tree:
            yield tree
        case dict():
            for value in tree.values():
                yield from _braced(value)
        case list():
            for value in tree:
                yield from _braced(value)
        case _:
            return


def _spoken(tree: Any, path: Path, *, spoken: bool) -> Iterator[tuple[Path, str]]:
    match tree:
        case str() if spoken and tree:
            yield path, tree
        case dict():
            for key, value in tree.items():
                if key not in NOT_SPOKEN:
                    # Options, slots and flows may be called "say": only keys of steps and questions count.
                    named = path[-1:] == ("options",) or path in {("slots",), ("flows",), ("mailboxes",)}
                    greeting = key in GREETINGS and path[:1] == ("mailboxes",) and not named
                    is_spoken = (key in SPOKEN and not named) or path == ("waiting",) or greeting
                    yield from _spoken(value, (*path, key), spoken=is_spoken)
        case list():
            for index, value in enumerate(tree):
                yield from _spoken(value, (*path, index), spoken=spoken)
        case _:
            return
