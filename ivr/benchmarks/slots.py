"""``ivr bench slots``: how many of the gold list's answers are understood, kind by kind, and what one costs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ivr.benchmarks.gold import MENU, Gold, Line
from ivr.benchmarks.report import Bar, Figure, Report, percentile
from ivr.benchmarks.setting import Setting
from ivr.benchmarks.usual import usual
from ivr.understanding import wording
from ivr.understanding.listed_names import ListedNames

LEAST_UNDERSTOOD = 97.0
MOST_MS = 1.0
LISTED = 4000
"""Names in the long list."""
ROUNDS_A_SECOND = 0.1
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of reading lines: how many right, and CPU milliseconds an answer."""

    right: int
    asked: int
    each_ms: tuple[float, ...]

    @property
    def percent(self) -> float:
        return 100 * self.right / self.asked


def slots(setting: Setting) -> Report:
    """Read the gold list as we do, and as the usual packages do, kind by kind in turn."""
    gold = Gold(setting.settings.root / "tests" / "gold")
    rounds = max(1, round(setting.seconds * ROUNDS_A_SECOND))
    baselines = usual()
    figures: list[Figure] = []
    all_ours: list[Measured] = []
    for kind in sorted({line.kind for line in gold.lines} - {MENU}):
        setting.tell(f"reading {kind}")
        of_kind = [line for line in gold.lines if line.kind == kind]
        ours = measured(of_kind, gold.understood, rounds)
        other = baselines.get(kind)
        theirs = measured(of_kind, other.reads, 1) if other else None
        against = other.name if other else ""
        all_ours.append(ours)
        figures += [
            Figure(
                f"{kind}: understood",
                ours.percent,
                "%",
                ours.asked,
                theirs.percent if theirs else None,
                against,
                Bar(LEAST_UNDERSTOOD, at_least=True),
            ),
            Figure(
                f"{kind}: CPU an answer",
                _mean(ours.each_ms),
                "ms",
                len(ours.each_ms),
                _mean(theirs.each_ms) if theirs else None,
                against,
                Bar(MOST_MS),
            ),
        ]
    every_ms = [each for one in all_ours for each in one.each_ms]
    right, asked = sum(one.right for one in all_ours), sum(one.asked for one in all_ours)
    figures += [
        Figure("all: understood", 100 * right / asked, "%", asked, bar=Bar(LEAST_UNDERSTOOD, at_least=True)),
        Figure("all: CPU an answer, p99", percentile(every_ms, 0.99), "ms", len(every_ms), bar=Bar(MOST_MS)),
        *_long_list(),
    ]
    return Report(
        "slots",
        figures,
        [
            "Words that were read once are kept for a while; here each text is read anew.",
            *(
                []
                if "date" in baselines and "zip" in baselines
                else ["More baselines with: pip install text2digits dateparser"]
            ),
        ],
    )


def measured(lines: Sequence[Line], reads: Callable[[Line], str | None], rounds: int) -> Measured:
    """Read ``lines`` so many times."""
    right, each_ms = 0, []
    for turn in range(rounds):
        for line in lines:
            wording.forget()
            began_s = time.thread_time()
            value = reads(line)
            each_ms.append(1000 * (time.thread_time() - began_s))
            right += value == line.value and turn == 0
    return Measured(right, len(lines), tuple(each_ms))


def _long_list() -> list[Figure]:
    """What a directory costs: to prepare once, and to find a name that is said right, or with a letter wrong."""
    names = _names()
    listed = ListedNames(names, names)
    began_s = time.thread_time()
    listed.hear("nobody at all")
    listed.hear(names[0])
    prepared_ms = 1000 * (time.thread_time() - began_s)
    figures = [Figure(f"a list of {LISTED:,} names: prepared once, CPU", prepared_ms, "ms", 1)]
    for what, say in (("said right", str.lower), ("a letter wrong", _with_a_letter_wrong)):
        each_ms, right = [], 0
        for name in names[:: LISTED // 200]:
            text = say(name)
            began_s = time.thread_time()
            right += listed.hear(text) == name
            each_ms.append(1000 * (time.thread_time() - began_s))
        figures += [
            Figure(f"a list of {LISTED:,} names: {what}, found", 100 * right / len(each_ms), "%", len(each_ms)),
            Figure(f"a list of {LISTED:,} names: {what}, CPU", _mean(each_ms), "ms", len(each_ms), bar=Bar(MOST_MS)),
        ]
    return figures


def _names() -> tuple[str, ...]:
    """Names of real places, which sound as differently as names do."""
    zipcodes: Any = import_module("zipcodes")
    cities = dict.fromkeys(one["city"] for one in zipcodes.list_all() if len(one["city"]) >= _SHORTEST)
    return tuple(random.Random(1).sample(sorted(cities), LISTED))  # noqa: S311 - the same names in every run


def _with_a_letter_wrong(name: str) -> str:
    at = len(name) // 2
    return f"{name[:at]}{'e' if name[at] != 'e' else 'a'}{name[at + 1 :]}".lower()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
