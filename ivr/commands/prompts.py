"""``ivr prompts``: speak the texts of the flow file before anybody calls."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ivr.commands.parts import Parts
from ivr.flows.problems import FlowFileError
from ivr.ports import OutsideError
from ivr.speech.prompt_store import PromptStore


@click.group()
def prompts() -> None:
    """Work with what the service says."""


@prompts.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def render(parts: Parts, as_json: bool) -> None:
    """Render every fixed text of the flow file, so that no caller waits for the voice."""
    try:
        says = list(dict.fromkeys(parts.book.static_prompts()))
    except FlowFileError as error:
        raise click.ClickException(str(error)) from error
    store = parts.prompts
    if not isinstance(store, PromptStore):
        raise click.ClickException("these prompts are not kept on disk")
    console = Console(stderr=True)
    columns = (TextColumn("prompts"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    made = 0
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            for new in bar.track(store.render_ahead(says), total=len(says)):
                made += new
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"prompts": len(says), "rendered": made, "folder": str(store.folder)}))
    else:
        click.echo(f"{len(says)} prompts, {made} of them new, in {store.folder}")
