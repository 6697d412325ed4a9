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

    ``problems`` are all that the check finds. ``live`` is the version it would replace, empty when the file itself is
    live. What was not looked at is None.
    """

    text: str
    version: str
    live: str
    problems: tuple[Problem, ...] = ()
    rehearsal: Rehearsal | None = None
    replay: Report | None = None

    @property
    def mistakes(self) -> tuple[Problem, ...]:
        """The problems that keep it from going live; the others are warnings."""
        return tuple(one for one in self.problems if one.severity == "error")

    @property
    def can_run(self) -> bool:
        """Whether calls could run on it at all."""
        return bool(self.version)

    @property
    def fails(self) -> bool:
        """Whether it must not go live."""
        return bool(self.mistakes or (self.rehearsal and self.rehearsal.failures))

    @property
    def differs(self) -> bool:
        """Whether calls of the past would now go otherwise."""
        return bool(self.replay and self.replay.differing)

    @property
    def summary(self) -> str:
        """All of it in a few sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        warnings = len(self.problems) - len(self.mistakes)
        told = f" and {_counted(warnings, 'warning')}" if warnings else ""
        yield f"The draft has {_counted(len(self.mistakes), 'mistake')}{told}."
        if self.rehearsal and self.rehearsal.failures:
            failed = len(self.rehearsal.failures)
            yield f"{failed} of its conversation tests {'fails' if failed == 1 else 'fail'}."
        elif self.rehearsal:
            count = self.rehearsal.conversations
            all_pass = "Its conversation test passes." if count == 1 else f"All {count} conversation tests pass."
            yield all_pass if count else "It has no conversation tests."
        if self.replay:
            yield self.replay.summary


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
