"""``ivr draw``: the picture of a flow file, or of what an edit does to it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from ivr.commands.parts import Parts
from ivr.drawing import Chart, chart_of, draw_mermaid, draw_svg, draw_text
from ivr.flow_files import read_flow_file, shown_name
from ivr.flows import FlowBook, read_flows


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--diff", "other", type=click.Path(dir_okay=False, path_type=Path), help="Show what changed since OTHER.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture to this file.")
@click.option("--format", "form", type=click.Choice(["svg", "mermaid", "text"]), help="By default text in a terminal.")
@click.option("--link-base", help="What a click on a step opens, before #L12 (the flow file by default).")
@click.option("--json", "as_json", is_flag=True, help="Print what the picture shows as JSON.")
@click.pass_obj
def draw(
    parts: Parts,
    file: Path | None,
    other: Path | None,
    output: Path | None,
    form: str | None,
    link_base: str | None,
    as_json: bool,
) -> None:
    """Draw FILE (flows.yaml by default): every flow, every step, every exit."""
    file = file or parts.settings.flows
    book = _read(file, parts)
    old = _read(other, parts) if other else None
    if as_json:
        click.echo(json.dumps(_data(chart_of(book, old)), indent=2))
        return
    form = form or _usual(output)
    if form == "text" and output is None:
        console = Console(highlight=False)
        for line in draw_text(book, old=old):
            _print(console, line)
        return
    link = link_base if link_base is not None else _link(file, output)
    picture = _picture(book, old, form, link)
    if output is None:
        click.echo(picture, nl=False)
        return
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{output} shows {len(book.flows)} flows.")


def _print(console: Console, line: Text) -> None:
    """One line stays one line: cut in a terminal, whole in a file."""
    if console.is_terminal:
        console.print(line, no_wrap=True, overflow="ellipsis")
    else:
        console.print(line, soft_wrap=True)


def _read(file: Path, parts: Parts) -> FlowBook:
    from ivr.skillset import skills_beside

    shown = shown_name(file)
    try:
        return read_flows(read_flow_file(file, shown), skills_beside(parts.skills, file), file=shown)
    except OSError as error:
        raise click.UsageError(f"{shown} cannot be read: {error}") from error


def _usual(output: Path | None) -> str:
    """The format when none is given: told by the name of the output file, else by who reads it."""
    if output is None:
        return "text" if sys.stdout.isatty() else "svg"
    return {".mmd": "mermaid", ".mermaid": "mermaid", ".txt": "text"}.get(output.suffix, "svg")


def _link(file: Path, output: Path | None) -> str:
    """The flow file as seen from the picture."""
    return Path(os.path.relpath(file, output.parent if output else Path.cwd())).as_posix()


def _picture(book: FlowBook, old: FlowBook | None, form: str, link_base: str) -> str:
    try:
        if form == "svg":
            return draw_svg(book, link_base=link_base, old=old)
        if form == "mermaid":
            return draw_mermaid(book, link_base=link_base, old=old)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return "\n".join([*(line.plain for line in draw_text(book, old=old)), ""])


def _data(chart: Chart) -> dict[str, Any]:
    return {
        "company": chart.company,
        "flows": [asdict(group) for group in chart.groups],
        "anywhere": [asdict(command) for command in chart.commands],
    }
