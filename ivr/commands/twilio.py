"""``ivr twilio``: the carrier's numbers are pointed at this service, and how they stand is told."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console
from rich.markup import escape

from ivr.channels.knocking import Knock, knocks
from ivr.channels.pointing import Pointed, look_at, missing
from ivr.channels.public_url import address_problem
from ivr.commands.parts import Parts
from ivr.ports import CarrierNumber

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def twilio() -> None:
    """The carrier account's numbers: point them at this service, and see how they stand."""


@twilio.command("setup")
@click.argument("numbers", nargs=-1, metavar="[NUMBER]...")
@click.option("--dry-run", is_flag=True, help="Only show what would be changed.")
@click.option("--without-test", is_flag=True, help="Change the numbers though our own address does not answer.")
@_json
@click.pass_obj
def set_up(parts: Parts, numbers: tuple[str, ...], dry_run: bool, without_test: bool, as_json: bool) -> None:
    """Point NUMBERs of the account (default: the lines of the flow file) at this service.

    Our own public address is tried first with a signed request; nothing is bought, and numbers not named stay as they
    are. Exits with 1 when something is not as it should be.
    """
    tried = _tried(parts)
    found, standing = _looked_at(parts, numbers)
    told = _Told(as_json)
    held_back = not (without_test or all(one.ok for one in tried))
    if not dry_run and not held_back:
        for one in standing:
            if one.changes and not one.problem:
                parts.numbers.point(one.sid, {name: new for name, (_, new) in one.changes.items()})
    told.tests(tried)
    done = "would be" if dry_run or held_back else "was"
    told.numbers(standing, done)
    if held_back:
        told.last("Nothing was changed: our own address does not answer as it must (see above).")
    problems = held_back or any(one.problem for one in standing) or not found
    told.end(changed=not dry_run and not held_back, problems=problems)


@twilio.command("status")
@_json
@click.pass_obj
def status(parts: Parts, as_json: bool) -> None:
    """Tell where the account's numbers lead and whether our address answers. Exits with 1 when something is wrong."""
    tried = _tried(parts)
    _, standing = _looked_at(parts, ())
    told = _Told(as_json)
    told.tests(tried)
    told.numbers(standing, "should be")
    problems = not all(one.ok for one in tried) or not all(one.is_right for one in standing)
    told.end(changed=False, problems=problems)


def _tried(parts: Parts) -> list[Knock]:
    settings = parts.settings
    if problem := address_problem(settings.public_url, local=bool(settings.carrier_url)):
        return [Knock("the carrier can reach us", ok=False, found=problem)]
    if not settings.auth_token:
        return [Knock("the carrier can reach us", ok=False, found="TWILIO_AUTH_TOKEN is not set")]
    return list(knocks(settings.public_url, settings.auth_token.split(",")[0]))


def _looked_at(parts: Parts, chosen: Sequence[str]) -> tuple[Sequence[CarrierNumber], list[Pointed]]:
    """The account's numbers that are ours, and how they stand; with those that are not on the account."""
    lines = chosen or tuple(parts.live_book.company.lines)
    found = parts.numbers.numbers()
    ours = [one for one in found if one.number in lines]
    return ours, [*(look_at(parts.settings.public_url, one) for one in ours), *missing(lines, found)]


class _Told:
    """What is printed: lines for people, or one JSON object at the end."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._console = Console(highlight=False, quiet=as_json)
        self._result: dict[str, object] = {}

    def tests(self, tried: Sequence[Knock]) -> None:
        self._result["tests"] = [asdict(one) for one in tried]
        for one in tried:
            mark = "[green]ok  [/green]" if one.ok else "[red]FAIL[/red]"
            self._console.print(f"{mark} {escape(one.what)}: {escape(one.found)}", soft_wrap=True)

    def numbers(self, standing: Sequence[Pointed], done: str) -> None:
        self._result["numbers"] = [
            {"number": one.number, "sid": one.sid, "problem": one.problem, "changes": dict(one.changes)}
            for one in standing
        ]
        for one in standing:
            if one.problem:
                self._console.print(f"[red]FAIL[/red] {one.number}: {escape(one.problem)}", soft_wrap=True)
            elif one.is_right:
                self._console.print(f"[green]ok  [/green] {one.number} leads to us")
            for name, (old, new) in one.changes.items() if not one.problem else ():
                line = f"{one.number}  {name} {done} {new}" + (f"  (was {old})" if old else "")
                self._console.print(f"     {escape(line)}", soft_wrap=True)

    def last(self, text: str) -> None:
        self._console.print(f"[red]{escape(text)}[/red]", soft_wrap=True)

    def end(self, *, changed: bool, problems: bool) -> None:
        if self._as_json:
            click.echo(json.dumps({"ok": not problems, "changed": changed, **self._result}, indent=2))
        sys.exit(1 if problems else 0)
