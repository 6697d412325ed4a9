"""``ivr check``: every mistake in flow files at once, and what callers would suffer from, with places and remedies."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ivr.commands.findings import counted, shown
from ivr.commands.parts import Parts
from ivr.flow_files import raw_lines, read_flow_file, shown_name
from ivr.flows import FlowFileError, Problem
from ivr.flows.documents import lines_by_file, name_beside
from ivr.flows.lints import LINTS, Misheard, lint
from ivr.flows.lints.pages import page, reference
from ivr.flows.loader import Draft, read_draft
from ivr.ports import OutsideError

VERSION = "0.1.0"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one file."""

    name: str
    lines: Mapping[str, Sequence[str]]
    """Those of every file that it may be found in."""
    problems: tuple[Problem, ...]
    flows: int = 0
    steps: int = 0


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0, for code hosts.")
@click.option("--explain", metavar="CODE", help="Print what a lint means (or 'all'), and check nothing.")
@click.option("--pedantic", is_flag=True, help="Also tell what only matters to other programs.")
@click.option("--speech", is_flag=True, help="Also speak every phrase over bad lines; takes minutes the first time.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@click.pass_obj
def check(
    parts: Parts,
    files: tuple[Path, ...],
    as_json: bool,
    as_sarif: bool,
    explain: str | None,
    pedantic: bool,
    speech: bool,
    strict: bool,
) -> None:
    """Check FILEs (flows.yaml by default). Exits with 1 when there is a mistake.

    A comment silences a warning, in its line or above it:  # ringdown: allow L114
    """
    if as_json and as_sarif:
        raise click.UsageError("Choose one of --json and --sarif.")
    if explain:
        _explain(explain)
        return
    checked = [_checked(parts, file, pedantic=pedantic, speech=speech) for file in files or (parts.settings.flows,)]
    problems = [problem for one in checked for problem in one.problems]
    if as_json:
        data = [_data(one) for one in checked]
        click.echo(json.dumps(data if len(data) > 1 else data[0], indent=2))
    elif as_sarif:
        from ivr.commands.sarif import sarif

        click.echo(json.dumps(sarif(problems, LINTS, VERSION), indent=2))
    else:
        _print(checked, problems)
    bad = {"error", "warning"} if strict else {"error"}
    sys.exit(1 if any(problem.severity in bad for problem in problems) else 0)


def _explain(code: str) -> None:
    if code == ALL:
        click.echo(reference(LINTS), nl=False)
    elif code.upper() in LINTS:
        click.echo(page(LINTS[code.upper()]), nl=False)
    else:
        raise click.UsageError(f"There is no lint '{code}'. There are: {', '.join(LINTS)}.")


def _checked(parts: Parts, file: Path, *, pedantic: bool, speech: bool) -> Checked:
    from ivr.skillset import skills_beside

    name = shown_name(file)
    lines: Mapping[str, Sequence[str]] = {}
    try:
        text = read_flow_file(file, name)
        lines = lines_by_file(text, name)
        draft = read_draft(text, skills_beside(parts.skills, file), file=name)
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}.") from error
    except FlowFileError as error:
        files = {problem.place.file for problem in error.problems}
        return Checked(name, lines or {one: raw_lines(file, name_beside(name, one)) for one in files}, error.problems)
    heard = _misheard(parts, draft) if speech else ()
    found = lint(draft, text, now_s=time.time(), pedantic=pedantic, heard=heard)
    return Checked(name, lines, tuple(sorted([*draft.problems, *found], key=_order)), *_size(draft))


def _misheard(parts: Parts, draft: Draft) -> Sequence[Misheard]:
    """What comes of speaking; a file with mistakes is not worth the time."""
    if draft.book is None or draft.has_mistakes:
        return ()
    from ivr.commands.confusions import misheard

    try:
        return misheard(parts, draft.book)
    except OutsideError as error:
        raise click.ClickException(f"Nothing can be spoken: {error}") from error


def _order(problem: Problem) -> tuple[Any, ...]:
    return problem.place, problem.severity, problem.code, problem.what


def _size(draft: Draft) -> tuple[int, int]:
    book = draft.book
    return (len(book.flows), sum(len(block) for block in book.blocks.values())) if book else (0, 0)


def _print(checked: Sequence[Checked], problems: Sequence[Problem]) -> None:
    for number, one in enumerate(checked):
        if number:
            click.echo()
        if not one.problems:
            click.echo(f"{one.name} is fine: {one.flows} flows, {one.steps} steps.")
            continue
        click.echo(f"{counted(one.problems)} in {one.name}\n")
        for problem in one.problems:
            for line in shown(problem, one.lines.get(problem.place.file, ())):
                click.echo(line)
    if len(checked) > 1 and problems:
        click.echo(f"\nIn all {counted(problems)}.")


def _data(checked: Checked) -> dict[str, object]:
    return {"file": checked.name, "problems": [_problem(problem) for problem in checked.problems]}


def _problem(problem: Problem) -> dict[str, object]:
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
