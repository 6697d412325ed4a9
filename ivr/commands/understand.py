"""``ivr understand``: what a sentence would mean at a menu, and why, or which value it would give a slot."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ivr.commands.labelled_sentences import evaluate
from ivr.commands.parts import Parts
from ivr.flows.actions import Choice
from ivr.flows.book import FlowBook
from ivr.flows.events import Heard
from ivr.flows.skills import KindOptions, Meaning, Understand
from ivr.understanding.weighing import weighed


@click.command()
@click.argument("menu", required=False)
@click.argument("text", nargs=-1)
@click.option(
    "--eval",
    "files",
    nargs=2,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="TRAIN TEST",
    help='Instead: files of lines such as {"text": "where is my card", "label": "card"}; the label oos means none.',
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def understand(
    parts: Parts, menu: str | None, text: tuple[str, ...], files: tuple[Path, Path] | None, as_json: bool
) -> None:
    """Say what TEXT means at MENU (the name of a flow with a menu, or FLOW.N for its step N; a slot; a kind of answer).

    Exits with 1 when no option is meant, not even one to ask about, or no value given. With --eval the sentences of
    TRAIN are the phrases of a menu, and those of TEST are what callers say there.
    """
    if files:
        evaluate(parts.book.skills.understand, *files, as_json=as_json)
        return
    if not menu or not text:
        raise click.UsageError("Name a menu and what is said there, or use --eval TRAIN TEST.")
    choices = parts.book.menu(menu)
    if not choices:
        _value(parts.book, menu, " ".join(text), as_json=as_json)
        return
    understands = parts.book.skills.understand
    said = " ".join(text)
    meaning = understands(Heard(at_s=0.0, text=said), choices)
    if as_json:
        click.echo(json.dumps(_as_json(meaning, said, choices, understands)))
    else:
        _show(meaning, said, choices, understands)
    if meaning.choice is None and not meaning.offer:
        sys.exit(1)


def _as_json(meaning: Meaning, said: str, choices: Sequence[Choice], understands: Understand) -> dict[str, object]:
    return {
        "choice": meaning.choice,
        "score": meaning.score,
        "how": meaning.how,
        "offer": list(meaning.offer),
        "candidates": [asdict(one) for one in weighed(said, choices, understands)],
    }


def _show(meaning: Meaning, said: str, choices: Sequence[Choice], understands: Understand) -> None:
    asked = f"asks: did you want {' or '.join(meaning.offer)}?" if meaning.offer else "no option"
    click.echo(f"{meaning.choice or asked}  ({meaning.score:.2f}, {meaning.how})")
    table = Table("option", "words", "sense", "by words", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for one in weighed(said, choices, understands):
        table.add_row(one.choice, f"{one.words:.2f}", f"{one.near:.2f}", one.how)
    Console(highlight=False).print(table)


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
