"""Mistakes in a flow file, as values: where, what is wrong, what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. ``severity`` is error or warning; ``code`` is stable (``F101``)."""

    place: Place
    code: str
    what: str
    instead: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}"
        return f"{text}\n    {self.instead}" if self.instead else text


class FlowFileError(Exception):
    """The flow file cannot be used; ``problems`` holds every mistake found, never only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
