"""Which processes there are, from /proc: to show that none is left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process; ``began`` (in ticks since boot) tells it from a later one with the same number."""

    pid: int
    parent: int
    began: int


def running() -> dict[int, Process]:
    """All processes that are not dead yet."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] not in "ZX":
            found[int(folder.name)] = Process(int(folder.name), int(fields[1]), int(fields[19]))
    return found


def descendants(pid: int) -> set[Process]:
    """All that ``pid`` started, and what those started."""
    everybody = running().values()
    family = {pid}
    while new := {one.pid for one in everybody if one.parent in family} - family:
        family |= new
    return {one for one in everybody if one.pid in family - {pid}}


def left_of(processes: set[Process]) -> set[Process]:
    """Those of ``processes`` that still run."""
    now = running()
    return {one for one in processes if one.pid in now and now[one.pid].began == one.began}


def eventually(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether ``condition`` becomes true in time."""
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.02)
    return True
