"""``ivr erase``: one caller is forgotten everywhere."""

from __future__ import annotations

import json
import re

import click

from ivr.commands.flows import who_option
from ivr.commands.parts import Parts
from ivr.flows.checks import NUMBER


@click.command()
@click.argument("number")
@click.option("--dry-run", is_flag=True, help="Only say what there is of them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@who_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def erase(parts: Parts, number: str, dry_run: bool, yes: bool, who: str, as_json: bool) -> None:
    """Erase the caller with NUMBER: calls, messages, recordings, callbacks, notes, texts, and what waits to be sent.

    What was sent already, logs and backups are not ours to erase. Who is on legal hold or on the telephone is not
    erased. That it was done stays in the trail, with the last two figures of the number.
    """
    if not re.fullmatch(NUMBER, number):
        raise click.UsageError(f"{number!r} is not a number as callers have them. Write for example +15035550123")
    found = parts.erase(number, really=False)
    total = sum(found.values())
    if not as_json:
        for place, count in found.items():
            click.echo(f"{count:6}  {place}")
    if total and not dry_run:
        if not yes:
            click.confirm(f"Erase all this of {number} for good?", abort=True, err=as_json)
        found = parts.erase(number, really=True)
        told = ", ".join(f"{count} {place}" for place, count in found.items() if count)
        parts.audit(who, "erased a caller", f"...{number[-2:]}: {told}")
    if as_json:
        click.echo(json.dumps({"erased": bool(total and not dry_run), **found}))
    else:
        click.echo("There is nothing of them." if not total else "Nothing was erased." if dry_run else "Erased.")
