"""How words sound, read out of the model that ships."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr.speech.pronunciations import KNOWN, Pronunciations
from tests.conftest import ROOT

MODEL = ROOT / "models" / "telephony-en-8k"


@pytest.fixture(scope="module")
def model() -> Pronunciations:
    return Pronunciations(MODEL)


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("sales", {"S EY L Z"}),
        ("sails", {"S EY L Z"}),
        ("Operator", {"AA P ER EY T ER"}),
        ("either", {"IY DH ER", "AY DH ER"}),
        ("read", {"R EH D", "R IY D"}),
        ("a", {"AH", "EY"}),
        ("oh", {"OW"}),
        ("xylofonix", set()),
        ("", set()),
    ],
)
def test_words_sound_as_a_dictionary_has_them(word: str, sounds: set[str], model: Pronunciations) -> None:
    assert {" ".join(one) for one in model.of(word)} == sounds


def test_every_word_of_the_model_has_a_pronunciation_in_named_sounds(model: Pronunciations) -> None:
    words = [line.split()[0] for line in (MODEL / "graph" / "words.txt").read_text("utf-8").splitlines()[1::50]]
    assert len(words) > 400
    assert [word for word in words if not model.of(word) or "" in set().union(*model.of(word))] == []


def test_the_words_that_name_the_sounds_name_each_sound_once() -> None:
    assert len({sound for known in KNOWN.values() for sound in known.split()}) == 39


@pytest.mark.parametrize("broken", ["nothing", "no graph", "cut short", "no words", "other numbers"])
def test_a_model_of_another_kind_tells_nothing(broken: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    if broken != "nothing":
        shutil.copytree(MODEL, folder, copy_function=shutil.copyfile)
        folder.chmod(0o755)
    graph = folder / "graph" / "HCLr.fst"
    match broken:
        case "no graph":
            graph.unlink()
        case "cut short":
            graph.write_bytes(graph.read_bytes()[:1000])
        case "no words":
            (folder / "graph" / "words.txt").write_text("no numbers here\n")
        case "other numbers":
            (folder / "graph" / "words.txt").write_text("yes 24000\nno 1000\nsales 77\n")
        case _:
            pass
    assert Pronunciations(folder).of("sales") == frozenset()
