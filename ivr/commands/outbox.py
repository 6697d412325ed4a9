"""``ivr outbox``: what is yet to be sent, what could not be, and to have it sent or not after all."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

if TYPE_CHECKING:
    from ivr.outbox import Errand

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def outbox() -> None:
    """E-mails, texts and webhooks: what waits to be sent, and what could not be."""


@outbox.command("list")
@click.option("--all", "also_over", is_flag=True, help="What was sent or dropped as well, the newest first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@_json
@click.pass_obj
def list_errands(parts: Parts, also_over: bool, limit: int, as_json: bool) -> None:
    """List what is parked or yet to be sent; exit 1 when something is parked."""
    found = parts.outbox.latest(limit) if also_over else parts.outbox.open(limit)
    parked = parts.outbox.counts().parked
    if as_json:
        click.echo(json.dumps([shown(errand) for errand in found], ensure_ascii=False))
    elif not found:
        click.echo("Nothing was ever sent." if also_over else "Nothing waits to be sent.")
    else:
        for errand in found:
            click.echo(_lines(errand))
    if parked and not as_json:
        click.echo(f"{parked} parked. Once mended:  ivr outbox retry KEY  or  --all")
    raise SystemExit(1 if parked else 0)


@outbox.command("retry")
@click.argument("key", required=False)
@click.option("--all", "every", is_flag=True, help="Everything that is parked.")
@who_option
@_json
@click.pass_obj
def retry_errands(parts: Parts, key: str | None, every: bool, who: str, as_json: bool) -> None:
    """Send errand KEY now; a running service does it within seconds."""
    if bool(key) == every:
        raise click.UsageError("Write the KEY of one errand, or --all.")
    keys = [key] if key else parts.outbox.parked_keys()
    again = [one for one in keys if parts.outbox.retry(one)]
    if key and not again:
        raise click.ClickException(f"There is no errand {key!r} to be sent. See:  ivr outbox list")
    for one in again:
        parts.audit(who, "had an errand sent again", one)
    click.echo(json.dumps(again) if as_json else f"{len(again)} to be sent.")


@outbox.command("drop")
@click.argument("key")
@who_option
@_json
@click.pass_obj
def drop_errand(parts: Parts, key: str, who: str, as_json: bool) -> None:
    """Never send errand KEY."""
    if not parts.outbox.drop(key):
        raise click.ClickException(f"There is no errand {key!r} to be dropped. See:  ivr outbox list")
    parts.audit(who, "dropped an errand", key)
    click.echo(json.dumps([key]) if as_json else "Dropped.")


def shown(errand: Errand) -> dict[str, Any]:
    """The errand as people and programs see it: without what it says, which is the caller's."""
    told = asdict(errand)
    del told["data"]
    return told


def _lines(errand: Errand) -> str:
    tried = f", tried {errand.tries}" if errand.tries else ""
    due = f", due {_time(errand.next_s)}" if errand.state == "waiting" else ""
    why = f"\n    {plain(errand.reason)}" if errand.reason else ""
    about = f"  about {plain(errand.about)}" if errand.about else ""
    return f"{plain(errand.key)}\n    {errand.kind}  {errand.state}{tried}{due}  {_time(errand.made_s)}{about}{why}"


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "seconds")
