"""What replay needs of the records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ivr.ports import CallRecords


class PastCalls(CallRecords, Protocol):
    """Call records that can be read in bulk."""

    def count(self, since_s: float = 0.0) -> int:
        """How many calls that began at ``since_s`` or later are over."""
        ...

    def finished(self, since_s: float = 0.0, limit: int | None = None) -> Iterator[Mapping[str, Any]]:
        """Calls that are over, newest first, with their events."""
        ...
