"""A bundle: one text that holds a flow file, the files it includes and its tables, each after a line with its name.

Whatever keeps, hashes, compares or reads the text of a flow file need not know that it was several files. The line
``--- # file: sales.yaml`` is what YAML takes for the beginning of another document wherever it stands, so there is no
readable flow file that a line of this kind could change the meaning of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BESIDE = r"[\w-][\w .-]{0,80}(?:/[\w-][\w .-]{0,80}){0,8}"
NAME = re.compile(rf"{_BESIDE}\.ya?ml")
"""A file in the folder of the main one or below it: nothing absolute, no ``..``, nothing hidden."""
TABLE = re.compile(rf"{_BESIDE}\.csv")
"""A table in such a place."""
MARK = re.compile(rf"^--- # file: ({NAME.pattern}|{TABLE.pattern})[ \t]*\r?$", re.MULTILINE)
NOTHING = re.compile(r"(?:[ \t]*(?:[#%][^\n]*)?\n|[ \t]*\r\n)*+")
"""Lines before which no document begins."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a bundle: its ``name`` as included (empty for the main file), and ``file`` as shown to people."""

    name: str
    file: str
    text: str

    @property
    def is_table(self) -> bool:
        return TABLE.fullmatch(self.name) is not None


def documents(text: str, file: str) -> list[Document]:
    """The files in ``text``, the main one, ``file``, first. A text without marks is one file."""
    marks = list(MARK.finditer(text))
    if not marks or NOTHING.fullmatch(text, 0, marks[0].start()):
        return [Document("", file, text)]
    found = [Document("", file, text[: marks[0].start()])]
    for mark, end in zip(marks, [*(mark.start() for mark in marks[1:]), len(text)], strict=True):
        found.append(Document(mark[1], beside(file, mark[1]), text[min(mark.end() + 1, end) : end]))
    return found


def lines_by_file(text: str, file: str) -> dict[str, tuple[str, ...]]:
    """The lines of each file in ``text``, by how the file is shown to people. Of two with one name, the first."""
    return {one.file: tuple(one.text.splitlines()) for one in reversed(documents(text, file))}


def offsets(text: str) -> dict[str, int]:
    """How many lines of ``text`` come before the first line of each included file, by its name."""
    found: dict[str, int] = {}
    before = 0
    for one in documents(text, ""):
        before += 1 if one.name else 0
        found.setdefault(one.name, before)
        before += one.text.count("\n")
    return {name: lines for name, lines in found.items() if name}


def marked(name: str, text: str) -> str:
    """``text`` as the file ``name`` of a bundle."""
    return f"--- # file: {name}\n{text}"


def beside(file: str, name: str) -> str:
    """How the file ``name``, which ``file`` includes, is shown to people.

    >>> beside("shops/flows.yaml", "sales.yaml")
    'shops/sales.yaml'
    """
    folder, slash, _ = file.rpartition("/")
    return f"{folder}{slash}{name}"


def name_beside(file: str, other: str) -> str:
    """The name under which ``file`` includes ``other``; empty for itself.

    >>> name_beside("shops/flows.yaml", "shops/far/sales.yaml")
    'far/sales.yaml'
    """
    return "" if other == file else other.removeprefix(beside(file, ""))
