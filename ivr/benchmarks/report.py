"""What a benchmark found: figures, each with its baseline from the same run and the bar it is held to."""

from __future__ import annotations

import math
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def this_machine() -> str:
    """This machine in a line."""
    processors = [line for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    name = processors[0].partition(":")[2].strip() if processors else platform.machine()
    load = _read("/proc/loadavg").split()[:1]
    return f"{len(processors) or 1} x {name}, Python {platform.python_version()}, load before {''.join(load) or '?'}"


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit: at most, or at least, ``limit``."""

    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ``value``. ``n`` says of how many; ``baseline`` is the same measured of ``against``."""

    what: str
    value: float
    unit: str
    n: int
    baseline: float | None = None
    against: str = ""
    bar: Bar | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar.limit if self.bar.at_least else self.value <= self.bar.limit


@dataclass(frozen=True, slots=True)
class Report:
    """A benchmark's figures, and ``notes`` on how they were got."""

    name: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()
    machine: str = field(default_factory=this_machine)
    promised: bool = False
    """Whether the bars are promises rather than aims: a missed one is a failure."""

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept, in words."""
        return [figure.what for figure in self.figures if self.promised and figure.met is False]

    def to_json(self) -> dict[str, Any]:
        figures = [
            {
                "what": figure.what,
                "value": _finite(figure.value),
                "unit": figure.unit,
                "n": figure.n,
                "baseline": _finite(figure.baseline),
                "against": figure.against or None,
                "bar": str(figure.bar) if figure.bar else None,
                "met": figure.met,
            }
            for figure in self.figures
        ]
        return {"benchmark": self.name, "machine": self.machine, "figures": figures, "notes": list(self.notes)}


def _finite(value: float | None) -> float | None:
    """JSON knows no NaN."""
    return value if value is not None and math.isfinite(value) else None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` of them do not exceed; NaN of nothing.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.95)
    (2, 4)
    """
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
