"""The list of stores as the page sees it: what is in force, and a new list from its check to its end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.flows import FlowBook
from ivr.flows.company import Company
from ivr.flows.problems import Problem
from ivr.locator.changes import Changes, changes
from ivr.locator.places import Places
from ivr.locator.sources import GEOJSON, source_at
from ivr.locator.store import Stock, StoreSource
from ivr.locator.us_map import land
from ivr.ports import OutsideError

MOST_BYTES = 5 * 1024 * 1024
GONE = "That list is not here any more. Upload it again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A new list that is not in force yet. ``mark`` names it; with ``errors`` it cannot be put in force."""

    mark: str
    stock: Stock
    changes: Changes

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.stock.problems if problem.severity == "error")


@dataclass(slots=True)
class StoreDesk:
    """``folder`` holds uploads and the list before; ``beside`` is where the flow file names its stores from."""

    book: Callable[[], FlowBook]
    source: Callable[[Company], StoreSource]
    stamp: Callable[[Company], object]
    trouble: Callable[[Company], str]
    places: Callable[[], Places]
    folder: Path
    beside: Path
    _read: tuple[object, Stock] | None = None
    _land: str = ""

    def stock(self) -> Stock:
        """What is written in the list now, mistakes and all; read again only when it changed."""
        company = self.book().company
        mark = (company.stores, self.stamp(company))
        if self._read is None or self._read[0] != mark:
            self._read = mark, self.source(company).read() if company.stores else Stock(())
        return self._read[1]

    def land(self) -> str:
        """The country on the map."""
        if not self._land:
            self._land = land(self.places().points())
        return self._land

    @property
    def file(self) -> Path | None:
        """The file that can be changed here; None when the list comes from elsewhere."""
        stores = self.book().company.stores
        path = self.beside / stores.file if stores and stores.file else None
        return path if path and not path.is_dir() else None

    @property
    def can_undo(self) -> bool:
        return self._before.is_file() and self.file is not None

    def upload(self, data: bytes) -> Upload:
        """Keep a new list until somebody decides about it.

        Raises:
            OutsideError: the list cannot be changed here, or is of another form.
        """
        file = self._file()
        is_json = data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))
        if is_json != (file.suffix.lower() in GEOJSON):
            raise OutsideError(f"This is not of the same form as {file.name}.", retry=False)
        mark = hashlib.sha256(data).hexdigest()[:16]
        _write(self._upload(mark), data)
        return self.looked_at(mark)

    def looked_at(self, mark: str) -> Upload:
        """A kept list, checked. Raises OutsideError when it is gone."""
        path = self._upload(mark)
        if not path.is_file():
            raise OutsideError(GONE, retry=False)
        stock = source_at(path, self.places(), "your file").read()
        return Upload(mark, stock, changes(self.stock().stores, stock.stores))

    def apply(self, mark: str) -> Upload:
        """Put a kept list in force. Raises OutsideError when it is gone or has mistakes."""
        upload, file = self.looked_at(mark), self._file()
        if upload.errors:
            raise OutsideError("A list with mistakes is not put in force.", retry=False)
        if file.is_file():
            _write(self._before, file.read_bytes())
        _write(file, self._upload(mark).read_bytes())
        self._upload(mark).unlink(missing_ok=True)
        return upload

    def undo(self) -> None:
        """Put the list before in force; asked once more, this is undone. Raises OutsideError when there is none."""
        file = self._file()
        if not self._before.is_file():
            raise OutsideError("There is no list before this one.", retry=False)
        before, now = self._before.read_bytes(), file.read_bytes() if file.is_file() else b""
        _write(file, before)
        _write(self._before, now)

    def _file(self) -> Path:
        if self.file is None:
            raise OutsideError("The list of stores is not a file that can be changed here.", retry=False)
        return self.file

    def _upload(self, mark: str) -> Path:
        suffix = self._file().suffix.lower()
        return self.folder / f"upload-{mark if re.fullmatch(r'[0-9a-f]{16}', mark) else 'none'}{suffix}"

    @property
    def _before(self) -> Path:
        return self.folder / f"before-{self._file().name}"


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all: callers read it at any moment."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        raise OutsideError(f"{file.name} cannot be written: {error.strerror}.", retry=False) from error
