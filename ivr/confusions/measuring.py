"""Measure the menus of a book: the one call for the command, for checks and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ivr.confusions.matrix import Matrix, row_of
from ivr.confusions.menus import Menu
from ivr.confusions.speakers import Speakers, voices
from ivr.confusions.trials import Booth, Trial, trials
from ivr.flows.book import FlowBook
from ivr.ports import Ears
from ivr.speech import SileroActivity

SOUND = "spoken"
RESULTS = "confusions"


def plan_for(book: FlowBook, *, thorough: bool = False) -> tuple[Trial, ...]:
    """The trials that each phrase of ``book`` is given."""
    return trials(voices(book.company.language), thorough=thorough)


def measure(
    book: FlowBook,
    found: Sequence[Menu],
    plan: Sequence[Trial],
    ears: Ears,
    model: Path,
    cache: Path,
    *,
    seed: int = 1,
    done: Callable[[], None] = lambda: None,
) -> Iterator[Matrix]:
    """A matrix for each menu, as they get ready; ``done`` is told of each phrase.

    ``model`` is where ``ears`` have their model, ``cache`` the folder for sound and results.

    Raises:
        OutsideError: when there is no voice or no model.
    """
    with Speakers(cache / SOUND) as speakers:
        booth = Booth(ears, SileroActivity, book.skills.kinds, speakers, model, cache / RESULTS, seed)
        for menu in found:
            rows = []
            for said, held in booth.hear(menu, plan):
                heard = [(trial.line.name, one) for trial, one in held]
                rows.append(row_of(said, heard, menu, book.skills.understand))
                done()
            yield Matrix(menu, tuple(rows))
