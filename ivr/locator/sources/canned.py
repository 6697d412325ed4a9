"""Stores held in memory: for tests, demonstrations and callers of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.flows.problems import Place
from ivr.locator.places import Places
from ivr.locator.sources.rows import stock_of
from ivr.locator.store import COLUMNS, Row, Sheet, Stock


@dataclass(frozen=True, slots=True)
class Canned:
    """Rows as mappings of texts, checked like any other; the line of a mistake is the row, from 1."""

    rows: Sequence[Mapping[str, str]]
    places: Places
    shown: str = "canned"

    def read(self) -> Stock:
        """All stores of the rows."""
        return stock_of(self.sheet(), self.places)

    def sheet(self) -> Sheet:
        """The rows, before anything is checked."""
        return Sheet(tuple(self._row(number, row) for number, row in enumerate(self.rows, 1)))

    def _row(self, number: int, row: Mapping[str, str]) -> Row:
        return Row(row, lambda name: Place(self.shown, number, COLUMNS.index(name) + 1))
