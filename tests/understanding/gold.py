"""The gold list: what people say, as a recogniser writes it, and what they mean by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions
from ivr.understanding.menu import understand
from tests.understanding.conftest import MENU

FOLDER = Path(__file__).parent.parent / "gold"


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


def _line(text: str) -> Line:
    row = json.loads(text)
    options = KindOptions(row.get("length"), tuple(row.get("choices", ())))
    return Line(row["kind"], row["said"], row["value"], options, row.get("known") == "miss")
