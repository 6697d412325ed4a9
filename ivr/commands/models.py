"""``ivr models``: which speech models there are, and fetching them."""

from __future__ import annotations

import json
import re

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from ivr.commands.parts import Parts
from ivr.ports import OutsideError
from ivr.speech.fetching import Checksum, pull
from ivr.speech.models import KNOWN, OFFICIAL_URL, installed_models, model_folders


@click.group()
def models() -> None:
    """List and fetch speech models."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_models(parts: Parts, as_json: bool) -> None:
    """Show the models on this machine and those worth fetching."""
    rows = _rows(parts)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table("", "model", "language", "size", "good for", "where", box=None)
    for row in rows:
        mark = "*" if row["in_use"] else ""
        table.add_row(mark, row["name"], row["language"], row["size"], row["about"], row["folder"] or "not here")
    Console().print(table)
    click.echo("\n* in use (VOSK_MODEL). Fetch another with: ivr models pull NAME")


def _rows(parts: Parts) -> list[dict[str, str]]:
    settings = parts.settings
    here = dict(installed_models(settings.root, settings.data))
    known = {model.name: model for model in KNOWN}
    names = [*known, *(name for name in here if name not in known)]
    return [
        {
            "name": name,
            "language": known[name].language if name in known else "",
            "size": known[name].size if name in known else "",
            "about": known[name].about if name in known else "",
            "folder": str(here.get(name, "")),
            "in_use": "yes" if settings.vosk_model in (name, str(here.get(name))) else "",
        }
        for name in names
    ]


@models.command("pull")
@click.argument("name")
@click.option("--from", "base_url", default=OFFICIAL_URL, show_default=True, help="Another server with the same files.")
@click.option("--sha256", default="", help="What the download must add up to, if the server's list does not say.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def pull_model(parts: Parts, name: str, base_url: str, sha256: str, as_json: bool) -> None:
    """Fetch the model NAME; an interrupted download goes on where it stopped."""
    if sha256 and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise click.BadParameter("write 64 hexadecimal figures", param_hint="--sha256")
    _, folder = model_folders(parts.settings.root, parts.settings.data)
    console = Console(stderr=True)
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task(name, total=None)
            path = pull(
                name,
                folder,
                lambda here, total: bar.update(task, completed=here, total=total or None),
                base_url=base_url.rstrip("/"),
                checksum=Checksum("sha256", sha256) if sha256 else None,
            )
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"name": name, "folder": str(path)}))
    else:
        click.echo(f"{name} is in {path}\nUse it with: VOSK_MODEL={name}")
