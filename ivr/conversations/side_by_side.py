"""Shows a conversation that went otherwise than written: what was expected beside what happened."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from ivr.conversations.coverage import Coverage, Untaken
from ivr.conversations.matching import Row
from ivr.conversations.play import Result

BEFORE, AFTER = 10, 4
"""Rows shown around the difference: enough to know where in the call one is."""

MARK = ">"


def failure(result: Result) -> RenderableType:
    """The conversation up to where it went wrong, with that row marked."""
    at = next((index for index, row in enumerate(result.rows) if row.differs), len(result.rows))
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
    table.add_column("", width=1)
    table.add_column("expected", ratio=1, overflow="fold")
    table.add_column("happened", ratio=1, overflow="fold")
    if at > BEFORE:
        table.add_row("", Text(f"({at - BEFORE} lines as expected)", style="dim"), "")
    for row in result.rows[max(0, at - BEFORE) : at + AFTER]:
        table.add_row(*_cells(row))
    conversation = result.conversation
    title = Text.assemble((f"{conversation.place}: ", "bold"), (plain(conversation.name), "bold red"))
    why = Text.assemble((f"{result.place}: ", "bold"), plain(result.difference))
    return Group(title, table, why)


def _cells(row: Row) -> tuple[Text, Text, Text]:
    style = "red" if row.differs else "dim"
    return (
        Text(MARK if row.differs else "", style=style),
        Text(plain(row.expected), style),
        Text(plain(row.happened), style),
    )


def untaken(found: Coverage) -> Iterator[RenderableType]:
    """The exits nobody took, a line each, and how many were taken."""
    for one in found.untaken:
        yield Text.assemble((f"{one.place}: ", "bold"), exit_words(one))
    yield Text(f"{found.exits - len(found.untaken)} of {found.exits} exits taken ({found.percent:.1f} %)")


def exit_words(one: Untaken) -> str:
    """An exit in words."""
    label = f" '{one.way.label}'" if one.way.label else ""
    return f"{one.word}: the way{label} to {one.way.target} was never taken"


def plain(text: str) -> str:
    """Without control codes, which files and callers may send to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def console(*, to_terminal: bool, width: int | None = None) -> Console:
    """Where there is no terminal, columns are as on one of 80."""
    return Console(width=width or (None if to_terminal else 80), highlight=False, soft_wrap=False)
