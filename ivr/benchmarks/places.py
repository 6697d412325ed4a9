"""``ivr bench places``: how many spoken places of the gold list are found or rightly asked back about, by kind.

The list is ``tests/gold/places``: what callers say, and what a person would understand; beside it lies the list of
stores whose landmarks, neighbourhoods and names some of them mention.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.flows.skills import NEAR_ME, Found, KindOptions
from ivr.locator.finder import StoreFinder
from ivr.locator.places import Places
from ivr.locator.sources import source_at
from ivr.ports import OutsideError
from ivr.understanding.kinds import make_kinds

LEAST_RIGHT = 98.0
MOST_MS = 20.0
AT_S = 1_782_216_000.0
"""A Tuesday in June 2026, when everything of the list is open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an utterance: ``value`` is what a question took, ``found`` what the locator made of it."""

    value: str | None
    found: Found

    @property
    def settled(self) -> bool:
        return self.found.outcome == "found" and self.found.sure


@dataclass(frozen=True)
class SpokenPlaces:
    """The gold list in ``folder``."""

    folder: Path
    cache: Path | None = None

    @cached_property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """Raises OutsideError when there is no list."""
        try:
            text = (self.folder / "spoken.jsonl").read_text("utf-8")
        except OSError as error:
            raise OutsideError(f"there is no gold list of places in {self.folder}", retry=False) from error
        return [json.loads(line) for line in text.splitlines()]

    @cached_property
    def finder(self) -> StoreFinder:
        """The locator, with the stores of the list."""
        places = Places.load(self.cache)
        return StoreFinder(source_at(self.folder / "stores.csv", places).read().stores, places)

    def answer(self, said: str) -> Answer:
        """What a caller who says ``said`` gets."""
        value = self._kind.hear(said, KindOptions())
        found = self.finder.locate(value, 1, AT_S) if value and value != NEAR_ME else Found("unknown")
        return Answer(value, found)

    @cached_property
    def _kind(self) -> Any:
        return make_kinds(self.finder.where.heard, (), self.finder.where.guessed)["place"]


def judged(line: Mapping[str, Any], answer: Answer) -> str:
    """``right``, ``asked`` (rightly asked back) or ``wrong``."""
    found = answer.found
    if "here" in line:
        return "right" if answer.value == NEAR_ME else "wrong"
    if "asks" in line:
        return "asked" if found.outcome == "ambiguous" and line["asks"].lower() in found.ask.lower() else "wrong"
    if "zip" in line:
        return "right" if answer.value == line["zip"] else "wrong"
    if "store" in line:
        is_it = found.outcome == "found" and found.stores[0]["id"] == line["store"]
        return ("right" if answer.settled else "asked") if is_it else "wrong"
    if line["place"] is None:
        return "right" if answer.value is None or found.outcome == "unknown" else "wrong"
    return _of_town(line["place"], answer)


def _of_town(place: str, answer: Answer) -> str:
    found = answer.found
    if found.outcome == "found" and _same(found.place, place):
        return "right" if answer.settled else "asked"
    city, _, state = place.partition(", ")
    named = city.lower() in found.ask.lower() and (state in found.ask or "Which state" in found.ask)
    return "asked" if found.outcome == "ambiguous" and named else "wrong"


def _same(one: str, other: str) -> bool:
    """Whether two spellings are of one name: St. and Saint, capitals and hyphens aside."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower().replace("st. ", "saint ") if letter.isalpha())


def places(setting: Setting) -> Report:
    """Read the whole list, kind by kind."""
    root = setting.settings.root
    spoken = SpokenPlaces(root / "tests" / "gold" / "places", setting.settings.cache)
    _ = spoken.finder
    judgements: dict[str, Counter[str]] = {}
    each_ms = []
    for line in spoken.lines:
        began_s = time.thread_time()
        answer = spoken.answer(line["said"])
        each_ms.append(1000 * (time.thread_time() - began_s))
        judgements.setdefault(line["kind"], Counter())[judged(line, answer)] += 1
    figures = []
    for kind, counts in judgements.items():
        n = counts.total()
        figures += [
            Figure(f"{kind}: right or rightly asked back", 100 * (n - counts["wrong"]) / n, "%", n),
            Figure(f"{kind}: asked back", 100 * counts["asked"] / n, "%", n),
        ]
    wrong = sum(counts["wrong"] for counts in judgements.values())
    right = 100 * (len(spoken.lines) - wrong) / len(spoken.lines)
    return Report(
        "places",
        [
            *figures,
            Figure(
                "all: right or rightly asked back", right, "%", len(spoken.lines), bar=Bar(LEAST_RIGHT, at_least=True)
            ),
            Figure("CPU an utterance, p99", percentile(each_ms, 0.99), "ms", len(each_ms), bar=Bar(MOST_MS)),
        ],
        [
            "The list was written by us and is part of the tests: its score says how much is kept.",
            "Asked back: which of several namesakes, or whether a misheard name is meant.",
        ],
    )
