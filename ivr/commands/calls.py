"""``ivr calls``: the calls on record, for the operator."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.commands.parts import Parts

PIPE_COLUMNS = 200
"""How wide a table is where there is no terminal, so that nothing is cut before grep sees it."""


@click.group()
def calls() -> None:
    """The calls on record."""


@calls.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many calls.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def list_calls(parts: Parts, limit: int, as_json: bool) -> None:
    """List the newest calls first."""
    records = parts.records.calls(limit)
    if as_json:
        click.echo(json.dumps(list(records), ensure_ascii=False))
        return
    if not records:
        click.echo("No calls yet. Place one with:  ivr call")
        return
    table = Table("time", "call", "caller", "line", "length", "outcome", box=None)
    for record in records:
        cells = (_time(record["started_s"]), record["id"], record["caller"], record["line"], _length(record))
        table.add_row(*(_plain(cell) for cell in (*cells, record["outcome"])))
    _console().print(table)


@calls.command("show")
@click.argument("call_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def show_call(parts: Parts, call_id: str, as_json: bool) -> None:
    """Show what was said in the call ID and what came of it."""
    record = parts.records.call(call_id)
    if record is None:
        raise click.ClickException(f"There is no call {call_id!r}. See:  ivr calls list")
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    console = _console()
    console.print(_plain(f"{record['caller']} called {record['line']} at {_time(record['started_s'])}"))
    console.print(_plain(f"length {_length(record)}, outcome {record['outcome'] or 'none'}"))
    for line in record["transcript"]:
        sure = "" if line["confidence"] is None else f"  ({line['confidence']:.2f})"
        console.print(_plain(f"{line['at_s'] - record['started_s']:7.1f} s  {line['who']:>6}: {line['text']}{sure}"))
    for name, value in record["variables"].items():
        console.print(_plain(f"{name} = {value}"))


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS, highlight=False)


def _plain(value: object) -> Text:
    """What callers say and send is text: no markup for rich, no control codes for the terminal."""
    return Text("".join(letter if letter.isprintable() else "?" for letter in str(value)))


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "seconds")


def _length(record: Mapping[str, Any]) -> str:
    if record["ended_s"] is None:
        return "not ended"
    seconds = round(record["ended_s"] - record["started_s"])
    return f"{seconds // 60}:{seconds % 60:02}"
