"""A small menu and a handful of places to understand answers with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ivr.flows.skills import Kind
from ivr.understanding.senses import Senses
from ivr.understanding.vectors.encoder import Encoder
from ivr.understanding.vectors.kept import KeptVectors
from ivr.understanding.vectors.model import background, model_folder
from tests.understanding.gold import GOLD

MENU = GOLD.menu
PLACES = GOLD.places


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, Kind]:
    return GOLD.kinds


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    folder = model_folder()
    assert folder is not None, "requirements.txt has the sentence model"
    return Encoder(folder)


@pytest.fixture(scope="session")
def senses(encoder: Encoder) -> Senses:
    kept = KeptVectors(lambda: encoder)
    return Senses(kept.of_phrase, kept.of_speech, background())
