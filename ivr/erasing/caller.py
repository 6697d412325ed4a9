"""Who is erased, and in what order: what tells the rest apart goes last, so that an interrupted one can be repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller by their number, and the calls they made."""

    number: str
    calls: frozenset[str] = frozenset()

    @property
    def masked(self) -> str:
        """The number as it may stand in a trail that outlives it."""
        return f"...{self.number[-2:]}"

    def is_in(self, text: str) -> bool:
        """Whether ``text`` names them: their whole number, or one of their calls.

        >>> Caller("+15035550144").is_in("to +15035550144."), Caller("+1503555014").is_in("to +15035550144.")
        (True, False)
        """
        if any(call in text for call in self.calls):
            return True
        return re.search(rf"(?<![\w+]){re.escape(self.number)}(?!\w)", text) is not None


class Eraser(Protocol):
    """Forgets a caller in one place."""

    def __call__(self, caller: Caller, *, really: bool) -> int:
        """How much there is of them; gone, if ``really``.

        Raises:
            OutsideError: it cannot be forgotten.
        """
        ...


Found: TypeAlias = Mapping[str, int]
"""How much there is of a caller, by place."""


def erased(caller: Caller, places: Mapping[str, Eraser], *, really: bool) -> Found:
    """Forget ``caller`` in every place, in their order."""
    return {name: erase(caller, really=really) for name, erase in places.items()}
