"""``ivr schema``: what an editor needs to know to help with flow files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.commands.parts import Parts
from ivr.flows.company import Company
from ivr.handbook import flow_schema


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.pass_obj
def schema(parts: Parts, output: Path | None) -> None:
    """Print the JSON Schema of flow files, with which editors complete words, explain them and mark mistakes.

    Put it beside a flow file and begin that with:  # yaml-language-server: $schema=flow.schema.json
    """
    written = json.dumps(flow_schema(parts.skills(Company()).kinds), indent=1, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{output} describes flow files to editors.")
