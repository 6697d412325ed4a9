"""A text as ``ivr check`` sees it, as JSON, with the picture of it and what it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ivr.drawing import draw_svg
from ivr.drawing.style import style_sheet
from ivr.flows import FlowBook, FlowFileError, Problem
from ivr.flows.documents import documents, offsets
from ivr.flows.lints import lint
from ivr.flows.loader import MakeSkills, read_draft
from ivr.publishing import changes, unified

MOST_SHOWN = 200
"""Messages on the page; nobody reads more at once."""

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
NO_RINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a text. Without a ``book`` calls cannot run on it."""

    text: str
    problems: tuple[Problem, ...]
    book: FlowBook | None
    file: str

    def at(self, problem: Problem) -> int:
        """Its line in the text, which may be that of several files."""
        return lines_before(self.text, self.file).get(problem.place.file, 0) + problem.place.line

    def as_json(self) -> list[dict[str, Any]]:
        """The messages, as the command's ``--json`` tells them; ``at`` is the line in the text."""
        return [{**problem_json(one), "at": self.at(one)} for one in self.problems]

    @property
    def mistakes(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def ok(self) -> bool:
        """Whether the gate has nothing against it; warnings stop nobody."""
        return self.book is not None and not self.mistakes

    @property
    def summary(self) -> str:
        """How it stands, in a sentence."""
        if self.book is None or self.mistakes:
            return f"{_counted(self.mistakes, 'mistake')} to mend before this can go live."
        warnings = len(self.problems)
        steps = sum(len(block) for block in self.book.blocks.values())
        fine = f"No mistakes: {_counted(len(self.book.flows), 'flow')}, {_counted(steps, 'step')}"
        return f"{fine}, {_counted(warnings, 'warning')}." if warnings else f"{fine}."


def check_text(text: str, make_skills: MakeSkills, file: str, now_s: float) -> Checked:
    """All mistakes and warnings of ``text``; ``file`` is only a name for messages."""
    try:
        draft = read_draft(text, make_skills, file=file)
    except FlowFileError as error:
        return Checked(text, error.problems, None, file)
    problems = tuple(sorted({*draft.problems, *lint(draft, text, now_s=now_s)}))
    return Checked(text, problems, None if draft.has_mistakes else draft.book, file)


@lru_cache(maxsize=8)
def lines_before(text: str, file: str) -> Mapping[str, int]:
    """How many lines of ``text`` come before the first of each file in it; files as shown to people."""
    found: dict[str, int] = {}
    before = 0
    for one in documents(text, file):
        before += 1 if one.name else 0  # the line that says its name
        found.setdefault(one.file, before)
        before += one.text.count("\n")
    return found


def problem_json(problem: Problem) -> dict[str, Any]:
    """A message as the command's ``--json`` tells it."""
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "instead": problem.instead,
    }


def picture(book: FlowBook, text: str, old: FlowBook | None = None, rings: Mapping[str, str] = NO_RINGS) -> str:
    """The picture of ``book``, which was read from ``text``, for inside a page: with our style, and links to lines."""
    drawn = draw_svg(book, link_base="", old=old, highlight=rings, offsets=offsets(text))
    svg = _STYLE.sub("", drawn, count=1)
    # An "img" has no parts for a screen reader, but the steps in it are links.
    return svg.replace('role="img"', 'role="group"', 1)


def picture_style() -> str:
    """The style the picture lost in :func:`picture`."""
    return style_sheet()


def differences(was: str, now: str, old: FlowBook | None, new: FlowBook | None) -> dict[str, list[str]]:
    """What ``now`` changes of ``was``: line by line and, when both can be read, in words."""
    lines = list(unified(was, now, "live", "draft"))
    return {"diff": lines, "changes": list(changes(old, new)) if lines and old and new else []}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
