"""``ivr schema``: what an editor needs to know to help with flow files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.handbook import flow_schema
from ivr.understanding.kinds import make_kinds


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
def schema(output: Path | None) -> None:
    """Print the JSON Schema of flow files, with which editors complete words, explain them and mark mistakes.

    Put it beside a flow file and begin that with:  # yaml-language-server: $schema=flow.schema.json
    """
    kinds = make_kinds(lambda name: None, ())  # for their names and help: nobody asks them for a place
    written = json.dumps(flow_schema(kinds), indent=1, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{output} describes flow files to editors.")
