"""``ivr understand``: what a sentence would mean at a menu, and why."""

from __future__ import annotations

import json
import sys

import click

from ivr.commands.parts import Parts
from ivr.flows.events import Heard
from ivr.understanding.menu import understand as meaning_of


@click.command()
@click.argument("menu")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def understand(parts: Parts, menu: str, text: tuple[str, ...], as_json: bool) -> None:
    """Say what TEXT means at MENU (the name of a flow with a menu, or FLOW.N for its step N).

    Exits with 1 when no option is meant.
    """
    choices = parts.book.menu(menu)
    if not choices:
        raise click.UsageError(f"There is no menu {menu!r}. Flows: {', '.join(parts.book.flows)}.")
    meaning = meaning_of(Heard(at_s=0.0, text=" ".join(text)), choices)
    if as_json:
        click.echo(json.dumps({"choice": meaning.choice, "score": meaning.score, "how": meaning.how}))
    else:
        click.echo(f"{meaning.choice or 'no option'}  ({meaning.score:.2f}, {meaning.how})")
    if meaning.choice is None:
        sys.exit(1)
