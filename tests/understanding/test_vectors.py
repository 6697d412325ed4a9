"""The model gives the figures of the reference implementation, nearly so in 8 bits, whatever text it is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.understanding.vectors.encoder import Encoder
from ivr.understanding.vectors.minilm import in_full
from ivr.understanding.vectors.model import model_folder
from ivr.understanding.vectors.nearness import Nearness
from ivr.understanding.vectors.pieces import MOST_PIECES
from ivr.understanding.vectors.piecewise import Piecewise
from ivr.understanding.vectors.sentence import Sentence

REFERENCE = {
    "where is my package": (6, [-0.1822, 0.1194, -0.077, -0.0189, 0.6247, 0.2341]),
    "Café naïve, 42nd xylophonically!": (12, [0.4588, -0.2251, 0.2375, -0.0068, -0.4347, 0.0532]),
    "i would like to find the nearest store please": (11, [0.1879, -0.0262, -0.1748, 0.219, -0.2546, 0.0792]),
}
"""Pieces, and the first figures of the mean over them, from torch 2.15 and transformers 5.23."""


@pytest.fixture(scope="module")
def folder() -> Path:
    folder = model_folder()
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def in_floating_point(folder: Path) -> Encoder:
    return Encoder(folder, product=in_full)


@pytest.mark.parametrize("text", REFERENCE)
def test_the_figures_are_those_of_the_reference(text: str, in_floating_point: Encoder) -> None:
    pieces, figures = REFERENCE[text]
    last = in_floating_point.states(text)[-1]
    assert len(last) == pieces
    assert last.mean(axis=0)[: len(figures)] == pytest.approx(figures, abs=2e-4)


@pytest.mark.parametrize("text", REFERENCE)
def test_in_eight_bits_the_vector_is_nearly_the_same(text: str, in_floating_point: Encoder, encoder: Encoder) -> None:
    assert float(in_floating_point(text).whole @ encoder(text).whole) > 0.97


def test_the_file_is_made_once_and_again_when_it_is_broken(folder: Path, encoder: Encoder, tmp_path: Path) -> None:
    made = Encoder(folder, tmp_path)("find a store")
    (file,) = tmp_path.iterdir()
    written = file.read_bytes()
    again = Encoder(folder, tmp_path)("find a store")
    file.write_bytes(written[: len(written) // 2])
    mended = Encoder(folder, tmp_path)("find a store")
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_bytes() == written
    assert (made.rows == again.rows).all()
    assert (made.rows == mended.rows).all()
    assert (made.rows == encoder("find a store").rows).all()


def test_a_folder_that_cannot_be_written_to_costs_no_answer(folder: Path, tmp_path: Path) -> None:
    (in_the_way := tmp_path / "file").write_text("no folder")
    assert len(Encoder(folder, in_the_way)("find a store").pieces)
    assert [*tmp_path.iterdir()] == [in_the_way]


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=120))
def test_every_text_has_a_vector_of_length_1(encoder: Encoder, text: str) -> None:
    sentence = encoder(text)
    assert float(np.linalg.norm(sentence.whole)) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(sentence.pieces, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_sentence_is_read_back_as_it_was_written(encoder: Encoder) -> None:
    sentence = encoder("where is my package")
    again = Sentence.of(sentence.rows)
    assert (again.whole == sentence.whole).all()
    assert (again.pieces == sentence.pieces).all()


def test_an_option_with_the_pieces_of_what_was_said_is_nearer_however_they_stand(encoder: Encoder) -> None:
    options = [encoder(text).pieces for text in ("i want the red shoes", "i want the blue hat")]
    piecewise = Piecewise.of(options, encoder("tell me a joke").pieces)
    red, blue = piecewise(encoder("a blue one is what i want").pieces, (0, 1))
    assert blue > red


def test_a_long_text_costs_no_more_than_its_beginning(encoder: Encoder) -> None:
    assert len(encoder.states("word " * 5000)[0]) == MOST_PIECES


def test_the_same_meaning_is_nearer_than_another_one_in_similar_words(encoder: Encoder) -> None:
    asked, same, other = map(encoder, ("where is my package", "has the parcel been shipped", "where is my brother"))
    nearness = Nearness.of([("same", same), ("other", other)], [encoder("hello"), encoder("tell me a joke")])
    near = nearness(asked)
    assert near["same"] > near["other"]


def test_one_phrase_an_option_is_enough_and_an_option_is_nearest_to_itself(encoder: Encoder) -> None:
    phrases = [(text, encoder(text)) for text in ("find a store", "track an order", "talk to sales")]
    nearness = Nearness.of(phrases, [encoder("tell me a joke")])
    for text, vector in phrases:
        near = nearness(vector)
        assert max(near, key=near.__getitem__) == text
        assert near[text] == pytest.approx(1.0, abs=1e-4)
