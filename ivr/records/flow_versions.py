"""Versions of the flow file: the text of each, which one is live, and who made it so when and why.

Every version that calls began with is a file, so that a call under way finds its own again in any process. A version
that was published is in the database as well, where other machines find it; the newest publication there says what is
live. Without one, nothing was ever published: then the flow file itself is live as it is saved.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import JSON, Float, Integer, String, Text, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from ivr.ports import OutsideError
from ivr.records.database import Base, Database
from ivr.records.migrate import migrate

log = logging.getLogger(__name__)

FOLLOW_S = 0.5
"""How long a process goes on with what it knows to be live; all follow a publication within a second."""

NAME = re.compile(r"[0-9a-f]{1,64}")
PUBLISHED, ROLLED_BACK, UNPUBLISHED, REFUSED = "published", "rolled back", "unpublished", "refused"


class VersionRow(Base):
    """A version that was published, or refused: its text, by file name."""

    __tablename__ = "flow_versions"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    kept_s: Mapped[float] = mapped_column(Float(53))
    files: Mapped[dict[str, str]] = mapped_column(JSON)


class PublicationRow(Base):
    """One publication. The newest one that was not refused is live."""

    __tablename__ = "flow_publications"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    version: Mapped[str] = mapped_column(String(64))
    how: Mapped[str] = mapped_column(String(16))
    at_s: Mapped[float] = mapped_column(Float(53))
    who: Mapped[str] = mapped_column(String(128))
    why: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Publication:
    """Version ``version`` was ``how`` (published, rolled back, unpublished, refused) by ``who``, and why.

    ``report`` is what the gate said. An unpublished one has no version: the flow file itself is live.
    """

    version: str
    how: str
    at_s: float
    who: str
    why: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version whose text is kept, since ``kept_s``."""

    version: str
    kept_s: float


class FlowVersions:
    """The one place where versions are kept. Safe for many threads, processes and machines.

    Without a ``database`` nothing can be published.
    """

    def __init__(
        self, folder: Path, database: Database | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._has_tables = False
        self._live = ""
        self._known_until = float("-inf")

    def prepare(self) -> None:
        """Make the tables, where nobody did yet.

        Raises:
            OutsideError: when there is no database, or it fails.
        """
        if self._database is None:
            raise OutsideError("Without a database nothing can be published.", retry=False)
        migrate(self._database.engine)

    # --- texts ------------------------------------------------------------------------------------------------------

    def keep(self, version: str, text: str) -> None:
        """Keep ``text`` as a file. Safe to repeat."""
        kept = self._folder / f"{version}.yaml"
        if not kept.exists():
            _write(kept, text)

    def text(self, version: str) -> str | None:
        """The text of ``version``; None when nobody kept it."""
        if not NAME.fullmatch(version):
            return None
        try:
            return (self._folder / f"{version}.yaml").read_bytes().decode()
        except FileNotFoundError:
            return self._text_in_database(version)

    def note_good(self, file: Path, version: str) -> None:
        """Remember that ``file`` as it is now is ``version``, for processes that find it broken later."""
        if self.last_good(file) != version:
            _write(self._note(file), version)

    def last_good(self, file: Path) -> str:
        """The version that ``file`` was when it was read last without mistakes; empty when it never was."""
        try:
            return self._note(file).read_text("utf-8")
        except OSError:
            return ""

    def _note(self, file: Path) -> Path:
        name = hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:16]
        return self._folder / f"good-{name}.txt"

    def kept(self) -> list[KeptVersion]:
        """All versions whose text is kept, oldest first."""
        found = {file.stem: file.stat().st_mtime for file in self._folder.glob("*.yaml") if NAME.fullmatch(file.stem)}
        if database := self._made():
            with database.reading() as session:
                for version, kept_s in session.execute(select(VersionRow.version, VersionRow.kept_s)):
                    found[version] = min(kept_s, found.get(version, kept_s))
        return sorted((KeptVersion(*one) for one in found.items()), key=lambda one: (one.kept_s, one.version))

    def _text_in_database(self, version: str) -> str | None:
        database = self._made()
        if database is None:
            return None
        with database.reading() as session:
            row = session.get(VersionRow, version)
        return next(iter(row.files.values())) if row else None

    # --- what is live -----------------------------------------------------------------------------------------------

    def live(self) -> str:
        """The version that is published; empty when the flow file itself is live.

        Raises:
            OutsideError: when the database fails before it ever said.
        """
        now_s = self._clock()
        if now_s >= self._known_until:
            try:
                self._live = self._newest()
            except OutsideError:
                if self._known_until == float("-inf"):
                    raise
                log.warning("the database does not say which flows are published; %s stay live", self._live or "they")
            self._known_until = now_s + FOLLOW_S
        return self._live

    def _newest(self) -> str:
        database = self._made()
        if database is None:
            return ""
        newest = select(PublicationRow.version).where(PublicationRow.how != REFUSED).order_by(PublicationRow.id.desc())
        with database.reading() as session:
            return session.scalar(newest.limit(1)) or ""

    def history(self) -> list[Publication]:
        """All publications, and drafts that were refused, oldest first."""
        database = self._made()
        if database is None:
            return []
        with database.reading() as session:
            rows = session.scalars(select(PublicationRow).order_by(PublicationRow.id))
            return [Publication(row.version, row.how, row.at_s, row.who, row.why, row.report) for row in rows]

    def record(self, publication: Publication, text: str = "") -> None:
        """Write down a publication, and ``text`` with it. With that it is live, unless it says refused.

        Raises:
            OutsideError: when the database fails.
        """
        self.prepare()
        if text:
            self.keep(publication.version, text)
        with self._made_now().session() as session:
            if text and session.get(VersionRow, publication.version) is None:
                files = {"flows.yaml": text}
                session.add(VersionRow(version=publication.version, kept_s=publication.at_s, files=files))
            session.add(
                PublicationRow(
                    version=publication.version,
                    how=publication.how,
                    at_s=publication.at_s,
                    who=publication.who[:128],
                    why=publication.why,
                    report=publication.report,
                )
            )
        self._known_until = float("-inf")

    def _made_now(self) -> Database:
        database = self._made()
        assert database is not None  # noqa: S101 - prepare() has just made the tables
        return database

    def _made(self) -> Database | None:
        """The database, if it has our tables: a new one is asked before anybody made them."""
        if not self._has_tables and self._database is not None:
            with self._database.reading() as session:
                self._has_tables = inspect(session.connection()).has_table(PublicationRow.__tablename__)
        return self._database if self._has_tables else None


def _write(path: Path, text: str) -> None:
    """All of it or nothing, whoever reads or writes at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    fresh.write_bytes(text.encode())
    fresh.replace(path)


def before(history: Sequence[Publication]) -> str | None:
    """The version that an undo leads to: the one published before the live one; None when there is none.

    Undoing twice goes back two steps, as people expect; a new publication starts from there.
    """
    stack: list[str] = []
    for one in history:
        if one.how == UNPUBLISHED:
            stack.clear()
        elif one.how == ROLLED_BACK and one.version in stack:
            del stack[stack.index(one.version) + 1 :]
        elif one.how != REFUSED and one.version not in stack[-1:]:
            stack.append(one.version)
    return stack[-2] if len(stack) > 1 else None


def only_refused(history: Sequence[Publication], version: str) -> bool:
    """Whether all that was ever said of ``version`` is no."""
    said = {one.how for one in history if one.version == version}
    return said == {REFUSED}
