"""Decides what nobody can know before a call (is the shop open? is the place known?), once each way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

MOST_DECISIONS = 8
"""Decisions in one turn that are taken both ways; a turn with more is explored in part."""
HOURS = "hours of "
"""Before the name of hours, the variable that keeps whether they are open in this conversation."""
ALL_HOURS = "everything"

T = TypeVar("T")


@dataclass(slots=True)
class Oracle:
    """Answers by a ``script`` as far as it goes, then with the first possibility. Hours stay as they were decided."""

    one_clock: bool = False
    """All opening hours are decided together: fewer conversations."""
    script: tuple[int, ...] = ()
    taken: list[tuple[int, int]] = field(default_factory=list)
    hours: dict[str, bool] = field(default_factory=dict)

    def choose(self, count: int) -> int:
        """One of ``count`` possibilities."""
        at = len(self.taken)
        if at >= MOST_DECISIONS:
            return 0
        chosen = self.script[at] if at < len(self.script) else 0
        self.taken.append((chosen, count))
        return chosen

    def is_open(self, name: str, at_s: float) -> bool:
        """``ivr.flows.skills.Hours``: open first, then closed; the same for the rest of the conversation."""
        del at_s
        name = ALL_HOURS if self.one_clock else name
        if name not in self.hours:
            self.hours[name] = self.choose(2) == 0
        return self.hours[name]

    def is_holiday(self, name: str, at_s: float) -> bool:
        """No step goes another way on a holiday: only what is said differs."""
        del name, at_s
        return False

    def next_open(self, name: str, at_s: float) -> str:
        del name, at_s
        return ""

    def each_way(self, run: Callable[[], T], hours: dict[str, bool]) -> Iterator[tuple[T, tuple[int, ...]]]:
        """What ``run`` comes to for every decision it needs, each with the script that leads there."""
        script: tuple[int, ...] | None = ()
        while script is not None:
            yield self.by_script(run, hours, script), tuple(chosen for chosen, _ in self.taken)
            script = self._following()

    def by_script(self, run: Callable[[], T], hours: dict[str, bool], script: tuple[int, ...]) -> T:
        """What ``run`` comes to when ``script`` decides."""
        self.script, self.taken, self.hours = script, [], dict(hours)
        return run()

    def _following(self) -> tuple[int, ...] | None:
        while self.taken and self.taken[-1][0] + 1 >= self.taken[-1][1]:
            self.taken.pop()
        if not self.taken:
            return None
        *before, (last, _) = self.taken
        return (*(chosen for chosen, _ in before), last + 1)
