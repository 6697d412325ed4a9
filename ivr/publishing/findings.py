"""What is known of a draft before anybody decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flows.problems import Problem
from ivr.replay import Report


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The conversation tests of a draft: how many there are, and a line for each that failed."""

    conversations: int
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """A draft and what the gate found. Without a ``version`` it cannot even be read.

    ``live`` is the version it would replace, empty when the file itself is live. What was not looked at is None.
    """

    text: str
    version: str
    live: str
    problems: tuple[Problem, ...] = ()
    rehearsal: Rehearsal | None = None
    replay: Report | None = None

    @property
    def can_run(self) -> bool:
        """Whether calls could run on it at all."""
        return not self.problems

    @property
    def fails(self) -> bool:
        """Whether it must not go live unless somebody answers for it."""
        return bool(self.problems or (self.rehearsal and self.rehearsal.failures))

    @property
    def differs(self) -> bool:
        """Whether calls of the past would now go otherwise."""
        return bool(self.replay and self.replay.differing)

    @property
    def summary(self) -> str:
        """All of it in a few sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.problems:
            yield f"The draft has {len(self.problems)} mistake{'' if len(self.problems) == 1 else 's'}."
            return
        yield "The draft has no mistakes."
        if self.rehearsal and self.rehearsal.failures:
            failed = len(self.rehearsal.failures)
            yield f"{failed} of its conversation tests {'fails' if failed == 1 else 'fail'}."
        elif self.rehearsal:
            count = self.rehearsal.conversations
            yield f"All {count} conversation tests pass." if count else "It has no conversation tests."
        if self.replay:
            yield self.replay.summary
