"""The flow file on disk, as the books that calls run on.

A saved edit applies to the next call; calls under way stay on the version they began with, in every process, because
each version that ever went live is kept as a file. An edit with mistakes never goes live: the last good version keeps
running and the mistakes are there to be shown.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from pathlib import Path

from ivr.flows import FlowBook, FlowFileError, Problem, read_flows
from ivr.flows.loader import MakeSkills
from ivr.flows.problems import Place
from ivr.flows.source import decode

log = logging.getLogger(__name__)


class Bookshelf:
    """Reads ``file`` when it changes; keeps versions under ``versions``. Safe for many threads."""

    def __init__(self, file: Path, versions: Path, make_skills: MakeSkills) -> None:
        self._file = file
        self._versions = versions
        self._make_skills = make_skills
        self._lock = threading.Lock()
        self._books: dict[str, FlowBook] = {}
        self._current: FlowBook | None = None
        self._stamp: tuple[int, int] | None = None
        self.problems: tuple[Problem, ...] = ()
        """The mistakes of the latest edit, while an older version runs."""

    def current(self) -> FlowBook:
        """The book new calls begin with.

        Raises:
            FlowFileError: when there has never been a good version.
        """
        stamp = self._stamp_now()
        if self._current is not None and stamp == self._stamp:
            return self._current
        with self._lock:
            if self._current is None or stamp != self._stamp:
                self._stamp = stamp
                self._reload()
            if self._current is None:
                raise FlowFileError(self.problems)
            return self._current

    def version(self, version: str) -> FlowBook:
        """The book of a call under way; the current one when that version is gone."""
        if version not in self._books:
            with contextlib.suppress(OSError, FlowFileError):
                text = decode((self._versions / f"{version}.yaml").read_bytes(), str(self._file))
                self._books[version] = read_flows(text, self._make_skills, file=str(self._file))
        return self._books.get(version) or self.current()

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def _reload(self) -> None:
        try:
            text = decode(self._file.read_bytes(), str(self._file))
            book = read_flows(text, self._make_skills, file=str(self._file))
        except FlowFileError as error:
            self._refuse(error.problems)
        except OSError as error:
            place = Place(str(self._file), 1, 1)
            instead = "Check its name, and who may read it; IVR_FLOWS names another file."
            self._refuse((Problem(place, "F000", f"the file cannot be read: {error.strerror}.", instead),))
        else:
            self._keep(book, text)

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        if self._current is not None:
            log.error("the edit of %s has %d mistakes; the last good version keeps running", self._file, len(problems))

    def _keep(self, book: FlowBook, text: str) -> None:
        self._versions.mkdir(parents=True, exist_ok=True)
        kept = self._versions / f"{book.version}.yaml"
        if not kept.exists():
            fresh = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
            fresh.write_bytes(text.encode())
            fresh.replace(kept)
        self._books[book.version] = book
        self._current = book
        self.problems = ()
