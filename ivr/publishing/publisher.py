"""Decides which version of the flow file is live, and writes down who decided what and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.lints import lint
from ivr.flows.loader import MakeSkills, read_draft
from ivr.flows.problems import Place, Problem
from ivr.ports import Audit
from ivr.publishing.findings import Findings, Rehearsal
from ivr.records.flow_versions import (
    PUBLISHED,
    REFUSED,
    ROLLED_BACK,
    UNPUBLISHED,
    FlowVersions,
    Publication,
    before,
    only_refused,
)
from ivr.replay import Report

FILE = "flows.yaml"


class Drafts(Protocol):
    """Where the draft is read."""

    def draft(self) -> tuple[str, FlowBook]:
        """The flow file as it is saved; raises FlowFileError."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes drafts, and takes publications back. ``rehearse`` has the conversation tests with a book.

    ``replay`` runs past calls against a text. The methods that write raise OutsideError when the database fails.
    """

    drafts: Drafts
    versions: FlowVersions
    make_skills: MakeSkills
    now: Callable[[], float]
    rehearse: Callable[[FlowBook], Rehearsal]
    audit: Audit | None = None

    def examine(self, replay: Callable[[str], Report] | None = None) -> Findings:
        """What the gate finds out about the draft; what cannot be read can be neither rehearsed nor replayed."""
        live = self.versions.live()
        try:
            text, book = self.drafts.draft()
        except FlowFileError as error:
            return Findings("", "", live, error.problems)
        problems = self._lints(text, book.file)
        rehearsal = self.rehearse(book)
        report = replay(text) if replay else None
        return Findings(text, book.version, live, problems, rehearsal, report)

    def _lints(self, text: str, file: str) -> tuple[Problem, ...]:
        """What callers would suffer from, as the check says it."""
        return tuple(lint(read_draft(text, self.make_skills, file=file), text, now_s=self.now()))

    def publish(self, findings: Findings, who: str, why: str = "") -> Publication:
        """Make the draft live.

        Raises:
            FlowFileError: when it has mistakes.
            ValueError: when its tests fail.
        """
        if findings.mistakes:
            raise FlowFileError(findings.mistakes)
        if findings.fails:
            raise ValueError("the conversation tests fail")
        publication = Publication(findings.version, PUBLISHED, self.now(), who, why, findings.summary)
        return self._record(publication, findings.text)

    def refuse(self, findings: Findings, who: str, why: str = "") -> Publication:
        """Write down that the draft did not go live. Its text is kept where it could be read."""
        publication = Publication(findings.version, REFUSED, self.now(), who, why, findings.summary)
        return self._record(publication, findings.text)

    def roll_back(self, version: str, who: str, why: str = "") -> Publication:
        """Make an older version live; the draft is left as it is.

        Raises:
            FlowFileError: when nobody kept it, it was never live, or this program cannot run it any more.
        """
        text = self.versions.text(version)
        if text is None:
            raise _no(f"there is no version {version}.", "See:  ivr flows list")
        if only_refused(self.versions.history(), version):
            raise _no(f"version {version} was refused and never live.", "Make it the draft, mend it and publish it.")
        read_flows(text, self.make_skills, file=f"{version}.yaml")
        return self._record(Publication(version, ROLLED_BACK, self.now(), who, why), text)

    def unpublish(self, who: str, why: str = "") -> Publication:
        """From now on a saved edit of the file is live with the next call again."""
        return self._record(Publication("", UNPUBLISHED, self.now(), who, why))

    @property
    def undo(self) -> str | None:
        """The version that was live before the one that is; None when there was none."""
        return before(self.versions.history())

    def _record(self, publication: Publication, text: str = "") -> Publication:
        self.versions.record(publication, text)
        if self.audit:
            about = f"{publication.version or 'the file'}: {publication.why or '-'}"
            self.audit(publication.who, f"{publication.how} flows", about)
        return publication


def _no(what: str, instead: str) -> FlowFileError:
    return FlowFileError([Problem(Place(FILE, 1, 1), "F000", what, instead)])
