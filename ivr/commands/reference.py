"""``ivr reference``: the flow language explained, with examples that were run a moment ago."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ivr.commands.parts import Parts
from ivr.flows.steps import STEP_TYPES
from ivr.handbook.examples import COMPANY
from ivr.handbook.reference import flow_reference, step_reference
from ivr.skillset import SkillMaker


@click.command()
@click.argument("step", required=False)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
@click.pass_obj
def reference(parts: Parts, step: str | None, output: Path | None) -> None:
    """Print the reference of the flow file, or of one STEP of it, as Markdown.

    Its examples are run while it is written.
    """
    if step is not None and step not in STEP_TYPES:
        raise click.UsageError(f"There is no step '{step}'. There are: {', '.join(STEP_TYPES)}.")
    skills = SkillMaker(replace(parts.settings, flows=COMPANY))  # the examples have a company of their own
    written = f"{step_reference(step, skills)}\n" if step else flow_reference(skills)
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{output} explains the flow file.")
