"""``ivr texts``: text messages that came and went, and who wants none."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def texts() -> None:
    """Text messages that came and went, and who wants none."""


@texts.command("list")
@click.option("--number", default="", help="Only those with this number.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="At most so many.")
@_json
@click.pass_obj
def list_texts(parts: Parts, number: str, limit: int, as_json: bool) -> None:
    """List messages, the newest first."""
    found = parts.sql_texts.latest(limit, number)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        way = f"{one.number} -> {one.line}" if one.direction == "in" else f"{one.line} -> {one.number}"
        error = f" (error {one.reason})" if one.reason else ""
        click.echo(f"{_time(one.at_s)}  {plain(way)}  {one.state}{error}\n    {plain(one.body)}")
    if not found:
        click.echo("There are no texts.")


@texts.command("stopped")
@_json
@click.pass_obj
def list_stopped(parts: Parts, as_json: bool) -> None:
    """List the numbers that texted STOP: nothing is sent to them."""
    found = parts.sql_texts.refusals()
    if as_json:
        click.echo(json.dumps([{"number": number, "at_s": at_s} for number, at_s in found]))
        return
    for number, at_s in found:
        click.echo(f"{plain(number)}  since {_time(at_s)}")
    if not found:
        click.echo("Nobody has said stop.")


@texts.command("allow")
@click.argument("number")
@who_option
@click.pass_obj
def allow_number(parts: Parts, number: str, who: str) -> None:
    """Send texts to NUMBER again, when its owner has asked for it in another way than by START."""
    if not parts.sql_texts.refuses(number):
        raise click.ClickException(f"{number} has not said stop. See:  ivr texts stopped")
    parts.sql_texts.allow(number)
    parts.audit(who, "allowed texts again", number)
    click.echo("Allowed. The carrier has a list of its own: there the owner must text START.")


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(" ", "minutes")
