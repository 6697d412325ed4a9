"""Which ways out of the steps of a flow file the conversations took, and which nobody ever took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ivr.conversations.play import Result
from ivr.flows.book import ANYWHERE, FlowBook
from ivr.flows.graph import END, Way, commands, ways
from ivr.flows.interpreter import Trail
from ivr.flows.problems import Place


@dataclass(frozen=True, slots=True)
class Untaken:
    """An exit that no conversation took, and where its step is written."""

    place: Place
    word: str
    way: Way


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many exits there are, and which were not taken."""

    exits: int
    untaken: tuple[Untaken, ...]

    @property
    def percent(self) -> float:
        return 100.0 * (self.exits - len(self.untaken)) / self.exits if self.exits else 100.0


def coverage(results: Iterable[Result], book: FlowBook) -> Coverage:
    """The exits of ``book`` against the trails of ``results``."""
    every = list(ways(book))
    taken: set[tuple[str, str, str]] = set()
    labels: set[tuple[str, str]] = set()
    for result in results:
        taken.update(_moves(result.trail, result.call.step if not result.call.ended else END))
        labels.update(result.trail)
    # A label is enough, but where two ways of one step share it.
    alike = Counter((way.source, way.label) for way in every)
    untaken = [
        way
        for way in every
        if (way.source, way.label) not in labels
        or (alike[way.source, way.label] > 1 and (way.source, way.label, way.target) not in taken)
    ]
    given = {label for _, label in labels}
    ungiven = [name for name in commands(book) if f"command {name}" not in given]
    return Coverage(
        len(every) + len(commands(book)),
        (*(_untaken(book, way) for way in untaken), *(_ungiven(book, name) for name in ungiven)),
    )


def _moves(trail: Trail, last: str) -> Iterator[tuple[str, str, str]]:
    """Each exit with the step that it led to."""
    for (source, label), (target, _) in pairwise((*trail, (last, ""))):
        yield source, label, target


def _untaken(book: FlowBook, way: Way) -> Untaken:
    block, _, index = way.source.rpartition(".")
    return Untaken(book.places[way.source], book.blocks[block][int(index)].word, way)


def _ungiven(book: FlowBook, name: str) -> Untaken:
    """A command of ``anywhere`` that no caller gave, at whatever question."""
    way = Way(f"{ANYWHERE}.{name}", name, commands(book)[name])
    return Untaken(book.places[way.source], ANYWHERE, way)
