"""The tutorial shows what happens, because here it happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.handbook.blocks import Reader, blocks, edited, fits

PAGE = (ROOT / "docs" / "tutorial.md").read_text("utf-8")


def test_what_the_tutorial_shows_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    for block in blocks(PAGE):
        reader.does(block)
        monkeypatch.chdir(reader.folder)
    assert reader.commands >= 15
    assert {file.name for file in reader.folder.iterdir()} >= {"flows.yaml", "calls", "shops.csv", "flow.svg", "data"}


def test_every_block_of_the_tutorial_is_run() -> None:
    assert len(list(blocks(PAGE))) == len(re.findall("^```", PAGE, re.MULTILINE)) / 2


def test_links_of_the_tutorial_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize(
    ("expected", "happened", "same"),
    [
        ("one\n", "one  \n", True),
        ("one ...\n", "one two\n", True),
        ("one\n...\nfour\n", "one\ntwo\nthree\nfour\n", True),
        ("one\n...\nfour\n", "one\nfour\n", True),
        ("one\n", "one\ntwo\n", False),
        ("one (...)\n", "one two\n", False),
        ("", "one\n", False),
    ],
)
def test_an_output_is_compared_line_by_line(expected: str, happened: str, same: bool) -> None:
    assert fits(expected, happened) is same


def test_an_edit_needs_lines_that_are_there() -> None:
    assert edited("a\nb\nc\n", " a\n-b\n+x\n") == "a\nx\nc\n"
    with pytest.raises(AssertionError, match="0 times"):
        edited("a\nb\n", "-z\n")
