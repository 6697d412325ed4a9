"""``ivr check``: every mistake in a flow file at once, with its place and a remedy."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ivr.commands.parts import Parts
from ivr.flows import FlowFileError, Problem, read_flows
from ivr.flows.source import decode


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the mistakes as JSON.")
@click.pass_obj
def check(parts: Parts, file: Path | None, as_json: bool) -> None:
    """Check FILE (flows.yaml by default). Exits with 1 when there is a mistake."""
    file = file or parts.settings.flows
    shown = str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{shown} cannot be read: {error.strerror}.") from error
    problems: tuple[Problem, ...] = ()
    flows = steps = 0
    try:
        book = read_flows(decode(data, shown), parts.skills, file=shown)
        flows, steps = len(book.flows), sum(len(block) for block in book.blocks.values())
    except FlowFileError as error:
        problems = error.problems
    if as_json:
        click.echo(json.dumps({"file": shown, "problems": [_data(problem) for problem in problems]}, indent=2))
    elif problems:
        count = len(problems)
        click.echo(f"{count} mistake{'s' if count != 1 else ''} in {shown}\n")
        for problem in problems:
            click.secho(f"{problem.place}: ", bold=True, nl=False)
            click.echo(f"{problem.what}  [{problem.code}]")
            if problem.instead:
                click.echo(f"    {problem.instead}")
    else:
        click.echo(f"{shown} is fine: {flows} flows, {steps} steps.")
    sys.exit(1 if problems else 0)


def _data(problem: Problem) -> dict[str, object]:
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
