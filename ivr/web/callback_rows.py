"""Which transfers are people who are yet to be called back: they stand in the list of callbacks, not among callers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_to_be_called(transfer: Mapping[str, Any]) -> bool:
    """Whether nobody is on the line and no agent is busy with it."""
    return bool(transfer["callback"]) and transfer["phase"] == "waiting"
