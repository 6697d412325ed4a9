"""``ivr understand``: what a sentence would mean at a menu, and why, or which value it would give a slot."""

from __future__ import annotations

import json
import sys
import time

import click

from ivr.commands.parts import Parts
from ivr.flows.book import FlowBook
from ivr.flows.events import Heard
from ivr.flows.skills import KindOptions
from ivr.understanding.menu import understand as meaning_of


@click.command()
@click.argument("menu")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def understand(parts: Parts, menu: str, text: tuple[str, ...], as_json: bool) -> None:
    """Say what TEXT means at MENU (the name of a flow with a menu, or FLOW.N for its step N; a slot; a kind of answer).

    Exits with 1 when no option is meant, or no value given.
    """
    choices = parts.book.menu(menu)
    if not choices:
        _value(parts.book, menu, " ".join(text), as_json=as_json)
        return
    meaning = meaning_of(Heard(at_s=0.0, text=" ".join(text)), choices)
    if as_json:
        click.echo(json.dumps({"choice": meaning.choice, "score": meaning.score, "how": meaning.how}))
    else:
        click.echo(f"{meaning.choice or 'no option'}  ({meaning.score:.2f}, {meaning.how})")
    if meaning.choice is None:
        sys.exit(1)


def _value(book: FlowBook, name: str, text: str, *, as_json: bool) -> None:
    """Print the value that ``text`` gives the slot ``name``, or a question of the kind ``name``."""
    slot = book.company.slots.get(name)
    kinds = book.skills.kinds
    kind = kinds.get(slot.kind if slot else name)
    if kind is None:
        slots = ", ".join(book.company.slots) or "none"
        raise click.UsageError(
            f"There is no menu {name!r}. Flows: {', '.join(book.flows)}. Slots: {slots}. Kinds: {', '.join(kinds)}."
        )
    about = KindOptions(at_s=time.time(), timezone=book.company.timezone)
    value = kind.hear(text, slot.options_at(about) if slot else about)
    spoken = "" if value is None else kind.speak(value)
    if as_json:
        click.echo(json.dumps({"kind": kind.name, "value": value, "spoken": spoken}))
    else:
        click.echo(f"no {kind.name}" if value is None else f"{value}  ({kind.name}, read back as '{spoken}')")
    if value is None:
        sys.exit(1)
