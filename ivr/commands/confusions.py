"""``ivr confusions``: which options of a menu are taken for each other on the telephone, and what to do about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ivr.commands.parts import Parts
from ivr.confusions.advice import advice, instead, what
from ivr.confusions.matrix import ASKED, MOST, NOTHING, Matrix
from ivr.confusions.measuring import measure, plan_for
from ivr.confusions.menus import FOREIGN, Menu, menus
from ivr.flows import FlowBook, FlowFileError
from ivr.flows.lints import Misheard
from ivr.ports import OutsideError
from ivr.speech.models import find_model

NOBODY = "(meant for nobody)"
OTHER_COLUMNS = {ASKED: "asked back", NOTHING: "not understood"}


@click.command()
@click.argument("menu", required=False, default="")
@click.option("--thorough", is_flag=True, help="Every voice at every rate: three times as many trials.")
@click.option("--seed", default=1, show_default=True, help="Of the noise and the lost packets.")
@click.option("--phrases", is_flag=True, help="Show a row for each phrase, not for each option.")
@click.option("--json", "as_json", is_flag=True, help="Print the matrix as JSON.")
@click.pass_obj
def confusions(parts: Parts, menu: str, thorough: bool, seed: int, phrases: bool, as_json: bool) -> None:
    """Speak every phrase of MENU over bad telephone lines, and show what is taken for what.

    MENU is a flow with a menu, or FLOW.N for its step N; without it all menus are spoken. Six voices, three rates, five
    lines; results are kept, so that only what changed is spoken again. Exits with 1 when a phrase is taken for another
    option in more than 10 % of its trials.
    """
    try:
        book = parts.book
    except FlowFileError as error:
        raise click.ClickException(f"{error}\nSee:  ivr check") from error
    found = menus(book, menu)
    if not found:
        known = ", ".join(one.name for one in menus(book)) or "none"
        raise click.UsageError(f"There is no menu {menu!r}. Menus: {known}.")
    try:
        matrices = measured(parts, book, found, thorough=thorough, seed=seed)
    except OutsideError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        documents = [{**one.to_json(), "advice": _advice(one, book)} for one in matrices]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    else:
        for one in matrices:
            _show(one, book, by_phrase=phrases)
    sys.exit(1 if any(one.confusions for one in matrices) else 0)


def measured(
    parts: Parts, book: FlowBook, found: Sequence[Menu], *, thorough: bool = False, seed: int = 1
) -> list[Matrix]:
    """The matrices of menus, with a progress bar in a terminal.

    Raises:
        OutsideError: when there is no voice or no model.
    """
    settings = parts.settings
    model = find_model(settings.vosk_model, settings.root, settings.data)
    plan = plan_for(book, thorough=thorough)
    with _progress(sum(len(one.utterances) for one in found)) as done:
        return list(measure(book, found, plan, parts.ears, model, settings.cache, seed=seed, done=done))


def misheard(parts: Parts, book: FlowBook) -> list[Misheard]:
    """What a check has to say of the menus of ``book``.

    Raises:
        OutsideError: when there is no voice or no model.
    """
    return [
        Misheard(
            matrix.menu.step,
            one.row.said.choice,
            one.row.said.text,
            one.other,
            what(one),
            instead(one, matrix, book.skills.sounds_alike),
        )
        for matrix in measured(parts, book, menus(book))
        for one in matrix.confusions
    ]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("phrases spoken"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.update(task, advance=1)


def _advice(matrix: Matrix, book: FlowBook) -> list[str]:
    return list(advice(matrix, book.skills.sounds_alike, book.skills.knows))


# --- for people -------------------------------------------------------------------------------------------------------


def _show(matrix: Matrix, book: FlowBook, *, by_phrase: bool) -> None:
    console = Console(highlight=False)
    console.print(_table(matrix, by_phrase=by_phrase))
    told = _advice(matrix, book)
    for sentence in told:
        console.print(f"- {escape(sentence)}", soft_wrap=True)
    worst = len(matrix.confusions)
    summary = (
        f"{worst} confusion{'s' if worst != 1 else ''} over {MOST:.0%}" if worst else f"No confusion over {MOST:.0%}"
    )
    console.print(f"{summary} in {escape(matrix.menu.name)}.\n", style="bold red" if worst else "bold green")


def _table(matrix: Matrix, *, by_phrase: bool) -> Table:
    """Rows are what was said, columns what was understood, in percent of the row."""
    table = Table(
        box=None, padding=(0, 1), title=f"{matrix.menu.name}: said, and understood as (%)", title_justify="left"
    )
    table.add_column("")
    columns = [*matrix.menu.choices, *OTHER_COLUMNS]
    for number, name in enumerate(columns, start=1):
        table.add_column(OTHER_COLUMNS.get(name, str(number)), justify="right")
    table.add_column("n", justify="right", style="dim")
    for label, choice, cells, count in _rows(matrix, columns, by_phrase=by_phrase):
        shown = [
            _percent(hits, count, _colour(name, choice, hits / count))
            for name, hits in zip(columns, cells, strict=True)
        ]
        table.add_row(escape(label), *shown, str(count))
    return table


def _rows(
    matrix: Matrix, columns: Sequence[str | None], *, by_phrase: bool
) -> Iterator[tuple[str, str, list[int], int]]:
    """Label, choice that was meant, a count for each column, trials."""
    numbers = {name: number for number, name in enumerate(matrix.menu.choices, start=1)}
    if by_phrase:
        for row in matrix.rows:
            of = numbers.get(row.said.choice, "-")
            yield f"{of} {row.said.text}", row.said.choice, [row.understood[name] for name in columns], row.count
        return
    for name in (*matrix.menu.choices, FOREIGN):
        cells = [matrix.cell(name, column) for column in columns]
        label = f"{numbers[name]} {name}" if name else NOBODY
        if cells[0][1]:
            yield label, name, [hits for hits, _ in cells], cells[0][1]


def _percent(hits: int, count: int, colour: str) -> str:
    """A cell; nothing is a dot."""
    return f"[{colour}]{100 * hits / count:.0f}[/{colour}]" if hits else "[dim].[/dim]"


def _colour(name: str | None, meant: str, share: float) -> str:
    """What is right is green, a confusion over the limit red."""
    if name == (meant or NOTHING):
        return "green"
    return "red" if name not in OTHER_COLUMNS and share > MOST else "yellow"
