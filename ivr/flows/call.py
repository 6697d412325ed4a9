"""The state of one call: a JSON-able value that, with an event, gives the next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.flows.changing import changed

MASK = "****"
"""Stands for a secret value in transcripts, records and pages."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the call is in one block of steps.

    ``block`` names the block (``welcome`` or, inside a step, ``welcome.2.then``), ``index`` the step in it.
    ``sub`` marks the frame a ``return`` goes back past. ``memory`` belongs to the step that is running.
    """

    block: str
    index: int = 0
    sub: bool = False
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript. ``who`` is ``ivr`` or ``caller``; ``step`` names where it was said."""

    at_s: float
    who: str
    text: str
    step: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """How often the open question was asked, and how often it met silence or misunderstanding."""

    asked: int = 0
    no_input: int = 0
    no_match: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call. ``waits_for`` is answer, recording, transfer, reply or nothing (empty: it is running or over)."""

    id: str
    line: str = ""
    caller: str = ""
    place: str = ""
    """Where the caller's number is from; the caller may be anywhere."""
    book: str = ""
    language: str = "en-US"
    started_s: float = 0.0
    now_s: float = 0.0
    stack: tuple[Frame, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    transcript: tuple[Line, ...] = ()
    path: tuple[str, ...] = ()
    tries: Tries = Tries()
    misheard: int = 0
    silences: int = 0
    """How often the caller was not understood, and not heard, at all questions so far."""
    waits_for: str = ""
    replies: int = 0
    """Replies of services since the caller last did something."""
    outcome: str = ""
    ended: bool = False

    @property
    def frame(self) -> Frame:
        """The frame of the running step."""
        return self.stack[-1]

    @property
    def step(self) -> str:
        """The running step as ``block.index``; empty when there is none."""
        return f"{self.stack[-1].block}.{self.stack[-1].index}" if self.stack else ""

    def remember(self, **memory: Any) -> Call:
        """The call with ``memory`` of the running step changed."""
        frame = changed(self.frame, memory={**self.frame.memory, **memory})
        return changed(self, stack=(*self.stack[:-1], frame))

    def set(self, name: str, value: Any) -> Call:
        """The call with one variable set."""
        return changed(self, variables={**self.variables, name: value})

    def hide(self, name: str) -> Call:
        """The call with variable ``name`` a secret."""
        return self if name in self.secrets else changed(self, secrets=(*self.secrets, name))

    def said(self, who: str, text: str, confidence: float | None = None) -> Call:
        """The call with one more transcript line."""
        line = Line(self.now_s, who, text, self.step, confidence)
        return changed(self, transcript=(*self.transcript, line))

    @property
    def shown_variables(self) -> dict[str, Any]:
        """The variables as people may see them: secrets masked."""
        return {name: MASK if name in self.secrets else value for name, value in self.variables.items()}


def call_from_json(data: Mapping[str, Any]) -> Call:
    """A call from its fields as JSON gives them back."""
    fields = dict(data)
    fields["stack"] = tuple(Frame(**frame) for frame in fields["stack"])
    fields["transcript"] = tuple(Line(**line) for line in fields["transcript"])
    fields["tries"] = Tries(**fields["tries"])
    fields["secrets"] = tuple(fields["secrets"])
    fields["path"] = tuple(fields["path"])
    return Call(**fields)
