"""Which of several values in one sentence the caller means: corrections count, "this or that" leaves it open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ivr.understanding.wording import COURTESIES, is_corrected, is_negated, without_noise


class Said(Protocol):
    """Something found in a sentence: where it begins and ends (the index after it), and what it comes to."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...

    @property
    def value(self) -> object: ...


Found = TypeVar("Found", bound=Said)


def meant(said: Sequence[str], found: Sequence[Found]) -> Found | None:
    """The last of ``found`` that is not refused; None when two differ and neither is taken back."""
    wanted = [one for one in found if not is_negated(said, one.start)]
    if not wanted:
        return None
    if len(wanted) > 1 and wanted[-2].value != wanted[-1].value:
        between = said[wanted[-2].end : wanted[-1].start]
        if not is_corrected(between) or "or" in between:
            return None
    return wanted[-1]


def ends_with(said: Sequence[str], one: Said) -> bool:
    """Whether only courtesies follow ``one``."""
    return all(word in COURTESIES for word in without_noise(said[one.end :]))
