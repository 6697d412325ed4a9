"""What a lint is: something a flow file may say, though it rarely should. Each has a code that never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ivr.flows.lints.facts import Facts
from ivr.flows.problems import Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a lint has something to say: what is wrong, and what to write instead."""

    place: Place
    what: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Lint:
    """A lint and its page of the reference. ``bad`` and ``good`` are whole flow files.

    ``severity`` is error, warning or info. ``with_mistakes`` says that it looks at each part by itself, so it can speak
    even while other parts of the file cannot be read, ``spoken`` that it only finds what was measured by speaking.
    """

    code: str
    title: str
    severity: str
    why: str
    bad: str
    good: str
    find: Callable[[Facts], Iterator[Finding]]
    with_mistakes: bool = False
    spoken: bool = False
