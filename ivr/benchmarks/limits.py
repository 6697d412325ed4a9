"""``ivr bench limits``: from which nearness in meaning to act, to ask, and by how much the nearest must lead.

The limits in ``ivr.understanding.senses`` were read off here. Menus as telephones have them are drawn from the parts of
the public sets to learn from; callers say other sentences of those parts, wishes the menu has no option for, and
sentences that belong to no menu at all. The parts to test on are not looked at.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.benchmarks.labelled import LabelledSet, read_sets
from ivr.benchmarks.report import Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.understanding import senses_measured
from ivr.understanding.senses import ACT, ASK, MARGIN, Senses
from ivr.understanding.trial import Labelled, menu_of

SHAPES = ((2, 3), (3, 8), (5, 3), (8, 5), (8, 10))
"""Options, and phrases for each."""
MENUS = 6
"""Of each shape and set."""
SAID = 12
"""Sentences for each option; three times as many wishes without one, and foreign sentences."""
ASKED_FOREIGN, ACTED_WITHOUT = 0.15, 0.005
"""Of foreign sentences those that may be asked about; of wishes without an option those that may be acted on."""
SELDOM_RIGHT = 0.75
"""Leads at which the nearest option is right more seldom are too small: both are asked about."""
STEP = 0.01
WIDEST = 0.3


@dataclass(frozen=True, slots=True)
class _Said:
    """How near the nearest option was, by how much it led, and whether it was meant."""

    near: float
    lead: float
    right: bool


def limits(setting: Setting) -> Report:
    """Read the limits off menus drawn from both sets."""
    senses, _ = senses_measured(setting)
    said: dict[str, list[_Said]] = {"inside": [], "without": [], "foreign": []}
    chance = random.Random(0)  # noqa: S311 - a draw that can be repeated, no secret
    for labelled in read_sets(setting.data):
        for shape in SHAPES:
            setting.tell(f"{labelled.name}: {MENUS} menus of {shape[0]} options with {shape[1]} phrases")
            for _ in range(MENUS):
                for kind, one in _menu(labelled, senses, shape, chance):
                    said[kind].append(one)
    inside, without, foreign = (said[kind] for kind in ("inside", "without", "foreign"))
    ask = percentile([one.near for one in foreign], 1 - ASKED_FOREIGN)
    act = percentile([one.near for one in without], 1 - ACTED_WITHOUT)
    figures = [
        Figure(f"ask: what {ASKED_FOREIGN:.0%} of foreign sentences reach", ask, "", len(foreign), ASK, _IN_USE),
        Figure(f"act: what {ACTED_WITHOUT:.1%} of wishes without an option reach", act, "", len(without), ACT, _IN_USE),
        Figure(
            f"margin: leads that are right in less than {SELDOM_RIGHT:.0%}",
            _margin(inside),
            "",
            len(inside),
            MARGIN,
            _IN_USE,
        ),
        Figure("right of what belongs there", 100 * _share([one.right for one in inside]), "%", len(inside)),
        Figure(
            "  less near than to be asked about", 100 * _share([one.near < ASK for one in inside]), "%", len(inside)
        ),
        Figure("  acted on", 100 * _share([_acted(one) for one in inside]), "%", len(inside)),
        Figure("  acted on wrongly", 100 * _share([_acted(one) and not one.right for one in inside]), "%", len(inside)),
        Figure("wishes without an option acted on", 100 * _share([_acted(one) for one in without]), "%", len(without)),
        Figure("foreign sentences asked about", 100 * _share([one.near >= ASK for one in foreign]), "%", len(foreign)),
    ]
    return Report("limits", figures, ["By sense alone, words apart. What is below the limits is with those in use."])


_IN_USE = "in use"


def _menu(
    labelled: LabelledSet, senses: Senses, shape: tuple[int, int], chance: random.Random
) -> Iterator[tuple[str, _Said]]:
    """What callers say at one menu of ``shape``."""
    by_label: dict[str, list[str]] = {}
    for text, label in labelled.train:
        by_label.setdefault(label, []).append(text)
    count, phrases = shape
    options = chance.sample(sorted(by_label), count)
    drawn = {label: chance.sample(by_label[label], phrases + SAID) for label in options}
    choices = menu_of([(text, label) for label, texts in drawn.items() for text in texts[:phrases]])
    others = sorted(set(by_label) - set(options))
    without = [chance.choice(by_label[chance.choice(others)]) for _ in range(3 * SAID)]
    spoken: list[tuple[str, Labelled]] = [
        *(("inside", (text, label)) for label, texts in drawn.items() for text in texts[phrases:]),
        *(("without", (text, "")) for text in without),
        *(("foreign", (text, "")) for text in chance.sample(list(labelled.foreign), 3 * SAID)),
    ]
    for kind, (text, label) in spoken:
        (first, best), (_, second) = [*senses.near(text, choices).items()][:2]
        yield kind, _Said(best, best - second, first == label)


def _margin(inside: Sequence[_Said]) -> float:
    """The lead up to which the nearest option is too often not the one that was meant."""
    steps = [round(STEP * at, 2) for at in range(1, int(WIDEST / STEP) + 1)]
    about = {lead: [one.right for one in inside if abs(one.lead - lead) <= STEP] for lead in steps}
    return max((lead for lead, right in about.items() if right and _share(right) < SELDOM_RIGHT), default=0.0)


def _acted(one: _Said) -> bool:
    return one.near >= ACT and one.lead >= MARGIN


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
