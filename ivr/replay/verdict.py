"""What became of one call when it was run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

How: TypeAlias = Literal["same", "other words", "ends differently", "asked something else", "secret", "not comparable"]
"""``asked something else``: the call comes to a question that this caller never answered. ``secret``: it is the same
up to an answer that is not kept. ``not comparable``: the version it ran on is gone, or its record cannot be read."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange of a call: what the caller did, what was heard in answer back then, and what is heard now."""

    caller: str
    was: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Defect:
    """On its own version the call did not come out as recorded: the first exchange that differs (now = run again).

    ``what`` names what differs: transcript, path or outcome.
    """

    what: str
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of ``call``. ``place`` (``file:line:column``) and ``step`` say where it leaves its old way.

    ``was`` and ``now`` are the two endings. ``defect`` is None when the call came out as recorded on its own version.
    """

    call: str
    started_s: float
    version: str
    how: How
    why: str = ""
    place: str = ""
    step: str = ""
    was: str = ""
    now: str = ""
    exchange: Exchange | None = None
    defect: Defect | None = None

    @property
    def differs(self) -> bool:
        """Whether somebody should look before the new flow file goes live."""
        return self.how in {"ends differently", "asked something else"}
