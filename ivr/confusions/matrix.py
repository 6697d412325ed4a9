"""What the trials come to: who was taken for whom, how often, and which of it is too often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ivr.confusions.menus import FOREIGN, Menu, Utterance
from ivr.flows.events import Heard
from ivr.flows.skills import Meaning, Understand

NOTHING = None
"""What is understood when no option is: the caller is asked again."""
ASKED = "(asked back)"
"""What is understood when no option is sure enough: the caller is asked about the one or two likeliest."""
MOST = 0.10
"""A phrase taken for another option more often than this is a confusion to be mended."""
MOST_MISSED = 0.20
"""A phrase that is not understood more often than this is worth a better one (a guess)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One phrase: what it was understood as, in how many trials, and in which words it was heard then."""

    said: Utterance
    understood: Counter[str | None]
    words: dict[str | None, Counter[str]]
    lines: dict[str | None, Counter[str]]
    """By line, as the noise may be to blame."""

    @property
    def count(self) -> int:
        return self.understood.total()

    def share(self, choice: str | None) -> float:
        """How often (0 to 1) it was understood as ``choice``."""
        return self.understood[choice] / self.count if self.count else 0.0

    def heard_as(self, choice: str | None) -> str:
        """The words it was heard in most often, when it was understood as ``choice``."""
        return next((text for text, _ in self.words.get(choice, Counter()).most_common(1)), "")


@dataclass(frozen=True, slots=True)
class Confusion:
    """A phrase that is taken for ``other``."""

    row: Row
    other: str

    @property
    def share(self) -> float:
        return self.row.share(self.other)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows of one menu, in the order of the menu; those meant for nobody are last."""

    menu: Menu
    rows: tuple[Row, ...]

    @property
    def confusions(self) -> list[Confusion]:
        """Phrases of one option that are taken for another more often than :data:`MOST`, the worst first."""
        found = (
            Confusion(row, other)
            for row in self.own
            for other in row.understood
            if other not in {NOTHING, ASKED, row.said.choice} and row.share(other) > MOST
        )
        return sorted(found, key=lambda one: -one.share)

    @property
    def missed(self) -> list[Row]:
        """Phrases that are not understood more often than :data:`MOST_MISSED`, the worst first."""
        found = (row for row in self.own if row.share(NOTHING) > MOST_MISSED)
        return sorted(found, key=lambda row: -row.share(NOTHING))

    @property
    def own(self) -> list[Row]:
        """The rows of phrases of the menu and its commands."""
        return [row for row in self.rows if row.said.choice != FOREIGN]

    @property
    def foreign(self) -> list[Row]:
        """The rows of sentences that are meant for nobody."""
        return [row for row in self.rows if row.said.choice == FOREIGN]

    def cell(self, said: str, understood: str | None) -> tuple[int, int]:
        """How often ``understood`` was understood when ``said`` was meant, and of how many trials."""
        rows = [row for row in self.rows if row.said.choice == said]
        return sum(row.understood[understood] for row in rows), sum(row.count for row in rows)

    def to_json(self) -> dict[str, Any]:
        """The whole matrix for machines."""
        names = (*self.menu.choices, FOREIGN)
        return {
            "menu": self.menu.name,
            "matrix": {
                said or "(nobody)": {
                    understood or "(not understood)": round(hits / count, 4)
                    for understood in (*self.menu.choices, ASKED, NOTHING)
                    for hits, count in [self.cell(said, understood)]
                    if hits
                }
                for said in names
            },
            "phrases": [_row(row) for row in self.rows],
            "confusions": [
                {"said": one.row.said.text, "means": one.row.said.choice, "taken_for": one.other,
                 "share": round(one.share, 4), "of": one.row.count, "heard_as": one.row.heard_as(one.other)}
                for one in self.confusions
            ],
        }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    return {
        "said": row.said.text,
        "means": row.said.choice or None,
        "of": row.count,
        "understood": {choice or "(not understood)": count for choice, count in row.understood.most_common()},
        "heard": [text for text, _ in sum(row.words.values(), Counter()).most_common(3)],
    }


def row_of(said: Utterance, heard: Sequence[tuple[str, Heard | None]], menu: Menu, mean: Understand) -> Row:
    """What ``heard`` (for each trial the name of its line, and what was heard) comes to at ``menu``."""
    row = Row(said, Counter(), {}, {})
    for line, one in heard:
        choice = _outcome(mean(one, menu.listen.choices)) if one else NOTHING
        row.understood[choice] += 1
        row.words.setdefault(choice, Counter())[one.text if one else ""] += 1
        row.lines.setdefault(choice, Counter())[line] += 1
    return row


def _outcome(meaning: Meaning) -> str | None:
    if meaning.choice is None and meaning.offer:
        return ASKED
    return meaning.choice
