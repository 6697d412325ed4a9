"""Stores from a folder of JSON files, one store or a list of stores a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.flows.problems import Problem
from ivr.locator.sources.json_rows import Written
from ivr.locator.sources.rows import OnDisk
from ivr.locator.sources.written import NoStoresError, text_of
from ivr.locator.store import Row

MOST_FILES = 100_000

SAVE_AS = 'JSON: {"id": ..., "name": ..., "lat": ..., "lon": ...}'


@dataclass(frozen=True, slots=True)
class JsonFolder(OnDisk):
    """Every ``.json`` directly in the folder ``path``, in the order of their names."""

    def _rows(self, problems: list[Problem]) -> Iterator[Row]:
        shown = self._name
        try:
            files = sorted(file for file in self.path.iterdir() if file.suffix == ".json" and file.is_file())
        except OSError as error:
            raise NoStoresError(shown, f"cannot be read: {error.strerror}.", "Name a folder.") from error
        if not files:
            raise NoStoresError(shown, "there is no .json file in this folder.", "Put a file there for every store.")
        if len(files) > MOST_FILES:
            raise NoStoresError(shown, f"more than {MOST_FILES} files.", "Put the stores in one CSV file.")
        for file in files:
            try:
                yield from _stores(file, f"{shown}/{file.name}", problems)
            except NoStoresError as error:
                problems.append(error.problem)


def _stores(file: Path, shown: str, problems: list[Problem]) -> Iterator[Row]:
    written = Written.of(text_of(file, shown, SAVE_AS), shown)
    start = len(written.text) - len(written.text.lstrip())
    whole: list[tuple[Any, int, int]] = (
        list(written.items(start)) if written.text[start] == "[" else [(written.whole(), start, len(written.text))]
    )
    for value, at, end in whole:
        if isinstance(value, dict):
            yield written.row(value, at, end)
        else:
            problems.append(Problem(written.place(at), "S112", "this is no store.", f"Save it as {SAVE_AS}."))
