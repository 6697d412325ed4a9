"""Stores from an address on the web: asked now and then, and the last good answer kept on disk.

Calls read what is kept; only :meth:`Feed.renew`, on a schedule, goes outside. An answer with mistakes is not taken: it
is told, and what was good stays, also over a restart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeAlias

from ivr.flows.problems import Place, Problem
from ivr.locator.places import Places
from ivr.locator.sources.csv_file import CsvFile
from ivr.locator.sources.geojson_file import GeoJsonFile
from ivr.locator.store import Sheet, Stock, StoreSource
from ivr.ports import Fetched, OutsideError


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of an address from before: its marks, when it was asked last, and why that was no good."""

    etag: str = ""
    modified: str = ""
    at_s: float = 0.0
    trouble: str = ""


Fetch: TypeAlias = Callable[[str, str, str], Fetched]
"""Asks an address, given the marks (ETag, Last-Modified) of what is kept. Raises OutsideError."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The list at ``url``, kept in ``folder``."""

    url: str
    folder: Path
    places: Places
    fetch: Fetch

    def read(self) -> Stock:
        """The stores of the last good answer. Asks outside only when there has never been one."""
        return self._kept().read() if self._have_one() else Stock((), (self._problem(),))

    def sheet(self) -> Sheet:
        """The last good answer before anything is checked."""
        return self._kept().sheet() if self._have_one() else Sheet((), (self._problem(),))

    @property
    def kept(self) -> Path:
        """Where the last good answer is."""
        return self.folder / f"feed-{self._mark}"

    def asked(self) -> Asked:
        """What came of the latest asking."""
        try:
            return Asked(**json.loads(self._state.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return Asked()

    def renew(self, at_s: float) -> Asked:
        """Ask, and keep the answer if it is good. Never raises: what went wrong is in ``trouble``."""
        before = self.asked() if self.kept.is_file() else Asked()
        try:
            fetched = self.fetch(self.url, before.etag, before.modified)
            after = self._taken(fetched, before)
        except OutsideError as error:
            after = replace(before, trouble=str(error))
        after = replace(after, at_s=at_s)
        with suppress(OutsideError):  # a full disk: asked again at once, which is all that can be done
            self._write(self._state, json.dumps(asdict(after)).encode())
        return after

    def _taken(self, fetched: Fetched, before: Asked) -> Asked:
        if fetched.body is None:
            return before
        trial = self.folder / f"trial-{self._mark}"
        self._write(trial, fetched.body)
        stock = self._source(trial).read()
        errors = [problem for problem in stock.problems if problem.severity == "error"]
        marks = Asked(fetched.etag, fetched.modified)
        if errors or not stock.stores:
            trial.unlink(missing_ok=True)
            told = str(errors[0]) if errors else "there are no stores in it."
            # with the new marks, so that the same mistakes are not fetched again each time
            return replace(marks, trouble=f"{len(errors)} mistakes, the list before stays: {told}")
        trial.replace(self.kept)
        return marks

    def _have_one(self) -> bool:
        if not self.kept.is_file():
            self.renew(0.0)
        return self.kept.is_file()

    def _kept(self) -> StoreSource:
        return self._source(self.kept)

    def _source(self, file: Path) -> StoreSource:
        try:
            with file.open("rb") as opened:
                beginning = opened.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
        except OSError:
            beginning = b""
        return (GeoJsonFile if beginning.startswith(b"{") else CsvFile)(file, self.places, self.url)

    def _problem(self) -> Problem:
        what = f"the list cannot be had: {self.asked().trouble or 'there is no answer'}"
        return Problem(Place(self.url, 1, 1), "S001", what, "Check the address, and web_services in the flow file.")

    def _write(self, file: Path, data: bytes) -> None:
        """Whole or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f"{file.name}.part")
            part.write_bytes(data)
            part.replace(file)
        except OSError as error:
            raise OutsideError(f"{file} cannot be written: {error.strerror}", retry=False) from error

    @property
    def _state(self) -> Path:
        return self.folder / f"feed-{self._mark}.json"

    @property
    def _mark(self) -> str:
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]
