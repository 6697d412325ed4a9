"""Memory of processes, and how fast it grows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ivr.benchmarks.cpu import family

WARM_UP = 1 / 3
"""Of a run: pools fill, prompts are read, the allocator takes what it will use again. No growth is read from it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """``megabytes`` in use when ``done`` of the work was done."""

    done: float
    megabytes: float


def own_memory_mb(pid: int) -> float:
    """Memory that ``pid`` and its descendants hold for themselves, without files that are only mapped."""
    kilobytes = 0
    for one in family(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{one}/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("RssAnon:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def growth(samples: Sequence[Sample]) -> float:
    """Megabytes for each unit of work once warm: the slope of the straight line with the least squares.

    >>> growth([Sample(0, 90), Sample(1, 100), Sample(2, 101), Sample(3, 102)])
    1.0
    """
    warm = samples[int(len(samples) * WARM_UP) :]
    if len(warm) < 2:
        return float("nan")
    middle = sum(one.done for one in warm) / len(warm)
    level = sum(one.megabytes for one in warm) / len(warm)
    spread = sum((one.done - middle) ** 2 for one in warm)
    return sum((one.done - middle) * (one.megabytes - level) for one in warm) / spread if spread else float("nan")
