"""A flow file as it is written: plain values, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ivr.flows.problems import Place, Problem
from ivr.flows.tables import Table

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A read file: its plain ``tree`` of dict, list and str, and where each key and value stands."""

    file: str
    tree: Any
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    problems: tuple[Problem, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    """The tables that are there and can be read, by their file names as written."""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where ``path`` stands; the nearest enclosing node when it does not exist. ``key`` prefers its key."""
        known = self._known(path)
        if key and known in self.keys:
            return self.keys[known]
        return self.values.get(known, Place(self.file, 1, 1))

    def _known(self, path: Path) -> Path:
        """``path`` without the elements that are not in the file (validators add some)."""
        found: Path = ()
        for element in path:
            if (*found, element) in self.values:
                found = (*found, element)
        return found
