"""Tables that are shipped with a flow file: CSV as a spreadsheet saves it, read whole before anybody calls.

A table is a document of the bundle, as an included file is, so it is part of the version that a call runs on: whoever
was found in it yesterday is found by a replay as well.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Protocol

from ivr.flows.documents import Document
from ivr.flows.problems import FlowFileError, Place, Problem

UNUSABLE = "F302"
MOST_ROWS = 4_000
MOST_COLUMNS = 40
LONGEST_FIELD = 500
"""Bounds: a row is kept in every call that found it, and a table is searched while a caller waits."""
MOST_PROBLEMS = 20
FIGURES = re.compile(r"[+(]?\d[\d ().-]*")
COLUMN = re.compile(r"[a-z_][a-z0-9_]*")
SAVE_IT = "Save the table from your spreadsheet as CSV UTF-8, parted by commas."


class Searchable(Protocol):
    """What is looked up in."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    def find(self, wanted: Mapping[str, str]) -> Mapping[str, str] | None:
        """The first row that has all of ``wanted`` by column, or None; an empty value is never found."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under ``columns``; ``plain`` are the same rows in the form that is compared."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    plain: tuple[tuple[str, ...], ...]

    def find(self, wanted: Mapping[str, str]) -> Mapping[str, str] | None:
        """See :class:`Searchable`."""
        values = {self.columns.index(column_name(name)): plain(value) for name, value in wanted.items()}
        if not all(values.values()):
            return None
        for row, compared in zip(self.rows, self.plain, strict=True):
            if all(compared[at] == value for at, value in values.items()):
                return dict(zip(self.columns, row, strict=True))
        return None


def column_name(written: str) -> str:
    """A column as it is named in braces.

    >>> column_name(" Phone number ")
    'phone_number'
    """
    return re.sub(r"\W+", "_", written.strip().casefold()).strip("_")


def plain(value: str) -> str:
    """What is compared: case and spaces do not count, nor how a number is grouped or whether 1 is dialled first.

    >>> plain("  Dana  LEE "), plain("+1 (503) 555-0100") == plain("503.555.0100"), plain("007")
    ('dana lee', True, '007')
    """
    value = " ".join(value.casefold().split())
    if FIGURES.fullmatch(value):
        value = re.sub(r"\D", "", value)
        return value[1:] if len(value) == 11 and value[0] == "1" else value
    return value


def read_table(document: Document) -> Table:
    """The table in ``document``.

    Raises:
        FlowFileError: with all that is wrong with it.
    """
    records = _records(document)
    _, header = next(records, (1, []))
    columns = [column_name(name) for name in header]
    problems = list(islice(_wrong_columns(columns, header, document.file), MOST_PROBLEMS))
    if problems:
        raise FlowFileError(problems)
    rows: list[tuple[str, ...]] = []
    for line, row in records:
        if len(rows) == MOST_ROWS:
            what, instead = f"there are more than {MOST_ROWS:,} rows.", "Ask a web service instead, with  http:"
            problems.append(_problem(document.file, line, what, instead))
            break
        if wrong := _wrong_row(row, len(columns)):
            problems.append(_problem(document.file, line, *wrong))
        known = zip_longest(row[: len(columns)], columns, fillvalue="")  # spreadsheets end lines with commas, or early
        rows.append(tuple(value.strip() for value, _ in known))
    if problems:
        raise FlowFileError(problems[:MOST_PROBLEMS])
    return Table(tuple(columns), tuple(rows), tuple(tuple(map(plain, row)) for row in rows))


def _records(document: Document) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line that it begins in."""
    if "\x00" in document.text:
        raise FlowFileError([_problem(document.file, 1, "this is no text.", SAVE_IT)])
    reader = csv.reader(document.text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for row in reader:
            if any(value.strip() for value in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FlowFileError([_problem(document.file, line, f"this is no CSV: {error}.", SAVE_IT)]) from error


def _wrong_columns(columns: list[str], header: list[str], file: str) -> Iterator[Problem]:
    if not columns:
        yield _problem(file, 1, "the table is empty.", "The first line names the columns:  name,phone")
    elif len(columns) > MOST_COLUMNS:
        yield _problem(file, 1, f"there are more than {MOST_COLUMNS} columns.", "Leave out what nothing uses.")
    elif len(columns) == 1 and re.search(r"[;\t]", header[0]):
        yield _problem(file, 1, "the columns are not parted by commas.", SAVE_IT)
    else:
        for at, (column, written) in enumerate(zip(columns, header, strict=True)):
            if not COLUMN.fullmatch(column):
                what = f"column {at + 1} has no name that can stand in braces."
                yield _problem(file, 1, what, "Name it in plain letters:  phone")
            elif column in columns[:at]:
                yield _problem(file, 1, f"there are two columns '{written.strip()}'.", "Give each a name of its own.")


def _wrong_row(row: list[str], columns: int) -> tuple[str, str] | None:
    if any(value.strip() for value in row[columns:]):
        what = f"this line has {len(row)} fields, the first line {columns}."
        return what, 'A comma inside a field needs quotes:  "Lee, Dana"'
    if any(len(value) > LONGEST_FIELD for value in row):
        return f"a field is longer than {LONGEST_FIELD} letters.", "Shorten it."
    return None


def _problem(file: str, line: int, what: str, instead: str) -> Problem:
    return Problem(Place(file, line, 1), UNUSABLE, what, instead)
