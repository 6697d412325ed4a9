"""The gold list: what people say, as a recogniser writes it, and what they mean by it.

``tests/gold`` holds it, a file a kind; ``asked.json`` there has the menu and the places that its lines are about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Kind, KindOptions
from ivr.ports import OutsideError
from ivr.understanding.kinds import make_kinds
from ivr.understanding.menu import understand
from ivr.understanding.wording import words

MENU = "menu"
"""The kind of the lines that answer a menu."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. ``known_miss``: we do not understand it yet, and the list says so."""

    kind: str
    said: str
    value: str | None
    options: KindOptions
    known_miss: bool


@dataclass(frozen=True)
class Gold:
    """The list in ``folder``."""

    folder: Path

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """What the lines are about.

        Raises:
            OutsideError: when there is no such list.
        """
        try:
            found: dict[str, Any] = json.loads((self.folder / "asked.json").read_text("utf-8"))
        except OSError as error:
            raise OutsideError(f"there is no gold list in {self.folder}", retry=False) from error
        return found

    @cached_property
    def menu(self) -> tuple[Choice, ...]:
        """The menu that is answered."""
        return tuple(Choice(one["name"], tuple(one["phrases"]), one["key"]) for one in self.asked["menu"])

    @cached_property
    def places(self) -> Mapping[str, str]:
        """The places callers may name, by what they say."""
        named: Mapping[str, list[str]] = self.asked["places"]
        return {said: place for place, ways in named.items() for said in (*ways, " ".join(words(place)))}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every kind of answer, where nothing else is a place."""
        return make_kinds(self.places.get, tuple(self.places))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines, by kind."""
        _ = self.asked
        files = sorted(self.folder.glob("*.jsonl"))
        return tuple(self._line(json.loads(text)) for file in files for text in file.read_text("utf-8").splitlines())

    def understood(self, line: Line) -> str | None:
        """What we make of ``line``."""
        if line.kind == MENU:
            return understand(Heard(0.0, line.said), self.menu).choice
        return self.kinds[line.kind].hear(line.said, line.options)

    def at(self, local: str = "", zone: str = "") -> float:
        """Epoch seconds of a local time such as ``2026-06-10T12:00``; by itself the time when the lines were said."""
        when = datetime.fromisoformat(local or self.asked["at"])
        return when.replace(tzinfo=ZoneInfo(zone or self.asked["timezone"])).timestamp()

    def _line(self, row: Mapping[str, Any]) -> Line:
        zone = row.get("timezone", self.asked["timezone"])
        at_s = self.at(row.get("at", ""), zone)
        options = KindOptions(row.get("length"), tuple(row.get("choices", ())), at_s, zone)
        return Line(row["kind"], row["said"], row["value"], options, row.get("known") == "miss")
