"""How well a menu would understand: labelled sentences as phrases, other labelled sentences as callers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivr.flows.actions import Choice
from ivr.flows.events import Heard
from ivr.flows.skills import Understand

OUT_OF_SCOPE = "oos"
"""The label of sentences that mean none of the options."""

Labelled = tuple[str, str]
"""A sentence and its label."""


def menu_of(examples: Iterable[Labelled]) -> tuple[Choice, ...]:
    """The menu whose options are the labels of ``examples``; a label is a name, no phrase."""
    listed: dict[str, list[str]] = {}
    for text, label in examples:
        if label != OUT_OF_SCOPE:
            listed.setdefault(label, []).append(text)
    return tuple(Choice(label, tuple(texts)) for label, texts in sorted(listed.items()))


@dataclass(frozen=True, slots=True)
class Trial:
    """One sentence: its label, the likeliest option, what came of it (act, ask or refuse), and how surely."""

    text: str
    label: str
    likeliest: str
    outcome: str
    score: float


def tried(understand: Understand, choices: Sequence[Choice], sentences: Iterable[Labelled]) -> list[Trial]:
    """What each sentence comes to at the menu."""
    return [_tried(understand, choices, text, label) for text, label in sentences]


def _tried(understand: Understand, choices: Sequence[Choice], text: str, label: str) -> Trial:
    meaning = understand(Heard(0.0, text), choices)
    likeliest = [*((meaning.choice,) if meaning.choice else ()), *meaning.offer]
    likeliest += [one.choice for one in meaning.candidates]
    outcome = "act" if meaning.choice else "ask" if meaning.offer else "refuse"
    # Words that decided are surer than any sense: one is added so that all can be held to one threshold.
    score = meaning.score + (meaning.by_words and bool(likeliest))
    return Trial(text, label, likeliest[0] if likeliest else "", outcome, score)


@dataclass(frozen=True, slots=True)
class Score:
    """What many trials come to; shares are of 1."""

    trials: Sequence[Trial]

    @property
    def inside(self) -> list[Trial]:
        return [one for one in self.trials if one.label != OUT_OF_SCOPE]

    @property
    def outside(self) -> list[Trial]:
        return [one for one in self.trials if one.label == OUT_OF_SCOPE]

    @property
    def accuracy(self) -> float:
        """Of sentences that mean an option: how often it is the likeliest."""
        return _share([one.likeliest == one.label for one in self.inside])

    @property
    def wrong_acts(self) -> float:
        """Of all sentences: how often something else is done than was meant."""
        return _share([one.outcome == "act" and one.likeliest != one.label for one in self.trials])

    def outcomes(self, outcome: str) -> float:
        """Of sentences that mean an option: how often it comes to ``outcome``."""
        return _share([one.outcome == outcome for one in self.inside])

    @property
    def refused_outside(self) -> float:
        """Out-of-scope recall: of sentences that mean no option, how many are refused."""
        return _share([one.outcome == "refuse" for one in self.outside])

    def refused_outside_at(self, rejected: float) -> float:
        """The same with the threshold at which a share of ``rejected`` of what belongs there is refused too."""
        if not self.inside:
            return float("nan")
        threshold = sorted(one.score for one in self.inside)[int(rejected * len(self.inside))]
        return _share([one.score < threshold for one in self.outside])

    @property
    def confused(self) -> list[tuple[str, str, int]]:
        """What was meant, what it was taken for, and how often; the most frequent first."""
        pairs = Counter((one.label, one.likeliest or "nothing") for one in self.inside if one.likeliest != one.label)
        return [(meant, taken, times) for (meant, taken), times in sorted(pairs.items(), key=lambda it: (-it[1], it))]


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
