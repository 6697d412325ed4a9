"""``ivr tickets``: what callers want that somebody has yet to see to."""

from __future__ import annotations

import json
from datetime import datetime

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.commands.replaying import plain

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def tickets() -> None:
    """The tickets that calls have opened."""


@tickets.command("list")
@click.option("--all", "also_closed", is_flag=True, help="The closed ones as well.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many at most.")
@_json
@click.pass_obj
def list_tickets(parts: Parts, also_closed: bool, limit: int, as_json: bool) -> None:
    """List the open tickets, the newest first."""
    from ivr.records.tickets import ticket_to_json

    found = parts.tickets.latest(limit, also_closed=also_closed)
    if as_json:
        click.echo(json.dumps([ticket_to_json(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        opened = datetime.fromtimestamp(one.at_s).astimezone().isoformat(" ", "minutes")
        click.echo(f"{one.number}  {one.status}  {plain(one.subject)}")
        click.echo(f"    {plain(one.caller)} at {opened}, {one.call_id}")
    if not found:
        click.echo("There are no tickets." if also_closed else "No ticket is open.")


@tickets.command("close")
@click.argument("number", type=click.IntRange(1))
@who_option
@_json
@click.pass_obj
def close_ticket(parts: Parts, number: int, who: str, as_json: bool) -> None:
    """Close ticket NUMBER: it has been seen to."""
    _change(parts, number, "closed", who, as_json)


@tickets.command("reopen")
@click.argument("number", type=click.IntRange(1))
@who_option
@_json
@click.pass_obj
def reopen_ticket(parts: Parts, number: int, who: str, as_json: bool) -> None:
    """Open ticket NUMBER again."""
    _change(parts, number, "open", who, as_json)


def _change(parts: Parts, number: int, status: str, who: str, as_json: bool) -> None:
    from ivr.records.tickets import ticket_to_json

    ticket = parts.tickets.became(number, status)
    if ticket is None:
        raise click.ClickException(f"There is no ticket {number}. See:  ivr tickets list --all")
    parts.audit(who, f"made a ticket {status}", str(number))
    click.echo(json.dumps(ticket_to_json(ticket), ensure_ascii=False) if as_json else f"Ticket {number} is {status}.")
