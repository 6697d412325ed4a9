"""``ivr callbacks``: who is to be called back, and that somebody is not."""

from __future__ import annotations

import json
from datetime import datetime

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def callbacks() -> None:
    """The people who are to be called back."""


@callbacks.command("list")
@click.option("--all", "also_over", is_flag=True, help="Those that are over as well, the newest first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="With --all: how many.")
@_json
@click.pass_obj
def list_callbacks(parts: Parts, also_over: bool, limit: int, as_json: bool) -> None:
    """List who is to be called back, in their order."""
    found = parts.callback_list.shown(limit) if also_over else parts.callback_list.open()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        state = one["doing"] or one["state"]
        later = f" at {_time(one['next_s'])}" if one["next_s"] else ""
        tried = f", tried {one['attempts']}" if one["attempts"] else ""
        click.echo(f"{one['id']}\n    {plain(one['number'])}  {plain(one['queue'])}  {state}{later}{tried}")
        click.echo(f"    since {_time(one['asked_s'])}  {plain(one['brief'])}")
    if not found:
        click.echo("Nobody is to be called back.")


@callbacks.command("cancel")
@click.argument("promise_id", metavar="ID")
@who_option
@_json
@click.pass_obj
def cancel_callback(parts: Parts, promise_id: str, who: str, as_json: bool) -> None:
    """Do not call back the person of callback ID."""
    if not parts.callback_list.cancel(promise_id):
        raise click.ClickException(f"There is no callback {promise_id!r} to be cancelled. See:  ivr callbacks list")
    parts.audit(who, "cancelled a callback", promise_id)
    click.echo(json.dumps(parts.callback_list.get(promise_id)) if as_json else "Cancelled.")


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "minutes")
