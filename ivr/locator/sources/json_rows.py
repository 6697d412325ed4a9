"""Rows of stores from JSON, with the line each store and each field is written in."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivr.flows.problems import Place
from ivr.locator.sources.written import NoStoresError
from ivr.locator.store import Row

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"

OTHER_NAMES: Mapping[str, str] = {
    "latitude": "lat",
    "lng": "lon",
    "longitude": "lon",
    "opening_hours": "hours",
    "postcode": "zip",
    "postal_code": "zip",
    "zipcode": "zip",
    "telephone": "phone",
    "street": "address",
}
"""What others call the fields, in any source."""


@dataclass(frozen=True, slots=True)
class Written:
    """A JSON text and where its lines begin."""

    text: str
    file: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, file: str) -> Written:
        """``text``, once it is known to be JSON.

        Raises:
            NoStoresError: it is none.
        """
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            what = f"this is no JSON: {error.msg}."
            raise NoStoresError(file, what, "Mend it there, or save it anew.", error.lineno, error.colno) from error
        except RecursionError as error:
            raise NoStoresError(file, "this is no list of stores: it is too deep.", "Save it anew.") from error
        return cls(text, file, (0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")))

    def place(self, at: int) -> Place:
        """The line and column of a letter."""
        line = bisect_right(self.starts, at)
        return Place(self.file, line, at - self.starts[line - 1] + 1)

    def whole(self) -> Any:
        """What the text says."""
        return json.loads(self.text)

    def key(self, name: str) -> int:
        """Where the value of ``name`` begins in the object that the text is; -1 when there is none."""
        at = self._skip(self._skip(0) + 1)
        while self.text[at] == '"':
            found, at = _DECODER.raw_decode(self.text, at)
            at = self._skip(self._skip(at) + 1)  # the colon
            if found == name:
                return at
            at = self._next(at)
        return -1

    def items(self, at: int) -> Iterator[tuple[Any, int, int]]:
        """The items of the array that begins at ``at``, each with where it begins and ends."""
        at = self._skip(at + 1)
        while self.text[at] != "]":
            value, end = _DECODER.raw_decode(self.text, at)
            yield value, at, end
            at = self._next(at, end)

    def _next(self, at: int, end: int = 0) -> int:
        """The next value after the one that begins at ``at``."""
        end = self._skip(end or _DECODER.raw_decode(self.text, at)[1])
        return self._skip(end + 1) if self.text[end] == "," else end

    def _skip(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in _SPACE:
            at += 1
        return at

    def row(self, fields: Mapping[str, Any], at: int, end: int) -> Row:
        """The store written from ``at`` to ``end``; a field stands where its name does, else at the beginning."""
        told = {OTHER_NAMES.get(name.strip().lower(), name.strip().lower()): _text(fields[name]) for name in fields}
        given = {OTHER_NAMES.get(name.strip().lower(), name.strip().lower()): name for name in fields}

        def place(name: str) -> Place:
            found = self.text.find(json.dumps(given[name]), at, end) if name in given else -1
            return self.place(at if found < 0 else found)

        return Row(told, place)


def _text(value: Any) -> str:
    """A value as a cell of a table would hold it."""
    if isinstance(value, list):
        return "|".join(_text(one) for one in value)
    if value is None or isinstance(value, dict):
        return ""
    return str(value)
