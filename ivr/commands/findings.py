"""Shows findings in flow files to a person: counted, in the order of the lines, each with its line and a caret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from ivr.flows.problems import Problem

NAMES = {"error": "mistake", "warning": "warning", "info": "note"}
COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
WIDEST = 100
"""A line is cut to so many characters around the place that is meant."""


def counted(problems: Sequence[Problem]) -> str:
    """``2 mistakes, 3 warnings``; errors first.

    >>> counted([])
    ''
    """
    counts = Counter(problem.severity for problem in problems)
    parts = [f"{counts[one]} {name}{'s' if counts[one] != 1 else ''}" for one, name in NAMES.items() if counts[one]]
    return ", ".join(parts)


def shown(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    """One finding: where and what, the line itself with a caret, and the remedy."""
    colour = COLOURS[problem.severity]
    place = click.style(f"{problem.place}: ", bold=True)
    severity = "" if problem.severity == "error" else f"{NAMES[problem.severity]}: "
    code = click.style(f"[{problem.code}]", fg=colour)
    yield f"{place}{click.style(severity, fg=colour)}{visible(problem.what)}  {code}"
    line = lines[problem.place.line - 1] if problem.place.line <= len(lines) else ""
    if line.strip():
        column = min(problem.place.column, len(line)) - 1
        cut = max(0, column - WIDEST // 2) if len(line) > WIDEST else 0
        yield f"  | {visible(line[cut : cut + WIDEST].rstrip())}"
        yield f"  | {' ' * (column - cut)}{click.style('^', fg=colour, bold=True)}"
    for text in problem.instead.splitlines():
        yield f"    {visible(text)}"


def visible(text: str) -> str:
    """``text`` without what would steer the terminal: it may come from the file."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
