"""The flow file on disk, as the books that calls run on.

A saved edit applies to the next call; calls under way stay on the version they began with, in every process, because
each version that ever went live is kept as a file. An edit with mistakes never goes live: the last good version keeps
running, also in a process that is started again meanwhile, and the mistakes are there to be shown.

Once a version was published, that one is live instead, and the file is a draft until it is published.

The list of stores is no part of a version: it changes when a shop opens, not when the conversation does. A saved list
is used from the next turn on, by every version; one with mistakes is not, and they are told in the log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ivr.flow_files import FlowFiles, shown_name
from ivr.flows import FlowBook, FlowFileError, Problem, read_flows
from ivr.flows.company import Company
from ivr.flows.loader import MakeSkills
from ivr.flows.problems import Place

log = logging.getLogger(__name__)


class Versions(Protocol):
    """Where the texts of versions are kept, and which one is published."""

    def live(self) -> str:
        """The published version; empty when the file itself is live."""
        ...

    def keep(self, version: str, text: str) -> None:
        """Keep a text. Safe to repeat."""
        ...

    def text(self, version: str) -> str | None:
        """The text of a version, or None."""
        ...

    def note_good(self, file: Path, version: str) -> None:
        """Remember that ``file`` as it is now is ``version``."""
        ...

    def last_good(self, file: Path) -> str:
        """What was noted last for ``file``; empty for nothing."""
        ...


@dataclass(frozen=True, slots=True)
class OneBook:
    """A book by itself, for a conversation that no caller takes part in."""

    book: FlowBook

    def current(self) -> FlowBook:
        return self.book

    def version(self, version: str) -> FlowBook:
        del version
        return self.book


def _never(company: Company) -> None:
    """What a book was made from never changes."""
    del company


class Bookshelf:
    """Reads ``file`` when it changes; keeps every version in ``versions``. Safe for many threads.

    ``stamp`` is another value when the skills of a company would now be made of other data.
    """

    def __init__(
        self, file: Path, versions: Versions, make_skills: MakeSkills, stamp: Callable[[Company], object] = _never
    ) -> None:
        self._file = file
        self._versions = versions
        self._make_skills = make_skills
        self._stamp = stamp
        self._stamps: dict[str, object] = {}
        self._renewing = threading.Lock()
        self._lock = threading.Lock()
        self._files = FlowFiles(file)
        self._books: dict[str, FlowBook] = {}
        self._current: FlowBook | None = None
        self.problems: tuple[Problem, ...] = ()
        """The mistakes of the latest edit, while an older version runs."""

    def current(self) -> FlowBook:
        """The book new calls begin with.

        Raises:
            FlowFileError: when there has never been a good version, or the published one cannot be read any more.
        """
        live = self._versions.live()
        return self._renewed(self._published(live) if live else self._saved())

    def version(self, version: str) -> FlowBook:
        """The book of a call under way; the current one when that version is gone."""
        try:
            return self._renewed(self._published(version))
        except FlowFileError:
            return self.current()

    def draft(self) -> tuple[str, FlowBook]:
        """The file as it is now, its text and what it says, whatever is live.

        Raises:
            FlowFileError: with every mistake.
        """
        return self._draft(FlowFiles(self._file, shown_name(self._file)))

    def _draft(self, files: FlowFiles) -> tuple[str, FlowBook]:
        text = self._text(files)
        return text, read_flows(text, self._make_skills, file=shown_name(self._file))

    def _published(self, version: str) -> FlowBook:
        if version not in self._books:
            text = self._versions.text(version)
            if text is None:
                what = f"version {version} is live, but its text is not kept anywhere."
                instead = "Make another one live:  ivr flows rollback"
                raise FlowFileError([Problem(Place(shown_name(self._file), 1, 1), "F000", what, instead)])
            self._put(read_flows(text, self._make_skills, file=shown_name(self._file)))
        return self._books[version]

    def _put(self, book: FlowBook) -> None:
        self._stamps[book.version] = self._stamp(book.company)
        self._books[book.version] = book

    def _renewed(self, book: FlowBook) -> FlowBook:
        """``book`` with the stores there are now. While one thread reads a long list, the others go on with the old."""
        if self._stamp(book.company) == self._stamps[book.version] or not self._renewing.acquire(blocking=False):
            return book
        try:
            self._stamps[book.version] = self._stamp(book.company)
            misfits = list(self._make_skills.misfits(book.company))
            if misfits:
                told = "".join(f"\n{one.what} {one.instead}" for one in misfits)
                log.error("the list of stores has mistakes; the one before stays in use%s", told)
                return book
            renewed = replace(book, skills=self._make_skills(book.company))
            self._books[book.version] = renewed
            if self._current is book:
                self._current = renewed
            return renewed
        finally:
            self._renewing.release()

    def _saved(self) -> FlowBook:
        """The last good version of the file."""
        if self._current is not None and not self._files.changed:
            return self._current
        with self._lock:
            if self._current is None or self._files.changed:
                self._reload()
            if self._current is None:
                raise FlowFileError(self.problems)
            return self._current

    def _reload(self) -> None:
        files = FlowFiles(self._file, shown_name(self._file))
        try:
            text, book = self._draft(files)
        except FlowFileError as error:
            self._refuse(error.problems)
        else:
            self._keep(book, text)
        self._files = files  # last: until then other threads wait for this reading

    def _text(self, files: FlowFiles) -> str:
        try:
            return files.read()
        except OSError as error:
            instead = "Check its name, and who may read it; IVR_FLOWS names another file."
            what = f"the file cannot be read: {error.strerror}."
            raise FlowFileError([Problem(Place(shown_name(self._file), 1, 1), "F000", what, instead)]) from error

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        if self._current is None:
            self._current = self._last_good()
        if self._current is not None:
            told = "".join(f"\n{problem}" for problem in problems)
            what = "the edit of %s has %d mistakes; the last good version keeps running%s"
            log.error(what, self._file, len(problems), told)

    def _last_good(self) -> FlowBook | None:
        """What ran before this process; None when nothing ever did."""
        version = self._versions.last_good(self._file)
        try:
            return self._published(version) if version else None
        except FlowFileError:  # by an older program, or gone: the mistakes of the file are told instead
            return None

    def _keep(self, book: FlowBook, text: str) -> None:
        self._versions.keep(book.version, text)
        self._versions.note_good(self._file, book.version)
        self._put(book)
        self._current = book
        self.problems = ()
