"""What can be done with flows on their page: look, check, save a draft, publish it, and take that back."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.ports import Alert, OutsideError, Sessions
from ivr.publishing import Findings, Publisher, changes
from ivr.records import Publication
from ivr.records.flow_versions import REFUSED
from ivr.replay import Report, replay_calls, report
from ivr.replay.past import PastCalls
from ivr.web.flows_check import Checked, check_text
from ivr.web.flows_draft import DraftFile, OvertakenError, Saved, version_of
from ivr.web.flows_trial import Ring

log = logging.getLogger(__name__)

PAST_CALLS = 200
"""Calls that a draft is held against before it is published, as the command does."""

AT_ONCE = 2
"""Texts that one process reads at a time: callers are to be answered meanwhile."""

PATIENCE_S = 8.0

KNOWN = 16
"""Books that are kept read: what is live, and the draft of a test call, are asked for again and again."""


class Shelf(Protocol):
    """The flow file, and what is live."""

    def current(self) -> FlowBook: ...

    def draft(self) -> tuple[str, FlowBook]: ...


class ChangedError(Exception):
    """Somebody else has made another version live since the page was shown."""


class RefusedError(Exception):
    """The gate does not let a draft through."""

    def __init__(self, findings: Findings) -> None:
        super().__init__("Not published. The draft is kept as it is.")
        self.findings = findings


class UndecidedError(Exception):
    """Past calls would go another way, and nobody has said that they should."""

    def __init__(self, findings: Findings) -> None:
        super().__init__("Past calls would go another way. Look at them before you publish.")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Live:
    """What new calls run on. Until the first publication that is the flow file, and it is not ``published``."""

    version: str
    text: str
    published: bool


@dataclass(frozen=True, slots=True)
class FlowDesk:
    """Everything behind the flows page."""

    file: Path
    drafts: DraftFile
    publisher: Publisher
    shelf: Shelf
    records: PastCalls
    sessions: Sessions
    alert: Alert
    latest_news: Callable[[], str]
    ring: Ring
    busy: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))
    known: dict[str, FlowBook] = field(default_factory=dict)

    # --- looking ----------------------------------------------------------------------------------------------------

    def live(self) -> Live:
        """What is live, as text; where there has never been a good version, the file as it is."""
        version = self.publisher.versions.live()
        if version:
            return Live(version, self.publisher.versions.text(version) or "", published=True)
        try:
            current = self.shelf.current().version
        except FlowFileError:
            return Live("", self.file_text(), published=False)
        return Live(current, self.publisher.versions.text(current) or "", published=False)

    def file_text(self) -> str:
        """The flow file with all it includes; while it has mistakes, the file itself."""
        with suppress(FlowFileError):
            return self.shelf.draft()[0]
        try:
            return self.file.read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return ""

    def check(self, text: str) -> Checked:
        """All that ``ivr check`` says of ``text``."""
        with self._in_turn():
            return check_text(text, self.publisher.make_skills, self.file.name, self.publisher.now())

    def book(self, text: str) -> FlowBook | None:
        """``text`` as a book; None while it has mistakes."""
        version = version_of(text)
        if version in self.known:
            return self.known[version]
        try:
            with self._in_turn():
                book = read_flows(text, self.publisher.make_skills, file=self.file.name)
        except FlowFileError:
            return None
        if len(self.known) >= KNOWN:
            self.known.clear()
        self.known[version] = book
        return book

    def calls_at(self, version: str) -> tuple[Mapping[str, int], int]:
        """How many calls are at each step of ``version``, and how many run on other versions."""
        found = (self.sessions.load(call_id) for call_id in self.sessions.live())
        calls = [one[0].call for one in found if one is not None and not one[0].call.ended]
        here = Counter(call.step for call in calls if call.book == version and call.step)
        return here, sum(call.book != version for call in calls)

    # --- publishing -------------------------------------------------------------------------------------------------

    def examine(self, saved: Saved) -> Findings:
        """What the gate finds out about a draft. Takes seconds."""
        publisher = replace(self.publisher, drafts=_One(saved.text, self))
        with self._in_turn():
            findings = publisher.examine(self._replay)
        return findings if findings.text else replace(findings, text=saved.text)

    def publish(self, version: str, over: str, who: str, why: str, *, agreed: bool) -> Publication:
        """Make version ``version`` of the draft live, over the live version ``over``.

        Raises:
            OvertakenError: when the draft is another one by now.
            ChangedError: when something else is live by now.
            RefusedError: when it has mistakes or its tests fail; that is written down.
            UndecidedError: when past calls would go another way, and it is not ``agreed`` that they should.
        """
        saved = self.drafts.must_be(version)
        if saved is None:
            raise OvertakenError(None)
        findings = self.examine(saved)
        if findings.fails:
            # A text with mistakes is kept where it is, as the draft.
            self.publisher.refuse(replace(findings, text=findings.text if findings.can_run else ""), who, why)
            raise RefusedError(findings)
        if findings.differs and not agreed:
            raise UndecidedError(findings)
        with self.drafts.locked():
            self.drafts.must_be(version)
            self._must_be_live(over)
            done = self.publisher.publish(findings, who, why)
            self.drafts.remove()
        return self._told(done)

    def roll_back(self, version: str, over: str, who: str, why: str) -> Publication:
        """Make ``version`` live again instead of ``over``; without a version, the flow file as it is saved.

        Raises:
            ChangedError: when something else is live by now.
            FlowFileError: when calls could not run on it.
        """
        with self.drafts.locked():
            self._must_be_live(over)
            if version:
                return self._told(self.publisher.roll_back(version, who, why))
            self.shelf.draft()  # not while it has mistakes: calls would have nothing to run on
            return self._told(self.publisher.unpublish(who, why))

    def _must_be_live(self, version: str) -> None:
        newest = [one.version for one in self.publisher.versions.history() if one.how != REFUSED][-1:]
        live = newest[0] if newest and newest[0] else self.live().version
        if live != version:
            raise ChangedError("Somebody else has made another version live. Load the page again and look at it first.")

    def _told(self, done: Publication) -> Publication:
        log.info("flows: %s %s by %s: %s", done.how, done.version or "(the file)", done.who, done.why or "-")
        self.alert("flows", {"live": done.version})
        return done

    def _replay(self, text: str) -> Report:
        past = self.records.finished(limit=PAST_CALLS)
        versions, make_skills = self.publisher.versions, self.publisher.make_skills
        # One process: this one has threads, and callers need the other cores.
        return report(replay_calls(past, versions.text, text, make_skills, file=self.file.name, processes=1))

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self.busy.acquire(timeout=PATIENCE_S):
            raise OutsideError("Too much is being checked at once. Try again in a moment.", retry=True)
        try:
            yield
        finally:
            self.busy.release()


@dataclass(frozen=True, slots=True)
class _One:
    """The one draft that is to be published."""

    text: str
    desk: FlowDesk

    def draft(self) -> tuple[str, FlowBook]:
        return self.text, read_flows(self.text, self.desk.publisher.make_skills, file=self.desk.file.name)


def findings_json(desk: FlowDesk, findings: Findings) -> dict[str, Any]:
    """What the gate found, for the page."""
    old = desk.book(desk.live().text)
    new = desk.book(findings.text) if findings.can_run else None
    return {
        "version": findings.version,
        "live": findings.live,
        "summary": findings.summary,
        "passes": not findings.fails,
        "differs": findings.differs,
        "changes": list(changes(old, new)) if old and new else [],
        "tests": findings.rehearsal.conversations if findings.rehearsal else None,
        "failures": list(findings.rehearsal.failures) if findings.rehearsal else [],
        "replay": findings.replay.as_json() if findings.replay else None,
    }
