"""A transcript can be read in any terminal."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from ivr.calling.show import show_entry, show_values
from ivr.calling.transcript import Entry

ENTRIES = [
    Entry(3.0, 0.0, "caller", "said", "where is the nearest store please"),
    Entry(65.2, 0.0, "caller", "heard", "where is the nearest store [unk]", "main.0", 0.93, 0.31),
    Entry(65.2, 0.0, "ivr", "spoken", "What is your ZIP code or city? You can also press keys.", "find_store.0"),
    Entry(70.0, 0.0, "maximilian", "whispered", "Wants to buy [bold]tents[/bold]. Press 1 to accept."),
    Entry(71.0, 0.0, "caller", "trouble", "error 31921: the connection broke"),
]


def shown(width: int, **options: object) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, **options)  # type: ignore[arg-type]
    for entry in ENTRIES:
        show_entry(console, entry)
    return out.getvalue()


@pytest.mark.parametrize("width", [30, 40, 63, 64, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(width: int) -> None:
    text = shown(width)
    assert all(len(line) <= width for line in text.splitlines())
    words = "".join(text.split())  # a word longer than the line goes on in the next
    for word in ("nearest", "93%", "0.31s", "ZIP", "tents[/bold].", "31921:"):
        assert word in words


def test_people_have_colours_in_a_terminal() -> None:
    assert "\x1b[36m" in shown(80, force_terminal=True, color_system="standard")


def test_who_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown(80, force_terminal=True))


def test_what_was_outside_the_grammar_is_shown_as_dots() -> None:
    assert "nearest store ..." in " ".join(shown(80).split())


def test_values_nobody_has_are_left_out() -> None:
    out = io.StringIO()
    show_values(Console(file=out, width=80), [("store", "Downtown"), ("message", "")])
    assert out.getvalue().split() == ["store", "Downtown"]
