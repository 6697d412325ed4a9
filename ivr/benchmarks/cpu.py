"""CPU time of other processes. On a machine that others use too, it says more than a clock on the wall."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

LOOK_S = 0.5
IDLE = 0.02
"""Of a core: what a server that waits may use."""


def cpu_s(pid: int) -> float:
    """CPU seconds that ``pid``, all threads it ever had, and its living children have used so far.

    From the clock that Linux keeps for each process, in nanoseconds: the figures in ``/proc`` advance in steps of
    10 ms, or leave out threads that have ended.
    """
    total_s = 0.0
    for one in family(pid):
        with suppress(OSError):
            total_s += time.clock_gettime(_clock_of(one))
    return total_s


def _clock_of(pid: int) -> int:
    """The number of a process's CPU clock (``clock_getcpuclockid(3)``, which Python does not offer)."""
    return (~pid << 3) | 2


def family(pid: int) -> list[int]:
    """``pid`` and all its descendants."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
    return found


def wait_idle(pid: int, limit_s: float = 20.0) -> None:
    """Until a server has done what it does at its start, beside requests; for ``limit_s`` at most."""
    until_s = time.monotonic() + limit_s
    while time.monotonic() < until_s:
        before_s = cpu_s(pid)
        time.sleep(LOOK_S)
        if cpu_s(pid) - before_s < IDLE * LOOK_S:
            return
