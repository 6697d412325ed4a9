"""The menus of a flow book as trials need them: what is listened for, and everything that may be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.confusions.foreign import SENTENCES
from ivr.flows.actions import Listen
from ivr.flows.book import FlowBook
from ivr.flows.events import Heard
from ivr.flows.steps.menu import MenuStep

FOREIGN = ""
"""The choice of what is meant for nobody."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said at a menu, and the ``choice`` it is meant for."""

    choice: str
    text: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu: ``name`` as ``ivr understand`` takes it, ``step`` as in the flow book."""

    name: str
    step: str
    listen: Listen
    utterances: tuple[Utterance, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of its options, then those of the commands."""
        return tuple(choice.name for choice in self.listen.choices)


def menus(book: FlowBook, name: str = "") -> list[Menu]:
    """The menu ``name`` (FLOW, or FLOW.N for its step N), or all."""
    found = list(_all(book))
    return [one for one in found if name in ("", one.name, one.step)]


def _all(book: FlowBook) -> Iterator[Menu]:
    for block, steps in book.blocks.items():
        numbers = [number for number, step in enumerate(steps) if isinstance(step, MenuStep)]
        for number in numbers:
            step = steps[number]
            if isinstance(step, MenuStep):
                listen = step.question.listen(book)
                called = block if number == numbers[0] else f"{block}.{number}"
                yield Menu(called, f"{block}.{number}", listen, tuple(_utterances(book, listen)))


def _utterances(book: FlowBook, listen: Listen) -> Iterator[Utterance]:
    for choice in listen.choices:
        for text in dict.fromkeys(text.replace("_", " ") for text in (choice.name, *choice.phrases)):
            yield Utterance(choice.name, text)
    for sentence in SENTENCES:
        # A sentence that is meant for this menu after all is nobody's mistake.
        if book.skills.understand(Heard(0.0, sentence), listen.choices).choice is None:
            yield Utterance(FOREIGN, sentence)
