"""The transcript of a call in the terminal: a colour for each person, readable in forty columns and without colours."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ivr.calling.transcript import CALLER, IVR, Entry

NARROW = 64
"""Columns; below it there is no room for a column of remarks."""

TIME_WIDTH, WHO_WIDTH, REMARK_WIDTH = 5, 6, 17

_COLOURS = {CALLER: "cyan", IVR: "green"}
_AGENTS = "magenta"
_SURE = 0.6
"""Below it the recogniser was guessing."""


def show_entry(console: Console, entry: Entry) -> None:
    """Print one line of the transcript."""
    remark = _remark(entry)
    narrow = console.width < NARROW
    row = Table.grid(padding=(0, 1), expand=not narrow)
    row.add_column(width=TIME_WIDTH, style="dim", justify="right")
    row.add_column(width=WHO_WIDTH, style=_COLOURS.get(entry.who, _AGENTS))
    row.add_column(ratio=1, overflow="fold")
    if narrow:
        words = Text.assemble(_words(entry), " ", remark) if remark.plain else _words(entry)
        row.add_row(_minutes(entry.at_s), _label(entry), words)
    else:
        row.add_column(width=REMARK_WIDTH, justify="right")
        row.add_row(_minutes(entry.at_s), _label(entry), _words(entry), remark)
    console.print(row)


def _label(entry: Entry) -> str:
    return "heard" if entry.kind == "heard" else entry.who[:WHO_WIDTH]


def _words(entry: Entry) -> Text:
    match entry.kind:
        case "said":
            return Text(f'"{entry.text}"', style="bold")
        case "keyed":
            return Text(f"presses {entry.text}", style="bold")
        case "heard":
            return Text(entry.text.replace("[unk]", "..."))
        case "whispered":
            return Text(f"(whispered) {entry.text}", style="italic")
        case "spoken":
            return Text(entry.text, style="green")
        case "trouble":
            return Text(entry.text, style="bold red")
        case _:
            return Text(entry.text, style="dim")


def _remark(entry: Entry) -> Text:
    remark = Text(style="dim")
    if entry.confidence is not None:
        remark.append(f"{entry.confidence:.0%}", style="yellow" if entry.confidence < _SURE else "green")
    if entry.latency_s is not None:
        remark.append(f" {entry.latency_s:.2f}s")
    if entry.kind == "spoken" and entry.step:
        remark.append(f" {entry.step}")
    remark.truncate(REMARK_WIDTH, overflow="ellipsis")
    return remark


def _minutes(at_s: float) -> str:
    return f"{int(at_s) // 60}:{int(at_s) % 60:02}"


def show_values(console: Console, rows: list[tuple[str, str]]) -> None:
    """Names and values below each other; empty values are left out."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        if value:
            table.add_row(name, Text(value))
    console.print(Padding(table, (0, 0, 0, 1)))
