"""What a queue asks of agents and promises to callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

NEVER_S = float(10**9)
"""Longer than anybody waits. Not infinity: JSON has no word for it."""


@dataclass(frozen=True, slots=True)
class Need:
    """One of ``skills`` (name and least level), at one of ``sites``; none named: anything, anywhere."""

    skills: tuple[tuple[str, int], ...] = ()
    sites: tuple[str, ...] = ()

    def level(self, skills: Mapping[str, int], site: str) -> int:
        """How well somebody fits: their best level in what is asked, 0 when they do not fit.

        >>> sales = Need((("sales", 2),))
        >>> sales.level({"sales": 3}, ""), sales.level({"sales": 1}, ""), Need().level({}, "")
        (3, 0, 1)
        """
        if self.sites and site not in self.sites:
            return 0
        if not self.skills:
            return 1
        return max((skills[name] for name, least in self.skills if skills.get(name, 0) >= max(least, 1)), default=0)


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where a queue's callers stand as well, after ``after_s`` or while more than ``over_waiting`` wait.

    ``to`` is another queue; without it, ``need`` is what is asked instead (a lower level, another site).
    """

    to: str = ""
    need: Need = Need()
    after_s: float = NEVER_S
    over_waiting: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """The rules of a queue. ``max_waiting`` and ``missed_rings`` of 0 mean no limit.

    ``callback_first`` is who is rung first for a callback: ``agent`` or ``caller``.
    """

    name: str
    need: Need = Need()
    priority: int = 0
    best_skilled: bool = False
    ring_s: float = 20.0
    wrap_up_s: float = 0.0
    overflow: tuple[Overflow, ...] = ()
    max_waiting: int = 0
    max_wait_s: float = 1800.0
    missed_rings: int = 3
    callback_first: str = "agent"
    callback_attempts: int = 3
    callback_again_s: float = 300.0


def queue_to_json(queue: Queue) -> dict[str, Any]:
    """The rules as JSON-able data."""
    return asdict(queue)


def queue_from_json(data: Mapping[str, Any]) -> Queue:
    """The inverse of :func:`queue_to_json`, also after a journey through JSON."""
    overflow = tuple(Overflow(**{**one, "need": _need(one["need"])}) for one in data["overflow"])
    return Queue(**{**data, "need": _need(data["need"]), "overflow": overflow})


def _need(data: Mapping[str, Any]) -> Need:
    return Need(tuple((name, level) for name, level in data["skills"]), tuple(data["sites"]))
