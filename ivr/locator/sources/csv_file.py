"""Stores from a CSV file, as a spreadsheet saves it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.flows.problems import Place, Problem
from ivr.locator.sources.json_rows import OTHER_NAMES
from ivr.locator.sources.rows import OnDisk
from ivr.locator.sources.written import NoStoresError, text_of
from ivr.locator.store import COLUMNS, NEEDED, Row

SAVE_AS = "CSV UTF-8"


@dataclass(frozen=True, slots=True)
class CsvFile(OnDisk):
    """A file with a line of column names first."""

    def _rows(self, problems: list[Problem]) -> Iterator[Row]:
        lines = records(text_of(self.path, self._name, SAVE_AS))
        try:
            header = next(lines)
            names = [OTHER_NAMES.get(name.strip().lower(), name.strip().lower()) for name in header.values]
            missing = [name for name in NEEDED if name not in names]
            if missing and ({"id", "name"} & set(missing) or not {"zip", "city"} & set(names)):
                instead = f"The first line is  {','.join(COLUMNS)}  (in any order)."
                raise NoStoresError(self._name, f"there is no column {' and no column '.join(missing)}.", instead)
            for record in lines:
                if any(record.values[len(names) :]):
                    problems.append(self._too_long(record, len(names)))
                elif any(value.strip() for value in record.values):
                    yield self._row(record, names)
        except csv.Error as error:
            place = Place(self._name, 1, 1)
            problems.append(Problem(place, "S001", f"this is no CSV: {error}.", "Save the file as CSV UTF-8."))

    def _row(self, record: Record, names: Sequence[str]) -> Row:
        return Row(
            dict(zip(names, record.values, strict=False)),
            lambda name: record.place(self._name, names.index(name) if name in names else 0),
        )

    def _too_long(self, record: Record, expected: int) -> Problem:
        what = f"this line has {len(record.values)} fields, the first line {expected}."
        instead = 'A comma inside a field needs quotes: "1 Main Street, Suite 2".'
        return Problem(record.place(self._name, expected), "S109", what, instead)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its values, the line it begins in, and its raw text (a quoted field may hold line ends)."""

    values: list[str]
    line: int
    raw: str

    def place(self, file: str, index: int) -> Place:
        """Where the field ``index`` begins; found only when there is something to say about it."""
        line, column, quoted, field = self.line, 1, False, 0
        for letter in self.raw:
            if field == index:
                break
            column += 1
            if letter == '"':
                quoted = not quoted
            elif letter == "," and not quoted:
                field += 1
            elif letter == "\n":
                line, column = line + 1, 1
        return Place(file, line, column if field == index else 1)


def records(text: str) -> Iterator[Record]:
    """The records of a CSV text with where they stand."""
    lines = text.splitlines(keepends=True) if "\r" not in text else io.StringIO(text, newline=None).readlines()
    reader = csv.reader(lines, strict=True)
    before = 0
    for values in reader:
        yield Record(values, before + 1, "".join(lines[before : reader.line_num]))
        before = reader.line_num
