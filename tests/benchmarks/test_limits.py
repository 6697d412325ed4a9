"""The limits of understanding are read off sentences to learn from, and never off those to test on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.benchmarks import limits
from ivr.benchmarks.setting import Setting
from ivr.understanding.senses import ACT, ASK, MARGIN

THINGS = ("pizza", "umbrella", "passport", "bicycle")
WISHES = ("where is my {}", "i lost a {}", "please send me the {}", "what does one {} cost", "sell my {}", "a new {}")
FOREIGN = ("how old is the moon", "sing a song", "it is raining", "who won the game", "my dog barks", "i am tired")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Both sets, with nothing to test on."""
    train = [[wish.format(thing), thing] for thing in THINGS for wish in WISHES]
    foreign = [[text, "oos"] for text in FOREIGN]
    clinc = {"train": train, "test": [], "oos_test": [], "oos_train": foreign[:3], "oos_val": foreign[3:]}
    for name, content in (("clinc150/data_full", clinc), ("banking77/banking77", {"train": train, "test": []})):
        file = tmp_path / f"{name}.json"
        file.parent.mkdir()
        file.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_the_limits_come_from_sentences_to_learn_from_each_beside_the_one_in_use(
    setting: Setting, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SHAPES", ((2, 3),))
    monkeypatch.setattr(limits, "MENUS", 1)
    monkeypatch.setattr(limits, "SAID", 2)
    report = limits.limits(replace(setting, data=data))
    ask, act, margin, right = report.figures[:4]
    assert [one.baseline for one in (ask, act, margin)] == [ASK, ACT, MARGIN]
    assert ask.n == act.n == 2 * 3 * 2
    assert right.n == 2 * 2 * 2
    assert -1 <= ask.value < act.value <= 1
    assert 0 <= margin.value <= limits.WIDEST
