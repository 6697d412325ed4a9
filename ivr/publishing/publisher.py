"""Decides which version of the flow file is live, and writes down who decided what and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.flows import FlowBook, FlowFileError, read_flows
from ivr.flows.loader import MakeSkills
from ivr.flows.problems import Place, Problem
from ivr.publishing.findings import Findings, Rehearsal
from ivr.records.flow_versions import (
    FORCED,
    PUBLISHED,
    REFUSED,
    ROLLED_BACK,
    UNPUBLISHED,
    FlowVersions,
    Publication,
    before,
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

    def examine(self, replay: Callable[[str], Report] | None = None) -> Findings:
        """What the gate finds out about the draft; with mistakes in it there is nothing more to find out."""
        live = self.versions.live()
        try:
            text, book = self.drafts.draft()
        except FlowFileError as error:
            return Findings("", "", live, error.problems)
        rehearsal = self.rehearse(book)
        report = replay(text) if replay else None
        return Findings(text, book.version, live, rehearsal=rehearsal, replay=report)

    def publish(self, findings: Findings, who: str, why: str = "", *, forced: bool = False) -> Publication:
        """Make the draft live. What fails is only published when ``forced``, and what cannot run never is.

        Raises:
            FlowFileError: when the draft has mistakes.
            ValueError: when its tests fail and nobody forces it.
        """
        if not findings.can_run:
            raise FlowFileError(findings.problems)
        if findings.fails and not forced:
            raise ValueError("the conversation tests fail")
        how = FORCED if forced and (findings.fails or findings.differs) else PUBLISHED
        return self._record(Publication(findings.version, how, self.now(), who, why, findings.summary), findings.text)

    def refuse(self, findings: Findings, who: str, why: str = "") -> Publication:
        """Write down that the draft did not go live. Its text is kept where it could be read."""
        publication = Publication(findings.version, REFUSED, self.now(), who, why, findings.summary)
        return self._record(publication, findings.text)

    def roll_back(self, version: str, who: str, why: str = "") -> Publication:
        """Make an older version live; the draft is left as it is.

        Raises:
            FlowFileError: when nobody kept it, or this program cannot run it any more.
        """
        text = self.versions.text(version)
        if text is None:
            what, instead = f"there is no version {version}.", "See:  ivr flows list"
            raise FlowFileError([Problem(Place(FILE, 1, 1), "F000", what, instead)])
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
        return publication
