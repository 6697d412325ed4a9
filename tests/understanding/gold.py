"""The gold list of this repository."""

from __future__ import annotations

from pathlib import Path

from ivr.benchmarks.gold import Gold

GOLD = Gold(Path(__file__).parent.parent / "gold")
