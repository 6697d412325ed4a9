"""The public sets of labelled sentences, where they lie on this machine, and noise as a recogniser makes it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.ports import OutsideError
from ivr.understanding.trial import OUT_OF_SCOPE, Labelled

EXAMPLES = 10
"""Sentences an option is given to learn from."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One set: sentences to learn from and the official ones to test on.

    ``outside`` mean none of its labels, and so do ``foreign``, which are not of the part to test on.
    """

    name: str
    train: Sequence[Labelled]
    test: Sequence[Labelled]
    outside: Sequence[Labelled] = ()
    foreign: Sequence[str] = ()

    def few(self, chance: random.Random) -> list[Labelled]:
        """Ten sentences of each label."""
        by_label: dict[str, list[str]] = {}
        for text, label in self.train:
            by_label.setdefault(label, []).append(text)
        drawn = {label: chance.sample(sorted(texts), EXAMPLES) for label, texts in sorted(by_label.items())}
        return [(text, label) for label, texts in drawn.items() for text in texts]


def read_sets(folder: Path | None) -> list[LabelledSet]:
    """CLINC150 and BANKING77 as their authors publish them, in JSON.

    Raises:
        OutsideError: when they are not in ``folder``.
    """
    try:
        clinc = json.loads(_file(folder, "clinc150/data_full.json"))
        banking = json.loads(_file(folder, "banking77/banking77.json"))
    except (OSError, TypeError) as error:
        what = "clinc150/data_full.json and banking77/banking77.json are needed: name their folder with --data"
        raise OutsideError(what, retry=False) from error
    outside = [(text, OUT_OF_SCOPE) for text, _ in clinc["oos_test"]]
    foreign = [text for text, _ in (*clinc["oos_train"], *clinc["oos_val"])]
    return [
        LabelledSet("CLINC150", _hidden(clinc["train"]), _hidden(clinc["test"]), outside, foreign),
        LabelledSet("BANKING77", _hidden(banking["train"]), _hidden(banking["test"]), foreign=foreign),
    ]


def noisy(text: str, share: float, words: Sequence[str], chance: random.Random) -> str:
    """``text`` with a share of its words dropped, or replaced by other words, as often."""
    heard = []
    for word in text.split():
        if chance.random() >= share:
            heard.append(word)
        elif chance.random() < 1 / 2:
            heard.append(chance.choice(words))
    return " ".join(heard)


def _file(folder: Path | None, name: str) -> str:
    if folder is None:
        raise FileNotFoundError(name)
    return (folder / name).read_text(encoding="utf-8")


def _hidden(rows: Sequence[Sequence[str]]) -> list[Labelled]:
    """Labels as strokes and dots: the name of a label is worth an example, and only ten are given."""
    places = {label: at for at, label in enumerate(sorted({label for _, label in rows}), 1)}
    return [(text, f"{places[label]:b}".replace("0", ".").replace("1", "-")) for text, label in rows]
