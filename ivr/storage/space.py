"""Whether there is room for what callers say, and what waits elsewhere until there is: for operators."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ivr.ports import OutsideError

LEAST_MB = 500
"""Less is nearly nothing: nine hours of one caller's speech, and databases need room to work. A guess."""


@dataclass(frozen=True, slots=True)
class Space:
    """``at_carrier`` recordings are still with the carrier, the first of them for ``oldest_s``."""

    free_mb: int
    at_carrier: int = 0
    oldest_s: float = 0.0

    @property
    def is_short(self) -> bool:
        """Whether the disk is nearly full.

        >>> Space(100).is_short, Space(LEAST_MB).is_short
        (True, False)
        """
        return self.free_mb < LEAST_MB


def free_mb(folder: Path) -> int:
    """What the disk of ``folder`` takes yet; raises ``OutsideError`` when that cannot be told."""
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    try:
        return shutil.disk_usage(there).free // 1_000_000
    except OSError as error:
        raise OutsideError(f"The room in {there} is not known: {error.strerror}", retry=True) from error
