"""``ivr hold``: what must not be deleted, whatever the days in the flow file say and whoever asks."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

if TYPE_CHECKING:
    from ivr.records.holds import Hold

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def hold() -> None:
    """Legal holds: callers, calls and messages that must not be deleted."""


@hold.command("list")
@_json
@click.pass_obj
def list_holds(parts: Parts, as_json: bool) -> None:
    """List what is on hold, the newest first."""
    found = parts.holds.all()
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        click.echo(_line(one))
    if not found:
        click.echo("Nothing is on legal hold.")


@hold.command("add")
@click.argument("subject")
@click.option("--why", required=True, metavar="TEXT", help="Kept with it, for whoever asks later.")
@who_option
@_json
@click.pass_obj
def add_hold(parts: Parts, subject: str, why: str, who: str, as_json: bool) -> None:
    """Put SUBJECT on hold: a caller's number with all they said, or the id of one call or message."""
    from ivr.records.holds import Hold

    one = Hold(subject, who, why, parts.now())
    if not parts.holds.add(one):
        raise click.ClickException(f"{subject} is on hold already.")
    parts.audit(who, "put on legal hold", f"{subject}: {why}")
    click.echo(json.dumps(asdict(one), ensure_ascii=False) if as_json else "On hold: it will not be deleted.")


@hold.command("release")
@click.argument("subject")
@who_option
@_json
@click.pass_obj
def release_hold(parts: Parts, subject: str, who: str, as_json: bool) -> None:
    """Let SUBJECT be deleted again."""
    if not parts.holds.release(subject):
        raise click.ClickException(f"{subject} is not on hold. See:  ivr hold list")
    parts.audit(who, "released from legal hold", subject)
    click.echo(json.dumps([subject]) if as_json else "Released.")


def _line(one: Hold) -> str:
    since = datetime.fromtimestamp(one.at_s).astimezone().isoformat(" ", "minutes")
    return f"{plain(one.subject)}  since {since}, by {plain(one.who)}: {plain(one.why)}"
