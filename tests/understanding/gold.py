"""The gold list: what people say, as a recogniser writes it, and what they mean by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding.menu import understand
from tests.understanding.conftest import MENU

FOLDER = Path(__file__).parent.parent / "gold"
ZONE = "America/Los_Angeles"
NOON = "2026-06-10T12:00"
"""When the lines were said (a Wednesday), unless a line has its own ``at``."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. ``known_miss``: we do not understand it yet, and the list says so."""

    kind: str
    said: str
    value: str | None
    options: KindOptions
    known_miss: bool


def lines() -> list[Line]:
    return [_line(text) for file in sorted(FOLDER.glob("*.jsonl")) for text in file.read_text("utf-8").splitlines()]


def understood(line: Line, kinds: Mapping[str, Kind]) -> str | None:
    if line.kind == "menu":
        return understand(Heard(0.0, line.said), MENU).choice
    return kinds[line.kind].hear(line.said, line.options)


def score(kind: str, kinds: Mapping[str, Kind]) -> tuple[int, int]:
    """How many utterances of ``kind`` are understood, known misses counted as wrong, and how many there are."""
    of_kind = [line for line in lines() if line.kind == kind]
    return sum(understood(line, kinds) == line.value for line in of_kind), len(of_kind)


def at(local: str, zone: str = ZONE) -> float:
    """Epoch seconds of a local time such as ``2026-06-10T12:00``."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp()


def _line(text: str) -> Line:
    row = json.loads(text)
    zone = row.get("timezone", ZONE)
    options = KindOptions(row.get("length"), tuple(row.get("choices", ())), at(row.get("at", NOON), zone), zone)
    return Line(row["kind"], row["said"], row["value"], options, row.get("known") == "miss")
