"""Many verdicts as one report: how many calls change, where in the flow file, and from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ivr.replay.verdict import How, Verdict


@dataclass(frozen=True, slots=True)
class Turnout:
    """Calls with the same two endings; ``how`` is as in :class:`Verdict`."""

    how: How
    was: str
    now: str
    calls: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that leave their way at the same step (``place`` is ``file:line:column``), by how they end."""

    place: str
    step: str
    turnouts: tuple[Turnout, ...]

    @property
    def count(self) -> int:
        return sum(len(turnout.calls) for turnout in self.turnouts)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all calls."""

    verdicts: tuple[Verdict, ...]
    groups: tuple[Group, ...]

    def count(self, how: How) -> int:
        return sum(verdict.how == how for verdict in self.verdicts)

    @property
    def differing(self) -> int:
        """How many calls somebody should look at."""
        return sum(verdict.differs for verdict in self.verdicts)

    @property
    def defects(self) -> tuple[Verdict, ...]:
        """Calls that do not come out as recorded on their own version."""
        return tuple(verdict for verdict in self.verdicts if verdict.defect)

    @property
    def summary(self) -> str:
        """All that matters in a few sentences."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        total = len(self.verdicts)
        if not total:
            yield "There are no calls to run again."
            return
        ends = self.count("ends differently")
        yield f"{ends or 'None'} of {total} call{'' if total == 1 else 's'} would now end differently."
        if asked := self.count("asked something else"):
            yield f"{asked} more would be asked something their callers never answered."
        if words := self.count("other words"):
            yield f"{words} would end as before, but hear other words."
        if secret := self.count("secret"):
            yield f"{secret} can only be followed up to an answer that is secret."
        if lost := self.count("not comparable"):
            yield f"{lost} could not be compared."
        if self.defects:
            count = len(self.defects)
            does = "does" if count == 1 else "do"
            yield f"{count} {does} not come out as recorded on the version {'it' if count == 1 else 'they'} ran on."

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "calls": len(self.verdicts),
            "counts": dict(Counter(verdict.how for verdict in self.verdicts)),
            "not_as_recorded": len(self.defects),
            "summary": self.summary,
            "groups": [
                {
                    "place": group.place,
                    "step": group.step,
                    "calls": group.count,
                    "endings": [
                        {
                            "how": one.how,
                            "was": one.was,
                            "now": one.now,
                            "calls": [verdict.call for verdict in one.calls],
                        }
                        for one in group.turnouts
                    ],
                }
                for group in self.groups
            ],
            "verdicts": [asdict(one) for one in self.verdicts if one.how not in {"same", "other words"} or one.defect],
        }


def report(verdicts: Sequence[Verdict]) -> Report:
    """Group ``verdicts``, the largest group first."""
    places: dict[tuple[str, str], dict[tuple[How, str, str], list[Verdict]]] = {}
    for one in verdicts:
        if one.differs:
            endings = places.setdefault((one.place, one.step), {})
            endings.setdefault((one.how, one.was, one.now), []).append(one)
    groups = [Group(*where, tuple(_turnouts(endings))) for where, endings in places.items()]
    return Report(tuple(verdicts), tuple(sorted(groups, key=lambda group: (-group.count, group.place))))


def _turnouts(endings: dict[tuple[How, str, str], list[Verdict]]) -> list[Turnout]:
    found = [Turnout(*ends, tuple(calls)) for ends, calls in endings.items()]
    return sorted(found, key=lambda one: (-len(one.calls), one.was, one.now))
